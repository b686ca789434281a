import CutoverWire
import Foundation
import Synchronization
import Testing

@testable import CutoverProxy

/// Whoever is waited for has a deadline, in every order of events.
@Suite struct DeadlineTests {
    private let port = freePort()

    private func settings(idle: UInt32) -> ProxySettings {
        var settings = ProxySettings()
        settings.idleTimeout = idle
        return settings
    }

    /// An answer to it would be taken for that of the next request.
    @Test func anEmptyLineIsNoRequestThatCouldTimeOut() throws {
        let proxy = try ProxyHarness()
        var settings = ProxySettings()
        settings.headTimeout = 300
        try proxy.apply(.on(port, .of("blue", weight: 1, 1), settings: settings))
        for line in ["\r", "\r\n"] {
            let client = try #require(TestSocket(port: port))
            client.send(line)
            #expect(client.receiveToEnd() == "")
        }
        #expect(try proxy.refusals(408) == 0)
    }

    @Test func anUnfinishedHeadIsAnsweredAsItsMethodWants() throws {
        let proxy = try ProxyHarness()
        var settings = ProxySettings()
        settings.headTimeout = 300
        try proxy.apply(.on(port, .of("blue", weight: 1, 1), settings: settings))
        for (method, hasBody) in [("GET", true), ("HEAD", false)] {
            let client = try #require(TestSocket(port: port))
            client.send("\(method) / HTTP/1.1\r\nHost: ")
            let answer = try #require(client.receiveToEnd())
            #expect(answer.hasPrefix("HTTP/1.1 408 "))
            #expect(answer.hasSuffix("\r\n\r\n") == !hasBody)
        }
        #expect(try proxy.refusals(408) == 2)
    }

    /// The response begins early, the client does not take it, and then ends its body.
    @Test func aClientThatTakesNothingIsCutAlsoBehindTheEndOfItsBody() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue"), settings: settings(idle: 300)))
        let client = try #require(TestSocket(port: port, receiveBuffer: 4_096))
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf ")
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        try bench.narrow()
        let instance = try upstream.accept()
        instance.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        instance.send([UInt8](repeating: 0x78, count: 150_000))
        #expect(bench.turns { bench.connections(.client).allSatisfy(\.hasOutput) })
        client.send("whole")
        #expect(bench.turns { bench.connections(.client).allSatisfy(\.body.isDone) })
        #expect(bench.turns { bench.service.backends[0].inFlight == 0 })
        #expect(bench.service.backends[0].failures.clientAborted == 1)
    }

    /// A bidirectional stream may be silent in one direction for long.
    @Test func bytesInEitherDirectionKeepTheWholeExchangeAlive() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue"), settings: settings(idle: 60_000)))
        let client = try #require(TestSocket(port: port))
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf ")
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        let instance = try upstream.accept()
        instance.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
        #expect(bench.turns { bench.connections(.upstream).contains { $0.phase == .responseBody } })
        let passed = bench.service.backends[0].bytesToClients
        bench.expireSoon()
        instance.send("more ")
        #expect(bench.turns { bench.service.backends[0].bytesToClients > passed })
        #expect(bench.leastTimeLeft > 30_000)
        bench.expireSoon()
        let taken = bench.service.backends[0].bytesFromClients
        client.send("wh")
        #expect(bench.turns { bench.service.backends[0].bytesFromClients > taken })
        #expect(bench.leastTimeLeft > 30_000)
    }

    @Test func aTunnelThatWasHeldBackOnceStillLivesAsLongAsATunnel() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue"), settings: settings(idle: 5_000)))
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
        let count = 150_000
        instance.send([UInt8](repeating: 0x78, count: count))
        #expect(bench.turns { bench.connections(.client).allSatisfy(\.hasOutput) })
        let isRead = Atomic(false)
        Thread.detachNewThread {
            let isWhole = client.receive(through: "\r\n\r\n") != nil
            isRead.store(isWhole && client.receive(count: count) != nil, ordering: .relaxed)
        }
        #expect(bench.turns { isRead.load(ordering: .relaxed) })
        for role in [Connection.Role.client, .upstream] {
            let connection = try #require(bench.connections(role).first)
            #expect(connection.deadline &- bench.loop.now > 60_000)
        }
    }
}
