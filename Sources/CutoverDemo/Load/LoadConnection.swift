import NIOCore
import NIOHTTP1
import NIOPosix

/// One client connection that sends one request at a time and never sends one again.
///
/// A retry would hide exactly what the load is there to count.
final class LoadConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// What became of one request.
    enum Answer: Sendable {
        case complete(status: Int, release: String, bodyBytes: Int, keepAlive: Bool)
        case failed(String)
        /// The connection had been closed before the request was written, as idle ones may be.
        case notSent
    }

    private var pending: EventLoopPromise<Answer>?
    private var head: HTTPResponseHead?
    private var bodyBytes = 0
    private var timeout: Scheduled<Void>?

    func send(
        _ request: LoadRequest,
        host: String,
        closing: Bool,
        context: ChannelHandlerContext,
        promise: EventLoopPromise<Answer>
    ) {
        guard context.channel.isActive else { return promise.succeed(.notSent) }
        pending = promise
        head = nil
        bodyBytes = 0
        var headers: HTTPHeaders = ["Host": host, "User-Agent": "cutover-load"]
        if closing { headers.add(name: "Connection", value: "close") }
        if request.bodyBytes > 0 {
            headers.add(name: "Content-Length", value: String(request.bodyBytes))
        }
        let head = HTTPRequestHead(
            version: .http1_1,
            method: request.method,
            uri: request.path,
            headers: headers
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if request.bodyBytes > 0 {
            let body = ByteBuffer(repeating: UInt8(ascii: "e"), count: request.bodyBytes)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timeout = context.eventLoop.scheduleTask(in: .seconds(10)) {
            let (connection, context) = bound.value
            connection.settle(.failed("timed out"))
            context.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(let part): bodyBytes += part.readableBytes
        case .end:
            guard let head else { return }
            settle(
                .complete(
                    status: Int(head.status.code),
                    release: head.headers.first(name: "X-Release") ?? "",
                    bodyBytes: bodyBytes,
                    keepAlive: head.isKeepAlive
                )
            )
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        settle(.failed(head == nil ? "reset" : "cut short"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is HTTPParserError: settle(.failed(head == nil ? "malformed" : "cut short"))
        default: settle(.failed(head == nil ? "reset" : "cut short"))
        }
        context.close(promise: nil)
    }

    private func settle(_ answer: Answer) {
        timeout?.cancel()
        timeout = nil
        pending?.succeed(answer)
        pending = nil
    }
}
