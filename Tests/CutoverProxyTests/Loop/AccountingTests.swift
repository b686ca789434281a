import CLinux
import CutoverWire
import Glibc
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
        #expect(bench.service.uncountedRequests == 0 && bench.service.uncountedFailures == 1)
        #expect(requests(bench.service) == 2)
    }

    // MARK: - What counts at no instance

    /// The requests of clients, as the engine adds them up.
    private func requests(_ service: ProxyServiceStats) -> UInt64 {
        service.backends.reduce(service.uncountedRequests) { $0 + $1.requests - $1.retries }
    }

    private func send(_ path: String = "/") throws -> TestSocket {
        let socket = try #require(TestSocket(port: port))
        socket.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        return socket
    }

    @Test func whatIsCutBeforeItsResponseCountsAtItsInstanceAlone() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        let client = try send()
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        bench.loop.commands.post(.stop(graceMilliseconds: 0))
        #expect(bench.turns { bench.service.backends[0].failures.cut == 1 })
        #expect(client.receiveResponse()?.head.hasPrefix("HTTP/1.1 503 ") == true)
        #expect(bench.service.refusals == [ProxyRefusal(status: 503, count: 1)])
        #expect(bench.service.uncountedRequests == 0 && bench.service.uncountedFailures == 0)
        #expect(requests(bench.service) == 1)
    }

    @Test func whatFindsNoInstanceCountsAtNone() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue", weight: 0)))
        let client = try send()
        #expect(bench.turns { bench.service.refusals.map(\.status) == [503] })
        #expect(client.receiveResponse()?.head.hasPrefix("HTTP/1.1 503 ") == true)
        #expect(bench.service.uncountedRequests == 1 && bench.service.uncountedFailures == 1)
        #expect(requests(bench.service) == 1)
    }

    /// What was refused at once, and what a client got wrong, are no requests of the service.
    @Test func aFaultOfTheClientIsNoFailure() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        let client = try #require(TestSocket(port: port))
        client.send("GET / HTTP/1.1\r\n\r\n")
        #expect(bench.turns { bench.service.refusals.map(\.status) == [400] })
        #expect(bench.service.uncountedRequests == 0 && bench.service.uncountedFailures == 0)
    }

    /// The handshake fails, no other instance is left, and the attempt counts as given up.
    @Test func aRequestThatNoInstanceTookCountsOnce() throws {
        let bench = try LoopBench()
        try bench.apply(.on(port, .of("blue", weight: 1, freePort(), freePort())))
        let clients = try (0..<3).map { _ in try send() }
        #expect(
            bench.turns { bench.service.refusals == [ProxyRefusal(status: 502, count: 3)] }
        )
        #expect(clients.allSatisfy { $0.receiveToEnd()?.hasPrefix("HTTP/1.1 502 ") == true })
        #expect(bench.service.backends.allSatisfy { $0.failures.total > 0 })
        #expect(bench.service.uncountedFailures == 0)
        #expect(requests(bench.service) == 3)
    }

    /// One instance refuses, and the queue of the other has no room yet.
    @Test func aRequestThatWaitsForRoomBehindAnAttemptCountsOnce() throws {
        let narrow = try UnixUpstream(backlog: 0)
        var occupant: Int32 = -1
        try #require(clinux_connect_unix(narrow.path, &occupant) >= 0)
        defer { close(occupant) }
        let gone = ProxyBackend(key: "gone", address: .unix(path: "/tmp/cutover-gone.sock"))
        let side = ProxySide(
            name: "blue",
            release: "blue",
            weight: 1,
            backends: [gone] + narrow.side("narrow").backends
        )
        let bench = try LoopBench()
        try bench.apply(.on(port, side))
        let client = try send()
        #expect(bench.turns { bench.loop.waiting.count == 1 })
        #expect(bench.service.backends[0].failures.connectRefused == 1)
        _ = try narrow.accept()
        #expect(bench.turns { bench.loop.waiting.isEmpty })
        let instance = try narrow.awaitConnection()
        #expect(instance.receive(through: "\r\n\r\n") != nil)
        instance.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        #expect(bench.turns { bench.service.backends.map(\.inFlight) == [0, 0] })
        #expect(client.receiveResponse()?.body == "ok")
        #expect(requests(bench.service) == 1)
    }
}
