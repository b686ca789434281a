import CutoverDemo
import NIOCore
import NIOPosix
import Testing

/// The witness itself: whatever a proxy may do wrong to a request is counted, and as what it is.
@Suite struct LoadGeneratorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// What the server answers before it closes the connection.
        var answer: String
        var failure: String?
        var releaseError: String?

        var testDescription: String { failure ?? releaseError ?? "succeeded" }
    }

    @Test(arguments: [
        Case(answer: "HTTP/1.1 200 OK\r\nX-Release: v1\r\nContent-Length: 2\r\n\r\nok"),
        Case(
            answer: "HTTP/1.1 500 No\r\nX-Release: v4\r\nContent-Length: 2\r\n\r\nno",
            releaseError: "v4"
        ),
        Case(answer: "HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n", failure: "502"),
        Case(answer: "HTTP/1.1 503 Bad\r\nContent-Length: 0\r\n\r\n", failure: "503"),
        Case(answer: "HTTP/1.1 504 Bad\r\nContent-Length: 0\r\n\r\n", failure: "504"),
        Case(answer: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", failure: "cut short"),
        Case(answer: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", failure: "malformed"),
        Case(answer: "220 mail.example\r\n\r\n", failure: "malformed"),
        Case(answer: "", failure: "reset"),
    ])
    func eachAnswerIsCountedAsWhatItIs(_ expected: Case) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(OneAnswer(expected.answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        let report = await Self.load(port)
        try await server.close()
        #expect(report.sent == 2)
        #expect(report.inFlight == 0)
        #expect(report.failures == (expected.failure.map { [$0: 2] } ?? [:]))
        #expect(report.releaseErrors == (expected.releaseError.map { [$0: 2] } ?? [:]))
        let isSuccess = expected.failure == nil && expected.releaseError == nil
        #expect(report.answers == (isSuccess ? ["v1": 2] : [:]))
    }

    @Test func aPortWhereNobodyListensIsRefused() async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        try await server.close()
        let report = await Self.load(port)
        #expect(report.failures == ["refused": 2])
    }

    /// Two small requests, one after the other.
    private static func load(_ port: Int) async -> LoadReport {
        let report = SharedLoadReport()
        let generator = LoadGenerator(host: "127.0.0.1", port: port, rate: 50, connections: 1)
        await generator.run(limit: .milliseconds(40), into: report)
        return report.current
    }
}

/// Answers the first request of a connection with fixed bytes, then closes it.
private final class OneAnswer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: String

    init(_ answer: String) {
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.write(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        context.flush()
        context.close(promise: nil)
    }
}
