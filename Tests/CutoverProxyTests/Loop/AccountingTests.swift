import CutoverWire
import Testing

@testable import CutoverProxy

/// Who is charged for what.
@Suite struct AccountingTests {
    private let port = freePort()

    /// Every second request meets a kept connection that the instance closes under it.
    @Test func anInstanceThatClosesKeptConnectionsHasNoFailures() throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            guard upstream.readRequest(socket) != nil else { return }
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            _ = upstream.readRequest(socket)
            socket.hangUp()
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let socket = try #require(TestSocket(port: port))
        for _ in 0..<10 {
            socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(socket.receiveResponse()?.body == "ok")
        }
        let stats = try proxy.settled("blue-0")
        #expect(stats.retries == 9 && stats.failures.total == 0 && stats.responses[1] == 10)
        #expect(stats.requests - stats.retries == 10)
    }

    /// Seven clients, none of them idle, and one connection to the instance leave no slot for
    /// another.
    @Test func aWantOfThisMachineIsNotTheInstancesFailure() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench(connectionsMaximum: 8)
        try bench.apply(.on(port, upstream.side("blue")))
        let clients = try (0..<7).map { _ in try #require(TestSocket(port: port)) }
        #expect(bench.turns { bench.service.connectionsOpen == 7 })
        clients[0].send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        for client in clients.dropFirst() {
            client.send("GET / HTTP/1.1\r\n")
        }
        #expect(
            bench.turns { bench.connections(.client).count { $0.inputCount > 0 } == 6 }
        )
        clients[1].send("Host: x\r\n\r\n")
        #expect(bench.turns { bench.service.refusals.map(\.status) == [503] })
        #expect(clients[1].receiveResponse()?.head.hasPrefix("HTTP/1.1 503 ") == true)
        let failures = bench.service.backends[0].failures
        #expect(failures.local == 1 && failures.total == 0)
    }
}
