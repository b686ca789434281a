import CutoverWire
import Testing

@testable import CutoverProxy

/// Where a request goes that an instance failed, and who gets the next ones.
@Suite struct FailoverTests {
    private let port = freePort()

    private func get(_ socket: TestSocket) -> String? {
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        return socket.receiveResponse()?.body
    }

    private func side(_ ports: [UInt16]) -> ProxySide {
        let backends = ports.enumerated().map { index, port in
            ProxyBackend(
                key: "blue-\(index)",
                address: .ipv4(host: "127.0.0.1", port: port),
                isHealthy: true,
                isDraining: false
            )
        }
        return ProxySide(name: "blue", release: "blue", weight: 1, backends: backends)
    }

    @Test func oneFailedConnectionIsEnoughForAWhile() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let bench = try LoopBench()
        try bench.apply(.on(port, .of("blue", weight: 1, freePort(), upstream.port)))
        for _ in 0..<5 {
            let socket = try #require(TestSocket(port: port))
            socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let answered = bench.service.backends.map { $0.responses[1] }.reduce(0, +)
            #expect(
                bench.turns {
                    bench.service.backends.map { $0.responses[1] }.reduce(0, +) == answered + 1
                }
            )
        }
        let refused = { bench.service.backends.map(\.failures.connectRefused).reduce(0, +) }
        #expect(refused() == 1)
        #expect(!bench.loop.routing.suspects.isEmpty)
        // Then it gets its share again: only a try can tell.
        #expect(bench.turns { bench.loop.routing.suspects.isEmpty })
        #expect(bench.loop.routing.backends.allSatisfy { $0.isPreferred })
    }

    /// When a machine with several instances dies, no request finds only those.
    @Test(arguments: ["GET", "POST"])
    func refusalsAreNoReasonToGiveUpWhileAnotherIsGood(method: String) throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        let ports = (0..<5).map { _ in freePort() } + [upstream.port]
        try proxy.apply(.on(port, side(ports)))
        let socket = try #require(TestSocket(port: port))
        socket.send("\(method) / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        #expect(socket.receiveResponse()?.body == "ok")
        let refused = try proxy.client.stats().services[0].backends.map(\.failures.connectRefused)
        #expect(refused.reduce(0, +) == 5)
    }

    @Test func thereAreOnlySoManyRefusalsToOneRequest() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, side((0..<40).map { _ in freePort() })))
        let socket = try #require(TestSocket(port: port))
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(socket.receiveResponse()?.head.hasPrefix("HTTP/1.1 502") == true)
        let refused = try proxy.client.stats().services[0].backends.map(\.failures.connectRefused)
        #expect(refused.reduce(0, +) == UInt64(Loop.refusedAttemptsMaximum))
    }

    @Test func theOnlyInstanceIsTriedHoweverOftenItFails() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, freePort())))
        for _ in 0..<3 {
            let socket = try #require(TestSocket(port: port))
            #expect(get(socket) != nil)
        }
        #expect(try proxy.backend("blue-0").failures.connectRefused == 3)
    }

    /// What took no connection a moment ago is still better than what the checks find ill.
    @Test func anUnhealthyInstanceGainsNothingByAnothersFailure() throws {
        let ill = ScriptedUpstream.answering("ill")
        defer { ill.stop() }
        let proxy = try ProxyHarness()
        var side = ProxySide.of("blue", weight: 1, freePort(), ill.port)
        side.backends[1].isHealthy = false
        try proxy.apply(.on(port, side))
        for number in 1...4 {
            let socket = try #require(TestSocket(port: port))
            #expect(get(socket) == "ill")
            #expect(try proxy.backend("blue-0").requests == UInt64(number))
        }
    }

    /// A kept connection that closes is a sign of an instance that ends: the next one is another's,
    /// even if that has more to do.
    @Test func aRetryPrefersAnotherInstance() throws {
        let ending = ScriptedUpstream { upstream, socket, number in
            guard number == 0, upstream.readRequest(socket) != nil else { return }
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nending")
            _ = upstream.readRequest(socket)
            socket.hangUp()
        }
        let other = ScriptedUpstream { upstream, socket, _ in
            while let head = upstream.readRequest(socket), !head.contains("/slow") {
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother")
            }
            _ = socket.receive(count: 1)
        }
        defer {
            ending.stop()
            other.stop()
        }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, ending.port, other.port)))
        let socket = try #require(TestSocket(port: port))
        #expect(get(socket) == "ending")
        let slow = try #require(TestSocket(port: port))
        slow.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(eventually { other.requests.count == 1 })
        #expect(get(socket) == "other")
        let stats = try proxy.backend("blue-0")
        #expect(stats.retries == 1 && stats.failures.total == 0 && stats.requests == 2)
    }

    /// A request that is sent again takes nobody else's turn.
    @Test func aRetryStaysOnItsSide() throws {
        let blue = ScriptedUpstream.answering("blue")
        let green = ScriptedUpstream.answering("green")
        defer {
            blue.stop()
            green.stop()
        }
        let proxy = try ProxyHarness()
        try proxy.apply(
            .on(
                port,
                .of("blue", weight: 1, blue.port),
                .of("green", weight: 1, freePort(), green.port)
            )
        )
        let socket = try #require(TestSocket(port: port))
        let bodies = (0..<20).map { _ in get(socket) }
        #expect(bodies.filter { $0 == "blue" }.count == 10)
        #expect(bodies.filter { $0 == "green" }.count == 10)
    }
}
