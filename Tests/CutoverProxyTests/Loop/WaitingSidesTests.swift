import CutoverWire
import Synchronization
import Testing

@testable import CutoverProxy

/// Requests that wait where two sides share the traffic: each takes one turn, and keeps it.
@Suite struct WaitingSidesTests {
    private let port = freePort()

    private func send() throws -> TestSocket {
        let socket = try #require(TestSocket(port: port))
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        return socket
    }

    /// The turns that requests have taken.
    private func turns(_ bench: LoopBench) -> Int {
        bench.loop.routing.routes[0].plan._withUnsafeGuaranteedRef {
            $0.turns.ticket.load(ordering: .relaxed)
        }
    }

    private func requests(_ bench: LoopBench) -> [UInt64] {
        bench.service.backends.map(\.requests)
    }

    /// Room for one connection that is not accepted yet.
    private func narrowUpstream() throws -> UnixUpstream { try UnixUpstream(backlog: 0) }

    /// Neither does a full side send its requests elsewhere, nor keep those of the other waiting.
    @Test func aRequestThatWaitsKeepsItsSide() throws {
        let narrow = try narrowUpstream()
        let wide = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, narrow.side("blue"), wide.side("green")))
        let clients = try (0..<20).map { _ in try send() }
        #expect(bench.turns { requests(bench)[1] == 10 })
        #expect(bench.turns { bench.loop.waiting.count == 9 })
        for _ in 0..<20 { bench.turn() }
        #expect(turns(bench) == 20 && requests(bench) == [1, 10])
        var instances: [TestSocket] = []
        for left in (0..<9).reversed() {
            instances.append(try narrow.accept())
            #expect(bench.turns { bench.loop.waiting.count == left })
        }
        #expect(turns(bench) == 20 && requests(bench) == [10, 10] && clients.count == 20)
        #expect(bench.service.backends.allSatisfy { $0.failures == ProxyFailures() })
    }

    @Test func aSideThatHasNoRoomInTimeYields() throws {
        let narrow = try narrowUpstream()
        let wide = try UnixUpstream()
        let bench = try LoopBench()
        var settings = ProxySettings()
        settings.connectTimeout = 300
        try bench.apply(.on(port, narrow.side("blue"), wide.side("green"), settings: settings))
        let clients = try (0..<4).map { _ in try send() }
        #expect(bench.turns { bench.loop.waiting.count == 1 })
        #expect(requests(bench) == [1, 2])
        #expect(bench.turns { requests(bench)[1] == 3 })
        let blue = bench.service.backends[0]
        #expect(blue.failures.connectTimedOut == 1 && blue.retries == 1)
        #expect(bench.loop.waiting.isEmpty && turns(bench) == 4 && clients.count == 4)
        #expect(bench.service.refusals == [])
    }

    @Test func whoWaitsWhenTheServiceLeavesIsRefused() throws {
        let upstreams = try [narrowUpstream(), narrowUpstream()]
        let bench = try LoopBench()
        try bench.apply(.on(port, upstreams[0].side("blue"), upstreams[1].side("green")))
        let clients = try (0..<4).map { _ in try send() }
        #expect(bench.turns { bench.loop.waiting.count == 2 })
        try bench.apply()
        #expect(bench.turns { bench.loop.waiting.isEmpty })
        for client in clients[2...] {
            #expect(client.receiveResponse()?.head.hasPrefix("HTTP/1.1 503 ") == true)
        }
    }

    /// What is full is still better than what the checks find ill.
    @Test func aFullInstanceIsWaitedForAndNoIllOneAsked() throws {
        let narrow = try narrowUpstream()
        let ill = try UnixUpstream()
        let bench = try LoopBench()
        var side = narrow.side("blue")
        side.backends += ill.side("ill").backends
        side.backends[1].isHealthy = false
        try bench.apply(.on(port, side))
        let clients = try (0..<3).map { _ in try send() }
        #expect(bench.turns { bench.loop.waiting.count == 2 })
        #expect(requests(bench) == [1, 0] && clients.count == 3)
    }

    /// Its instances are down: it is tried again and again, and is one request all the same.
    @Test func aRequestInTheLineTakesOneTurn() throws {
        let bench = try LoopBench()
        var settings = ProxySettings()
        settings.holdsWhenUnavailable = ProxyHold(
            requests: 10,
            timeout: 60_000,
            releasedPerSecond: 1_000
        )
        let sides = [
            ProxySide.of("blue", weight: 1, freePort()),
            ProxySide.of("green", weight: 1, freePort()),
        ]
        try bench.apply(.on(port, sides[0], sides[1], settings: settings))
        let client = try send()
        #expect(bench.turns { requests(bench).reduce(0, +) >= 8 })
        #expect(turns(bench) == 1)
        let upstreams = try (0..<2).map { _ in try UnixUpstream() }
        try bench.apply(
            .on(port, upstreams[0].side("blue"), upstreams[1].side("green"), settings: settings)
        )
        #expect(bench.turns { bench.service.held == 0 })
        let instance = try upstreams[0].awaitConnection()
        instance.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        #expect(bench.turns { bench.service.backends[0].responses[1] == 1 })
        #expect(client.receiveResponse() != nil && turns(bench) == 1)
    }

    /// A bound request takes no turn, also when its instance has no room.
    @Test func aBoundRequestThatWaitsTakesNoTurn() throws {
        let narrow = try narrowUpstream()
        let wide = try UnixUpstream()
        let bench = try LoopBench()
        var settings = ProxySettings()
        settings.stickyCookie = "instance"
        try bench.apply(.on(port, narrow.side("blue"), wide.side("green"), settings: settings))
        let digits = String(StickyCookie.identifier(of: "blue-0"), radix: 16)
        let cookie = String(repeating: "0", count: 16 - digits.utf8.count) + digits
        let clients = try (0..<3).map { _ in
            let socket = try #require(TestSocket(port: port))
            socket.send("GET / HTTP/1.1\r\nHost: x\r\nCookie: instance=\(cookie)\r\n\r\n")
            return socket
        }
        #expect(bench.turns { bench.loop.waiting.count == 2 })
        #expect(requests(bench) == [1, 0] && turns(bench) == 0 && clients.count == 3)
    }
}
