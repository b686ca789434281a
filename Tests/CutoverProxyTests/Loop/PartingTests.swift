import CutoverWire
import Testing

@testable import CutoverProxy

/// How a tunnel is cut at the end of a drain, and of the proxy: both sides of a WebSocket are told
/// so wherever a frame may stand.
@Suite struct PartingTests {
    private let port = freePort()
    private let goingAway: [UInt8] = [0x88, 0x02, 0x03, 0xe9]
    private let serviceRestart: [UInt8] = [0x88, 0x02, 0x03, 0xf4]

    /// Two ends of a tunnel through a proxy.
    private struct Tunnel {
        /// The client's end, and the instance's; they go before the proxy, which waits for them.
        var near: TestSocket
        var far: TestSocket
        var instance: UnixUpstream
        var proxy: ProxyHarness
    }

    private func open(_ name: String = "websocket") throws -> Tunnel {
        let instance = try UnixUpstream()
        let proxy = try ProxyHarness()
        var settings = ProxySettings()
        settings.upgrades = ["websocket", "echo"]
        try proxy.apply(.on(port, instance.side("blue"), settings: settings))
        let near = try #require(TestSocket(port: port))
        near.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: \(name)\r\n\r\n")
        #expect(try eventually { try proxy.backend("blue-0").inFlight == 1 })
        let far = try instance.accept()
        #expect(far.receive(through: "\r\n\r\n") != nil)
        far.send(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: \(name)\r\n\r\n"
        )
        #expect(near.receive(through: "\r\n\r\n")?.hasPrefix("HTTP/1.1 101 ") == true)
        try proxy.apply(.on(port, draining(instance), .of("green", weight: 1, 1)))
        return Tunnel(near: near, far: far, instance: instance, proxy: proxy)
    }

    private func draining(_ instance: UnixUpstream) -> ProxySide {
        var side = instance.side("blue", weight: 0)
        side.backends[0].isDraining = true
        return side
    }

    /// Whether these are a client's close frame with 1001, under any key.
    private func isMaskedGoingAway(_ bytes: [UInt8]?) -> Bool {
        guard let bytes, bytes.count == 8, bytes[0] == 0x88, bytes[1] == 0x82 else {
            return false
        }
        return [bytes[6] ^ bytes[2], bytes[7] ^ bytes[3]] == [0x03, 0xe9]
    }

    @Test func bothSidesOfAWebSocketAreToldAndThenWaitedFor() throws {
        let tunnel = try open()
        let text: [UInt8] = [0x81, 0x02, 0x68, 0x69]
        tunnel.far.send(text)
        #expect(tunnel.near.receive(count: 4) == text)
        #expect(try tunnel.proxy.cut("blue-0") == 1)
        #expect(tunnel.near.receiveBytesToEnd() == goingAway)
        #expect(isMaskedGoingAway(tunnel.far.receiveBytesToEnd()))
        let stats = try tunnel.proxy.backend("blue-0")
        #expect(stats.inFlight == 0 && stats.failures.cut == 1)
        #expect(stats.connectionsOpen == 1)
        let service = try #require(try tunnel.proxy.client.stats().services.first)
        #expect(service.cutShort == 1 && service.connectionsOpen == 1)
        // What the peers answer is read, so that nothing resets them, and their ends end it all.
        tunnel.near.send([0x88, 0x82, 1, 2, 3, 4, 0x02, 0xeb])
        tunnel.near.finishSending()
        tunnel.far.send(goingAway)
        tunnel.far.finishSending()
        #expect(
            try eventually {
                let service = try tunnel.proxy.client.stats().services.first
                return service?.connectionsOpen == 0
                    && service?.backends.allSatisfy { $0.connectionsOpen == 0 } == true
            }
        )
    }

    @Test func peersThatDoNotAnswerAreLeftAllTheSame() throws {
        let tunnel = try open()
        #expect(try tunnel.proxy.cut("blue-0") == 1)
        #expect(tunnel.near.receiveBytesToEnd() == goingAway)
        #expect(
            try eventually {
                let service = try tunnel.proxy.client.stats().services.first
                return service?.connectionsOpen == 0
                    && service?.backends.allSatisfy { $0.connectionsOpen == 0 } == true
            }
        )
    }

    @Test func inTheMiddleOfAFrameNoOtherIsSent() throws {
        let tunnel = try open()
        tunnel.far.send([0x82, 0x05, 1, 2])
        #expect(tunnel.near.receive(count: 4) == [0x82, 0x05, 1, 2])
        #expect(try tunnel.proxy.cut("blue-0") == 1)
        #expect(tunnel.near.receiveBytesToEnd() == [])
        #expect(isMaskedGoingAway(tunnel.far.receiveBytesToEnd()))
    }

    @Test func theOtherDirectionIsJudgedByItself() throws {
        let tunnel = try open()
        tunnel.near.send([0x82, 0x85, 1, 2, 3, 4, 5])
        #expect(tunnel.far.receive(count: 7) != nil)
        #expect(try tunnel.proxy.cut("blue-0") == 1)
        #expect(tunnel.near.receiveBytesToEnd() == goingAway)
        #expect(tunnel.far.receiveBytesToEnd() == [])
    }

    @Test func nothingFollowsACloseFrame() throws {
        let tunnel = try open()
        let close: [UInt8] = [0x88, 0x02, 0x03, 0xe8]
        tunnel.far.send(close)
        #expect(tunnel.near.receive(count: 4) == close)
        #expect(try tunnel.proxy.cut("blue-0") == 1)
        #expect(tunnel.near.receiveBytesToEnd() == [])
        #expect(isMaskedGoingAway(tunnel.far.receiveBytesToEnd()))
    }

    @Test func anotherProtocolIsClosedWithoutAWord() throws {
        let tunnel = try open("echo")
        #expect(try tunnel.proxy.cut("blue-0") == 1)
        #expect(tunnel.near.receiveBytesToEnd() == [])
        #expect(tunnel.far.receiveBytesToEnd() == [])
        #expect(try tunnel.proxy.backend("blue-0").connectionsOpen == 0)
    }

    @Test func aProxyThatEndsSaysThatTheServiceStartsAnew() throws {
        let tunnel = try open()
        tunnel.proxy.stop()
        #expect(tunnel.near.receiveBytesToEnd() == serviceRestart)
        #expect(isMaskedGoingAway(tunnel.far.receiveBytesToEnd()))
    }

    @Test func bytesThatWaitForASlowReaderAreFollowedByNoFrame() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        let client = try #require(TestSocket(port: port, receiveBuffer: 4_096))
        client.send(
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        )
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        try bench.narrow()
        let instance = try upstream.accept()
        instance.send(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                + "Upgrade: websocket\r\n\r\n"
        )
        instance.send([0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0x86, 0xa0])
        instance.send([UInt8](repeating: 0x88, count: 100_000))
        #expect(bench.turns { bench.connections(.client).allSatisfy(\.hasOutput) })
        #expect(bench.turns { bench.connections(.upstream).allSatisfy(\.frames.isAtBoundary) })
        try bench.apply(.on(port, draining(upstream), .of("green", weight: 1, 1)))
        let number = bench.loop.routing.backends.first { $0.isDraining }?.number ?? 0
        bench.loop.commands.post(.cut([number], ticket: 9))
        #expect(bench.turns { bench.connections(.client).isEmpty })
        #expect(bench.connections(.upstream).allSatisfy { $0.phase == .linger })
        #expect(client.receive(through: "\r\n\r\n") != nil)
        let rest = client.receiveBytesToEnd() ?? []
        #expect(rest.suffix(4) != goingAway[...])
    }
}
