import CutoverWire
import Testing

@testable import CutoverProxy

@Suite struct TunnelTests {
    private let port = freePort()
    private let upgrade =
        "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    private let switching =
        "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: a\r\n"
        + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"

    /// Switches protocols and sends back what it gets, behind a greeting that comes with the head.
    private func echo() -> ScriptedUpstream {
        let head = switching
        return ScriptedUpstream { upstream, socket, _ in
            _ = upstream.readRequest(socket)
            socket.send(head + "hello")
            while let byte = socket.receive(count: 1) { socket.send(byte) }
            socket.finishSending()
        }
    }

    @Test func bytesPassBothWaysBehindTheSwitchThatWasAskedFor() throws {
        let upstream = echo()
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let socket = try #require(TestSocket(port: port))
        socket.send(upgrade + "early")
        #expect(socket.receive(through: "\r\n\r\n") == switching)
        #expect(
            socket.receive(count: 10).map { String(decoding: $0, as: UTF8.self) } == "helloearly"
        )
        for size in [1, 1_000, 300_000] {
            let bytes = [UInt8](repeating: UInt8(size % 251), count: size)
            socket.send(bytes)
            #expect(socket.receive(count: size) == bytes)
        }
        let open = try proxy.backend("blue-0")
        #expect(open.inFlight == 1 && open.responses[0] == 1)
        socket.finishSending()
        #expect(socket.receiveToEnd() == "")
        #expect(try eventually { try proxy.backend("blue-0").inFlight == 0 })
        #expect(upstream.requests.first?.contains("Connection: Upgrade\r\n") == true)
    }

    /// Also those that come in one piece with the heads of either side.
    @Test func everyByteOfATunnelIsCounted() throws {
        let upstream = echo()
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let socket = try #require(TestSocket(port: port))
        socket.send(upgrade + "early")
        #expect(socket.receive(through: "helloearly") == switching + "helloearly")
        socket.send("late")
        #expect(socket.receive(through: "late") == "late")
        socket.finishSending()
        #expect(socket.receiveToEnd() == "")
        let stats = try proxy.settled("blue-0")
        let request = try #require(upstream.requests.first)
        #expect(stats.bytesFromClients == UInt64((request + "earlylate").utf8.count))
        #expect(stats.bytesToClients == UInt64((switching + "helloearlylate").utf8.count))
    }

    @Test func aTunnelLivesThroughASwitchUntilItIsCut() throws {
        let upstream = echo()
        let green = ScriptedUpstream.answering("green")
        defer {
            upstream.stop()
            green.stop()
        }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let socket = try #require(TestSocket(port: port))
        socket.send(upgrade)
        #expect(socket.receive(through: "hello") != nil)
        try proxy.apply(
            .on(
                port,
                .of("blue", weight: 0, upstream.port, isDraining: true),
                .of("green", weight: 1, green.port)
            )
        )
        socket.send("still here")
        #expect(socket.receive(through: "still here") == "still here")
        #expect(try proxy.client.cut(["blue-0"], epoch: 1).count == 1)
        #expect(socket.receiveToEnd() == "")
        #expect(eventually { upstream.connectionCount == 0 })
        #expect(try proxy.backend("blue-0").failures.cut == 1)
    }

    @Test(arguments: [
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
        "HTTP/1.0 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    ])
    func aSwitchToAnotherProtocolOrInHalfIsRefused(answer: String) throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            _ = upstream.readRequest(socket)
            socket.send(answer)
            _ = socket.receive(count: 1)
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let socket = try #require(TestSocket(port: port))
        socket.send(upgrade)
        #expect(socket.receiveToEnd()?.hasPrefix("HTTP/1.1 502") == true)
        #expect(try proxy.backend("blue-0").failures.responseInvalid == 1)
    }

    @Test func aRefusedUpgradeIsAnOrdinaryResponse() throws {
        let upstream = ScriptedUpstream.answering("no")
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let socket = try #require(TestSocket(port: port))
        for _ in 0..<2 {
            socket.send(upgrade)
            #expect(socket.receiveResponse()?.body == "no")
        }
        #expect(try proxy.settled("blue-0").requests == 2)
    }
}
