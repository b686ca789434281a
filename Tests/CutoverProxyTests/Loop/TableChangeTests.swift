import CutoverWire
import Testing

@testable import CutoverProxy

/// What outlives a change of the table, and what must not.
@Suite struct TableChangeTests {
    private let port = freePort()

    private func request() throws -> TestSocket {
        let socket = try #require(TestSocket(port: port))
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        return socket
    }

    @Test func sharesGoOnAcrossTables() throws {
        let blue = ScriptedUpstream.answering("blue")
        let green = ScriptedUpstream.answering("green")
        defer {
            blue.stop()
            green.stop()
        }
        let proxy = try ProxyHarness(threads: 2)
        var bodies: [String] = []
        for _ in 0..<6 {
            try proxy.apply(
                .on(port, .of("blue", weight: 1, blue.port), .of("green", weight: 1, green.port))
            )
            bodies.append(try #require(request().receiveResponse()).body)
        }
        #expect(bodies.filter { $0 == "green" }.count == 3)
    }

    /// A slot says nothing of the instance that it held before.
    @Test func aRefusalOfOneInstanceIsNotHeldAgainstItsSuccessor() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        let blue = upstream.side("blue")
        try bench.apply(.on(port, blue, .of("dead", weight: 0, 1)))
        let socket = try request()
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        let client = try #require(
            (0..<Int32(bench.loop.slab.highWater)).first { bench.loop.slab[$0].role == .client }
        )
        let dead = try #require(bench.loop.routing.backends.firstIndex { $0.inFlight == 0 })
        bench.loop.slab[client].failedBackends[0] = Int32(dead)
        try bench.apply(.on(port, blue, .of("dead", weight: 0, 1)))
        #expect(bench.loop.slab[client].failedBackends[0] == Int32(dead))
        try bench.apply(.on(port, blue, .of("fresh", weight: 0, 1)))
        #expect(bench.loop.slab[client].failedBackends[0] == -1)
        #expect(socket.send(""))
    }
}
