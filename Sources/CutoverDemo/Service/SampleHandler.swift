import Glibc
import NIOCore
import NIOHTTP1

/// Answers the requests of one connection of the sample service.
///
/// `GET /healthz`, `GET /` (small), `GET /large` (64 KiB), `GET /stream` (chunks over 200 ms),
/// `POST /echo` (the body comes back).
final class SampleHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let service: SampleService
    private let behaviour: SampleBehaviour
    private let requests: RequestCount
    private let quiescing: Quiescing
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(service: SampleService, requests: RequestCount, quiescing: Quiescing) {
        self.service = service
        behaviour = SampleBehaviour(release: service.release)
        self.requests = requests
        self.quiescing = quiescing
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(var part):
            body.writeBuffer(&part)
        case .end:
            guard let head else { return }
            self.head = nil
            answer(head, context: context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        if head.uri == "/healthz" {
            let isHealthy = behaviour != .unhealthy
            let text = isHealthy ? "ok\n" : "the cache is cold and stays cold\n"
            respond(head, isHealthy ? .ok : .serviceUnavailable, ByteBuffer(string: text), context)
            return
        }
        let number = requests.begin()
        switch behaviour {
        case .crashing where number > 40:
            write("out of memory: \(service.instance) of \(service.release) gives up\n")
            exit(3)
        case .failing where number % 4 == 0:
            write("GET \(head.uri): the new price list has no entry\n")
            respond(head, .internalServerError, ByteBuffer(string: "no price\n"), context)
            requests.finish()
        case .slow where number % 10 < 3:
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: .milliseconds(400)) {
                let (handler, context) = bound.value
                handler.serve(head, context: context)
            }
        case .good, .slow, .failing, .unhealthy, .crashing:
            serve(head, context: context)
        }
    }

    private func serve(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        switch head.uri {
        case "/large":
            respond(head, .ok, ByteBuffer(repeating: UInt8(ascii: "x"), count: 65536), context)
            requests.finish()
        case "/echo":
            respond(head, .ok, body, context)
            requests.finish()
        case "/stream":
            stream(head, context: context)
        default:
            let text = "\(service.release) \(service.instance)\n"
            respond(head, .ok, ByteBuffer(string: text), context)
            requests.finish()
        }
    }

    private func stream(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        var headers = headers(closing: false)
        headers.add(name: "Transfer-Encoding", value: "chunked")
        let response = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
        context.writeAndFlush(wrapOutboundOut(.head(response)), promise: nil)
        streamChunk(1, context: context)
    }

    private func streamChunk(_ number: Int, context: ChannelHandlerContext) {
        guard context.channel.isActive, number <= 4 else {
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            requests.finish()
            return
        }
        let part = ByteBuffer(string: "part \(number) of 4 from \(service.instance)\n")
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(part))), promise: nil)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .milliseconds(50)) {
            let (handler, context) = bound.value
            handler.streamChunk(number + 1, context: context)
        }
    }

    private func respond(
        _ head: HTTPRequestHead,
        _ status: HTTPResponseStatus,
        _ body: ByteBuffer,
        _ context: ChannelHandlerContext
    ) {
        let isClosing = !head.isKeepAlive || quiescing.isQuiescing
        var headers = headers(closing: isClosing)
        headers.add(name: "Content-Length", value: String(body.readableBytes))
        let response = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        if head.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        let end = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if isClosing {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            end.whenComplete { _ in bound.value.close(promise: nil) }
        }
    }

    private func headers(closing: Bool) -> HTTPHeaders {
        var headers: HTTPHeaders = ["X-Release": service.release, "X-Instance": service.instance]
        if closing { headers.add(name: "Connection", value: "close") }
        return headers
    }

    /// Unbuffered, so that the last words of a dying instance are in its log.
    private func write(_ text: String) {
        _ = text.withCString { Glibc.write(STDERR_FILENO, $0, strlen($0)) }
    }
}
