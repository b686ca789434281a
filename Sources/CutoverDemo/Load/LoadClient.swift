import NIOCore
import NIOHTTP1
import NIOPosix

/// A connected client connection of the load.
struct LoadClient: Sendable {
    private let channel: any Channel
    private let handler: NIOLoopBound<LoadConnection>
    private let context: NIOLoopBound<ChannelHandlerContext>

    /// Connects within two seconds; `nil` when it is refused or gets no answer.
    static func connect(host: String, port: Int) async -> LoadClient? {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(2))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(LoadConnection())
                }
            }
        let client = bootstrap.connect(host: host, port: port).flatMapThrowing { channel in
            let pipeline = channel.pipeline.syncOperations
            let handler = try pipeline.handler(type: LoadConnection.self)
            let context = try pipeline.context(handlerType: LoadConnection.self)
            return LoadClient(
                channel: channel,
                handler: NIOLoopBound(handler, eventLoop: channel.eventLoop),
                context: NIOLoopBound(context, eventLoop: channel.eventLoop)
            )
        }
        return try? await client.get()
    }

    var isActive: Bool { channel.isActive }

    func send(
        _ request: LoadRequest,
        host: String,
        closing: Bool
    ) async -> LoadConnection.Answer {
        let promise = channel.eventLoop.makePromise(of: LoadConnection.Answer.self)
        channel.eventLoop.execute { [handler, context] in
            handler.value.send(
                request,
                host: host,
                closing: closing,
                context: context.value,
                promise: promise
            )
        }
        do {
            return try await promise.futureResult.get()
        } catch {
            return .failed("reset")
        }
    }

    func close() {
        channel.close(promise: nil)
    }
}
