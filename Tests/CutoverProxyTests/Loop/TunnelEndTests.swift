import CutoverWire
import Testing

@testable import CutoverProxy

/// Who ends a tunnel, and whose failure that is.
@Suite struct TunnelEndTests {
    private let port = freePort()

    private static let text: [UInt8] = [0x81, 0x02, 0x68, 0x69]
    private static let close: [UInt8] = [0x88, 0x02, 0x03, 0xe8]
    private static let maskedClose: [UInt8] = [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]

    /// What each end of a tunnel does, which then goes, and what is counted.
    private struct Play: Sendable {
        let name: String
        var tongue = "websocket"
        var instance: @Sendable (TestSocket) -> Void
        var client: @Sendable (TestSocket) -> Void = { _ = $0.receiveToEnd() }
        var reset: UInt64 = 0
        var closedEarly: UInt64 = 0
    }

    private func run(_ play: Play) throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            guard upstream.readRequest(socket) != nil else { return }
            socket.send(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                    + "Upgrade: \(play.tongue)\r\n\r\n"
            )
            play.instance(socket)
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        var settings = ProxySettings()
        settings.upgrades = [play.tongue]
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port), settings: settings))
        do {
            let socket = try #require(TestSocket(port: port))
            socket.send(
                "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                    + "Upgrade: \(play.tongue)\r\n\r\n"
            )
            #expect(socket.receive(through: "\r\n\r\n")?.hasPrefix("HTTP/1.1 101 ") == true)
            play.client(socket)
        }
        let failures = try proxy.settled("blue-0").failures
        #expect(failures.reset == play.reset, "\(play.name)")
        #expect(failures.closedEarly == play.closedEarly, "\(play.name)")
        #expect(failures.total == play.reset + play.closedEarly, "\(play.name)")
        let service = try #require(try proxy.client.stats().services.first)
        #expect(service.cutShort == failures.total, "\(play.name)")
        #expect(service.failures == failures.total, "\(play.name)")
    }

    /// Sends a frame, then the end, and reads on.
    private static func end(behind bytes: [UInt8]) -> @Sendable (TestSocket) -> Void {
        { socket in
            socket.send(bytes)
            socket.finishSending()
            _ = socket.receiveToEnd()
        }
    }

    /// Reads to the end, then resets.
    private static func resetAtLast(_ socket: TestSocket) {
        _ = socket.receiveToEnd()
        socket.resetOnClose()
    }

    @Test func anInstanceThatBreaksATunnelOffHasFailed() throws {
        let plays = [
            Play(name: "a reset", instance: { $0.resetOnClose() }, reset: 1),
            Play(
                name: "of another protocol",
                tongue: "echo",
                instance: { $0.resetOnClose() },
                reset: 1
            ),
            Play(
                name: "a reset under what the client sends",
                instance: { $0.resetOnClose() },
                client: { socket in while socket.send(Self.maskedClose.map { _ in 0x81 }) {} },
                reset: 1
            ),
            Play(
                name: "an end behind a frame",
                instance: Self.end(behind: Self.text),
                closedEarly: 1
            ),
            Play(
                name: "an end in a frame",
                instance: Self.end(behind: [0x81, 0x05, 0x68]),
                closedEarly: 1
            ),
            Play(
                name: "an end that the client resets upon",
                instance: Self.end(behind: Self.text),
                client: Self.resetAtLast,
                closedEarly: 1
            ),
        ]
        for play in plays { try run(play) }
    }

    @Test func anEndThatTheProtocolOrTheClientWantsIsNoFailure() throws {
        let plays = [
            Play(name: "a close frame", instance: Self.end(behind: Self.close)),
            Play(
                name: "a close frame and a reset",
                instance: { socket in
                    socket.send(Self.close)
                    socket.resetOnClose()
                }
            ),
            Play(
                name: "the client's close frame",
                instance: { socket in
                    _ = socket.receive(count: Self.maskedClose.count)
                    socket.resetOnClose()
                },
                client: { socket in
                    socket.send(Self.maskedClose)
                    _ = socket.receiveToEnd()
                }
            ),
            Play(
                name: "the client's end",
                instance: { _ = $0.receiveToEnd() },
                client: { socket in
                    socket.finishSending()
                    _ = socket.receiveToEnd()
                }
            ),
            Play(
                name: "a reset upon the client's end",
                instance: Self.resetAtLast,
                client: { socket in
                    socket.finishSending()
                    _ = socket.receiveToEnd()
                }
            ),
            Play(
                name: "the client's reset",
                instance: { _ = $0.receiveToEnd() },
                client: { $0.resetOnClose() }
            ),
            Play(
                name: "of another protocol",
                tongue: "echo",
                instance: Self.end(behind: Self.text)
            ),
            Play(name: "of no frames", instance: Self.end(behind: [0x81, 0x82])),
        ]
        for play in plays { try run(play) }
    }

    /// What an instance sent before its reset still reaches the client.
    @Test func bytesInFrontOfAResetArrive() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        let client: TestSocket
        do {
            let (near, instance) = try bench.openTunnel(port, upstream)
            client = near
            #expect(client.receive(through: "\r\n\r\n") != nil)
            client.send(Self.text)
            #expect(bench.turns { bench.service.backends[0].bytesFromClients > 100 })
            // A Unix socket is reset when it is closed with bytes that nobody read.
            instance.send(Self.close)
        }
        #expect(bench.turns { bench.service.backends[0].inFlight == 0 })
        #expect(client.receiveBytesToEnd() == Self.close)
        #expect(bench.service.cutShort == 0)
    }
}
