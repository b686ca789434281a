import CutoverWire
import Testing

@testable import CutoverProxy

/// A loop without a place for one more client: who idles longest gives way, who is busy never.
@Suite struct RoomTests {
    /// Of sixteen places two are kept for connections to instances.
    private static let clientsMaximum = 14

    private let port = freePort()

    private func connect() throws -> TestSocket {
        try #require(TestSocket(port: port))
    }

    /// As many clients as there are places for, each of which idles since another moment.
    private func fill(_ bench: LoopBench, leaving free: Int = 0) throws -> [TestSocket] {
        try (0..<(Self.clientsMaximum - free)).map { number in
            let socket = try connect()
            #expect(bench.turns { bench.connections(.client).count == number + 1 })
            let accepted = bench.loop.now
            #expect(bench.turns { bench.loop.now != accepted })
            return socket
        }
    }

    /// Whether a client's connection is still served: it gets an answer, which is its last.
    private func isServed(_ socket: TestSocket, _ bench: LoopBench) -> Bool {
        let before = bench.refusals
        socket.send("GET / HTTP/9.9\r\n\r\n")
        return bench.turns { bench.refusals > before }
            && socket.receive(through: "\r\n\r\n")?.hasPrefix("HTTP/1.1 505") == true
    }

    @Test func theClientThatIdlesLongestGivesWay() throws {
        let bench = try LoopBench(connectionsMaximum: 16)
        try bench.apply(.on(port, .of("blue", weight: 1, 1)))
        let clients = try fill(bench)
        let first = try connect()
        #expect(bench.turns { bench.service.connectionsAccepted == 15 })
        let second = try connect()
        #expect(bench.turns { bench.service.connectionsAccepted == 16 })
        #expect(clients[0].receiveToEnd() == "" && clients[1].receiveToEnd() == "")
        #expect(isServed(clients[2], bench) && isServed(first, bench) && isServed(second, bench))
        #expect(bench.service.connectionsRefused == 0)
    }

    @Test func aClientWhoseRequestHasJustArrivedStays() throws {
        let bench = try LoopBench(connectionsMaximum: 16)
        try bench.apply(.on(port, .of("blue", weight: 1, 1)))
        let clients = try fill(bench)
        let late = try connect()
        clients[0].send("GET / HTTP/9.9\r\n\r\n")
        #expect(bench.turns { bench.service.connectionsAccepted == 15 })
        #expect(bench.turns { bench.refusals == 1 })
        #expect(clients[0].receive(through: "\r\n\r\n")?.hasPrefix("HTTP/1.1 505") == true)
        #expect(clients[1].receiveToEnd() == "")
        #expect(isServed(late, bench))
    }

    @Test func anIdleConnectionToAnInstanceGivesWayFirst() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench(connectionsMaximum: 16)
        try bench.apply(.on(port, upstream.side("blue")))
        let client = try connect()
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        let instance = try upstream.accept()
        instance.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")
        #expect(bench.turns { bench.service.backends[0].inFlight == 0 })
        #expect(client.receiveResponse()?.body == "done")
        var clients: [TestSocket] = []
        while clients.count < Self.clientsMaximum - 1 {
            clients.append(try connect())
            #expect(bench.turns { bench.connections(.client).count == clients.count + 1 })
        }
        #expect(bench.connections(.upstream).isEmpty)
        #expect(bench.service.backends[0].connectionsOpen == 0)
        #expect(isServed(client, bench) && isServed(clients[0], bench))
    }

    @Test func anIdleClientGivesWayToARequest() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench(connectionsMaximum: 16)
        try bench.apply(.on(port, upstream.side("blue")))
        // Two are with the instance: together with these, the clients take every place.
        let clients = try fill(bench)
        for client in clients[2...4] {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        }
        #expect(bench.turns { bench.service.backends[0].requests == 3 })
        #expect(bench.service.backends[0].failures.local == 0 && bench.refusals == 0)
        #expect(clients[0].receiveToEnd() == "")
        #expect(bench.connections(.client).count == 13)
        for _ in 0..<3 {
            try upstream.accept().send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")
        }
        #expect(bench.turns { bench.service.backends[0].inFlight == 0 })
        for client in clients[2...4] {
            #expect(client.receiveResponse()?.body == "done")
        }
        #expect(isServed(clients[1], bench))
    }

    @Test func withoutAnIdleConnectionANewOneIsRefusedAndCounted() throws {
        let bench = try LoopBench(connectionsMaximum: 16)
        try bench.apply(.on(port, .of("blue", weight: 1, 1)))
        let clients = try fill(bench)
        for client in clients {
            client.send("GET / HTTP/1.1\r\n")
        }
        #expect(bench.turns { bench.connections(.client).allSatisfy { $0.inputCount > 0 } })
        let late = try connect()
        #expect(bench.turns { bench.service.connectionsRefused == 1 })
        #expect(late.receive(count: 1) == nil)
        #expect(bench.service.connectionsAccepted == 14 && bench.service.failures == 1)
        clients[0].send("\r\n")
        #expect(bench.turns { bench.refusals == 1 })
    }
}

extension LoopBench {
    /// Answers of the proxy's own to clients of the only service.
    fileprivate var refusals: UInt64 {
        service.refusals.reduce(0) { $0 + $1.count }
    }
}
