import CutoverWire
import Testing

@testable import CutoverProxy

/// The end of a loop is no reason to lose a request that was on its way.
@Suite struct StopTests {
    private let port = freePort()
    private let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    private let response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    /// Has an instance answer the next request, which comes on a new connection to it.
    private func answer(_ upstream: UnixUpstream, _ bench: LoopBench, _ count: UInt64) throws {
        #expect(bench.turns { bench.service.backends[0].requests == count })
        let instance = try upstream.accept()
        #expect(instance.receive(through: "\r\n\r\n") != nil)
        instance.send(response)
        instance.finishSending()
        #expect(bench.turns { bench.service.backends[0].inFlight == 0 })
    }

    /// Whether a client gets its response, and is told that no other follows.
    private func isServedAtLast(_ client: TestSocket) -> Bool {
        let answer = client.receiveToEnd() ?? ""
        return answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix("ok")
            && answer.lowercased().contains("connection: close")
    }

    @Test func aKeptConnectionIsServedOnceMore() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        let client = try #require(TestSocket(port: port))
        client.send(request)
        try answer(upstream, bench, 1)
        #expect(client.receive(through: "ok") != nil)
        bench.loop.commands.post(.stop(graceMilliseconds: 60_000))
        bench.turn()
        client.send(request)
        try answer(upstream, bench, 2)
        #expect(isServedAtLast(client))
        #expect(bench.turns { bench.connections(.client).isEmpty })
    }

    @Test func aConnectionThatHasJustComeIsServed() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        let client = try #require(TestSocket(port: port))
        bench.loop.commands.post(.stop(graceMilliseconds: 60_000))
        bench.turn()
        client.send(request)
        try answer(upstream, bench, 1)
        #expect(isServedAtLast(client))
    }

    /// Between the wait for events and the look at the deadlines.
    @Test func aRequestThatComesWithTheDeadlineIsServed() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        let client = try #require(TestSocket(port: port))
        #expect(bench.turns { bench.service.connectionsOpen == 1 })
        client.send(request)
        bench.loop.now &+= 600_000
        bench.loop.sweep()
        try answer(upstream, bench, 1)
        #expect(client.receive(through: "ok") != nil)
    }

    @Test func anIdleConnectionIsClosedSoon() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        let client = try #require(TestSocket(port: port))
        #expect(bench.turns { bench.service.connectionsOpen == 1 })
        bench.loop.commands.post(.stop(graceMilliseconds: 60_000))
        #expect(bench.turns { bench.connections(.client).isEmpty })
        #expect(client.receiveToEnd() == "")
    }
}
