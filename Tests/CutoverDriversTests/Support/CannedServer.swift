import CutoverWire
import NIOCore
import NIOPosix
import Synchronization

/// Answers every request on a port of 127.0.0.1, or on a Unix socket, with the same bytes.
final class CannedServer: Sendable {
    /// What happens after the answer.
    enum Ending: Sendable {
        case close
        case stayOpen
    }

    let address: CutoverWire.SocketAddress
    private let channel: any Channel

    /// Answers with `reply`; an empty one is no answer.
    static func start(
        _ reply: String,
        then ending: Ending = .close,
        on socket: String? = nil
    ) async throws -> CannedServer {
        let heads = Heads()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        CannedHandler(reply: reply, ending: ending, heads: heads)
                    )
                }
            }
        if let socket {
            let channel = try await bootstrap.bind(unixDomainSocketPath: socket).get()
            return CannedServer(channel, heads, .unix(path: socket))
        }
        let channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        let port = UInt16(channel.localAddress?.port ?? 0)
        return CannedServer(channel, heads, .ipv4(host: "127.0.0.1", port: port))
    }

    /// Answers with a head for `status` and the body.
    static func start(
        status: String,
        headers: String = "",
        body: String = "",
        then ending: Ending = .close,
        on socket: String? = nil
    ) async throws -> CannedServer {
        let head = "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n"
        return try await start(head + body, then: ending, on: socket)
    }

    private let heads: Heads

    private init(
        _ channel: any Channel,
        _ heads: Heads,
        _ address: CutoverWire.SocketAddress
    ) {
        self.channel = channel
        self.heads = heads
        self.address = address
    }

    /// Everything that was asked.
    var requests: [String] { heads.all.withLock(\.self) }

    /// Closes the connections of all that asked.
    func hangUp() {
        for channel in heads.channels.withLock({ $0 }) {
            channel.close(promise: nil)
        }
    }

    func stop() async throws {
        try await channel.close()
    }

    deinit {
        channel.close(promise: nil)
    }
}

/// The heads of the requests that came.
private final class Heads: Sendable {
    let all = Mutex<[String]>([])
    /// The connections that they came on.
    let channels = Mutex<[any Channel]>([])
}

private final class CannedHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let reply: String
    private let ending: CannedServer.Ending
    private let heads: Heads
    private var head = ""

    init(reply: String, ending: CannedServer.Ending, heads: Heads) {
        self.reply = reply
        self.ending = ending
        self.heads = heads
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        head += String(buffer: unwrapInboundIn(data))
        guard head.hasSuffix("\r\n\r\n") else {
            return
        }
        let text = head
        heads.channels.withLock { $0.append(context.channel) }
        heads.all.withLock { $0.append(text) }
        head = ""
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: reply)), promise: nil)
        if ending == .close {
            context.close(promise: nil)
        }
    }
}
