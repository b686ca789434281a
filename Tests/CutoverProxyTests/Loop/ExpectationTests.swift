import CutoverWire
import Foundation
import Synchronization
import Testing

@testable import CutoverProxy

/// Who is waited for while a client waits for `100 Continue`: RFC 9110 10.1.1.
@Suite struct ExpectationTests {
    private let port = freePort()
    private let upstream: UnixUpstream
    private let bench: LoopBench

    init() throws {
        upstream = try UnixUpstream()
        bench = try LoopBench()
    }

    /// Short enough to wait for.
    private let short: UInt32 = 300

    /// Long enough to play no part.
    private let long: UInt32 = 60_000

    private func serve(responseHead: UInt32, idle: UInt32, splices: Bool = false) throws {
        var settings = ProxySettings()
        settings.responseHeadTimeout = responseHead
        settings.idleTimeout = idle
        settings.splices = splices
        try bench.apply(.on(port, upstream.side("blue"), settings: settings))
    }

    private func head(
        _ lines: String = "Content-Length: 200000\r\n",
        expect: String = "Expect: 100-continue\r\n"
    ) -> String {
        "PUT /up HTTP/1.1\r\nHost: x\r\n\(expect)\(lines)\r\n"
    }

    /// A client that has sent this, and its connection to the instance, which has got it.
    private func begin(_ text: String) throws -> (client: TestSocket, instance: TestSocket) {
        let client = try #require(TestSocket(port: port))
        client.send(text)
        #expect(bench.turns { bench.service.backends.first?.inFlight == 1 })
        let instance = try upstream.accept()
        #expect(instance.receive(through: "\r\n\r\n") != nil)
        bench.turn()
        return (client, instance)
    }

    /// Whether the deadlines of the only exchange run: the client's and the instance's.
    private var waitsFor: (client: Bool, instance: Bool) {
        guard let instance = bench.connections(.upstream).first(where: { $0.peer >= 0 }),
            let client = bench.connections(.client).first(where: { $0.peer >= 0 })
        else {
            return (false, false)
        }
        return (client.deadline != 0, instance.deadline != 0)
    }

    private var failures: ProxyFailures { bench.service.backends[0].failures }

    /// Turns the loop until the client is answered, and says with what.
    private func end(of client: TestSocket) -> String? {
        #expect(bench.turns { bench.service.backends[0].inFlight == 0 })
        return client.receive(through: "\r\n\r\n").map { String($0.prefix(12)) }
    }

    @Test(
        arguments: ["Content-Length: 200000\r\n", "Transfer-Encoding: chunked\r\n"],
        [false, true]
    )
    func anInstanceThatSaysNothingIsBlamed(lines: String, splices: Bool) throws {
        try serve(responseHead: short, idle: long, splices: splices)
        let (client, instance) = try begin(head(lines))
        #expect(waitsFor == (client: false, instance: true))
        let numbers = Set(bench.loop.routing.backends.map(\.number))
        #expect(bench.loop.inFlight(on: numbers).oldest.map(\.kind) == [.waiting])
        #expect(end(of: client) == "HTTP/1.1 504")
        #expect(failures.timedOut == 1 && failures.clientAborted == 0)
        withExtendedLifetime(instance) {}
    }

    /// The client does as it should, however short its own time is.
    @Test func aClientThatWaitsIsNotBlamed() throws {
        try serve(responseHead: 1_000, idle: short)
        let (client, instance) = try begin(head())
        #expect(end(of: client) == "HTTP/1.1 504")
        #expect(failures.timedOut == 1 && failures.clientAborted == 0)
        #expect(bench.service.refusals == [ProxyRefusal(status: 504, count: 1)])
        withExtendedLifetime(instance) {}
    }

    @Test func aFinalResponseInPlaceOfThe100IsPassedOn() throws {
        try serve(responseHead: long, idle: long)
        let (client, instance) = try begin(head())
        instance.send("HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n")
        #expect(end(of: client) == "HTTP/1.1 413")
        #expect(failures == ProxyFailures())
    }

    @Test func behindThe100TheClientIsWaitedFor() throws {
        try serve(responseHead: long, idle: short)
        let (client, instance) = try begin(head())
        instance.send("HTTP/1.1 100 Continue\r\n\r\n")
        #expect(bench.turns { waitsFor == (client: true, instance: false) })
        #expect(client.receive(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(end(of: client) == "HTTP/1.1 408")
        #expect(failures.timedOut == 0 && failures.clientAborted == 1)
    }

    @Test func anotherInterimResponseIsNoAnswer() throws {
        try serve(responseHead: short, idle: long)
        let (client, instance) = try begin(head())
        instance.send("HTTP/1.1 103 Early Hints\r\n\r\n")
        #expect(bench.turns { bench.connections(.client).map(\.interims) == [1] })
        #expect(waitsFor == (client: false, instance: true))
        #expect(client.receive(through: "\r\n\r\n") == "HTTP/1.1 103 Early Hints\r\n\r\n")
        #expect(end(of: client) == "HTTP/1.1 504")
    }

    @Test(
        arguments: [
            (head: "Content-Length: 200000\r\n", piece: "a"),
            (head: "Transfer-Encoding: chunked\r\n", piece: "5"),
        ],
        [false, true]
    )
    func aBodyThatComesUnaskedIsWaitedFor(
        body: (head: String, piece: String),
        splices: Bool
    ) throws {
        try serve(responseHead: long, idle: short, splices: splices)
        let (client, instance) = try begin(head(body.head))
        client.send(body.piece)
        #expect(bench.turns { waitsFor == (client: true, instance: false) })
        #expect(end(of: client) == "HTTP/1.1 408")
        #expect(failures.timedOut == 0 && failures.clientAborted == 1)
        withExtendedLifetime(instance) {}
    }

    @Test func aBodyThatComesWholeIsAnswered() throws {
        try serve(responseHead: long, idle: long)
        let (client, instance) = try begin(head("Content-Length: 4\r\n"))
        client.send("body")
        #expect(bench.turns { bench.connections(.client).allSatisfy(\.body.isDone) })
        #expect(waitsFor == (client: false, instance: true))
        #expect(instance.receive(count: 4) == Array("body".utf8))
        instance.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        #expect(end(of: client) == "HTTP/1.1 200")
    }

    /// The first bytes came with the head, or the instance is not told of the expectation.
    @Test(arguments: [
        ("Content-Length: 9\r\n", "a"), ("Transfer-Encoding: chunked\r\n", "5"),
        ("Connection: Expect\r\nContent-Length: 9\r\n", ""),
    ])
    func aRequestThatWaitsForNothingIsLikeAnyOther(lines: String, piece: String) throws {
        try serve(responseHead: short, idle: long)
        let (client, instance) = try begin(head(lines) + piece)
        #expect(waitsFor == (client: true, instance: false))
        let plain = try #require(TestSocket(port: port))
        plain.send(head(expect: ""))
        #expect(bench.turns { bench.service.backends[0].inFlight == 2 })
        bench.turn()
        #expect(bench.connections(.client).allSatisfy { $0.deadline != 0 })
        withExtendedLifetime((client, instance)) {}
    }

    /// A client that reads slowly has its time from when it has read the 100.
    @Test func a100BehindASlowReaderIsOneToo() throws {
        try serve(responseHead: long, idle: long)
        let client = try #require(TestSocket(port: port, receiveBuffer: 4_096))
        client.send(head())
        #expect(bench.turns { bench.service.backends.first?.inFlight == 1 })
        try bench.narrow()
        let instance = try upstream.accept()
        let hint = "HTTP/1.1 103 Hints\r\nA: \(String(repeating: "b", count: 30_000))\r\n\r\n"
        instance.send(String(repeating: hint, count: 4) + "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(bench.turns { bench.connections(.client).map(\.interims) == [5] })
        #expect(bench.connections(.client).map(\.hasOutput) == [true])
        #expect(waitsFor == (client: true, instance: false))
        let bytes = 4 * hint.utf8.count + "HTTP/1.1 100 Continue\r\n\r\n".utf8.count
        let isRead = Atomic(false)
        Thread.detachNewThread {
            isRead.store(client.discard(count: bytes), ordering: .relaxed)
        }
        #expect(bench.turns { isRead.load(ordering: .relaxed) })
        #expect(bench.connections(.client).map(\.hasOutput) == [false])
        #expect(waitsFor == (client: true, instance: false))
    }
}
