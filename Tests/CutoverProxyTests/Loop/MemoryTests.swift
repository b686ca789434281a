import CutoverWire
import Foundation
import Synchronization
import Testing

@testable import CutoverProxy

/// The memory that requests may take has an end, and what happens there is told.
@Suite struct MemoryTests {
    private let port = freePort()
    private let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    /// Room for eight blocks of heads, so for four requests.
    private func bench() throws -> LoopBench {
        try LoopBench(memoryMaximum: 8 * Loop.headBlockBytes)
    }

    private func refused(_ bench: LoopBench) -> UInt64 {
        bench.loop.counters.load(LoopCounter.memoryRefusals.rawValue)
    }

    private func bytes(_ bench: LoopBench) -> UInt64 {
        bench.loop.counters.load(LoopCounter.blockBytes.rawValue)
    }

    /// Requests that run, by default all for which there is room, with the connections of their
    /// instance, in order.
    private func fill(
        _ bench: LoopBench,
        _ upstream: UnixUpstream,
        _ count: Int = 4,
        _ request: String? = nil
    ) throws -> [(client: TestSocket, instance: TestSocket)] {
        let before = Int(bench.service.backends[0].inFlight)
        return try (1...count).map { number in
            let client = try #require(TestSocket(port: port))
            client.send(request ?? self.request)
            #expect(bench.turns { bench.service.backends[0].inFlight == before + number })
            return (client, try upstream.accept())
        }
    }

    /// An idle connection costs its slot: five thousand of them 0.86 MB.
    @Test func aConnectionTakesASlotOf176Bytes() {
        #expect(MemoryLayout<Connection>.stride <= 176)
    }

    @Test func aRequestWithoutRoomIsRefusedAndTheOthersGoOn() throws {
        let upstream = try UnixUpstream()
        let bench = try bench()
        try bench.apply(.on(port, upstream.side("blue")))
        let running = try fill(bench, upstream)
        for count in 1...3 {
            let client = try #require(TestSocket(port: port))
            client.send(request)
            #expect(bench.turns { refused(bench) == count })
            let answer = try #require(client.receiveResponse())
            #expect(answer.head.hasPrefix("HTTP/1.1 503 "))
            #expect(answer.body.contains("memory"))
        }
        #expect(bench.service.refusals == [ProxyRefusal(status: 503, count: 3)])
        for (number, pair) in running.enumerated() {
            #expect(pair.instance.receive(through: "\r\n\r\n") != nil)
            pair.instance.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            #expect(bench.turns { bench.service.backends[0].responses[1] == number + 1 })
            #expect(pair.client.receiveResponse()?.body == "ok")
        }
        // There is room again.
        running[0].client.send(request)
        #expect(bench.turns { bench.service.backends[0].requests == 5 })
        #expect(refused(bench) == 3)
    }

    @Test func aSlowReaderGetsItsBlockWhenRequestsGetNone() throws {
        let upstream = try UnixUpstream()
        let bench = try bench()
        try bench.apply(.on(port, upstream.side("blue")))
        let running = try fill(bench, upstream)
        for connection in 0..<Int32(bench.loop.slab.highWater)
        where bench.loop.slab[connection].role == .client {
            #expect(bench.loop.slab[connection].output == nil)
        }
        let length = 6 << 20
        let (client, instance) = running[0]
        instance.send("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n")
        instance.send([UInt8](repeating: 0x61, count: length))
        #expect(bench.turns { bench.connections(.client).contains { $0.output != nil } })
        #expect(bytes(bench) <= UInt64(8 * Loop.headBlockBytes))
        // It is read beside the loop's turns, since neither side takes all at once.
        let reader = Reader(client, length)
        #expect(bench.turns { reader.isDone })
        #expect(reader.count == length)
        #expect(bench.service.backends[0].failures.clientAborted == 0)
    }

    /// The first slow reader takes the second half, and the next finds nothing.
    private func takeTheRest(_ bench: LoopBench, _ instance: TestSocket) {
        let length = 6 << 20
        instance.send("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n")
        instance.send([UInt8](repeating: 0x61, count: length))
        #expect(bench.turns { bench.connections(.client).contains { $0.output != nil } })
    }

    /// A response or a tunnel was ended for want of memory, once, and charged to nobody else.
    private func expectOwnFailure(_ bench: LoopBench) {
        #expect(refused(bench) == 1)
        let failures = bench.service.backends[0].failures
        #expect(failures.local == 1 && failures.clientAborted == 0 && failures.total == 0)
        #expect(bench.service.cutShort == 1 && bench.service.failures == 1)
    }

    @Test(arguments: ["Content-Length: 6291456\r\n", "X-Framing: none\r\n"])
    func aResponseThatIsCutForWantOfMemoryIsNotItsClientsDoing(framing: String) throws {
        let upstream = try UnixUpstream()
        let bench = try bench()
        try bench.apply(.on(port, upstream.side("blue")))
        let running = try fill(bench, upstream)
        takeTheRest(bench, running[0].instance)
        running[1].instance.send("HTTP/1.1 200 OK\r\n\(framing)\r\n")
        running[1].instance.send([UInt8](repeating: 0x61, count: 6 << 20))
        #expect(bench.turns { bench.connections(.client).count == 3 })
        expectOwnFailure(bench)
        // What only the connection's end would tell must not look whole.
        let isReset = running[1].client.receiveBytesToEnd() == nil
        #expect(isReset == framing.hasPrefix("X"))
        running[2].instance.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        #expect(bench.turns { bench.service.backends[0].inFlight == 2 })
        #expect(running[2].client.receiveResponse()?.body == "ok")
    }

    @Test func aTunnelThatIsCutForWantOfMemoryIsNotItsClientsDoing() throws {
        let upstream = try UnixUpstream()
        let bench = try bench()
        try bench.apply(.on(port, upstream.side("blue")))
        let ends = try bench.openTunnel(port, upstream)
        let running = try fill(bench, upstream, 3)
        takeTheRest(bench, running[0].instance)
        ends.instance.send([0x82, 0x7f, 0, 0, 0, 0, 0, 0x60, 0, 0])
        ends.instance.send([UInt8](repeating: 0x61, count: 6 << 20))
        #expect(bench.turns { bench.service.backends[0].inFlight == 3 })
        expectOwnFailure(bench)
        withExtendedLifetime(ends) {}
    }

    /// What a client sent behind its body finds no block.
    @Test(arguments: [false, true])
    func anUploadThatEndsForWantOfMemoryIsNotItsClientsDoing(isAnswered: Bool) throws {
        let upstream = try UnixUpstream()
        let bench = try bench()
        try bench.apply(.on(port, upstream.side("blue")))
        let post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf "
        let running = try fill(bench, upstream, 4, post)
        takeTheRest(bench, running[0].instance)
        if isAnswered {
            running[2].instance.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
            #expect(running[2].instance.receive(through: "half ") != nil)
            #expect(bench.turns { bench.service.backends[0].responses[1] == 2 })
        }
        running[1].client.send("whole" + request)
        #expect(bench.turns { bench.connections(.client).contains { $0.inputCount > 0 } })
        #expect(refused(bench) == 0)
        running[2].client.send("whole" + request)
        #expect(bench.turns { refused(bench) == 1 })
        let failures = bench.service.backends[0].failures
        #expect(failures.local == 1 && failures.clientAborted == 0)
        #expect(bench.service.cutShort == (isAnswered ? 1 : 0) && bench.service.failures == 1)
    }

    @Test func unfinishedHeadsHaveTheirBoundToo() throws {
        let bench = try bench()
        try bench.apply(.on(port, .of("blue", weight: 1, 1)))
        let clients = try (0..<5).map { _ in try #require(TestSocket(port: port)) }
        for client in clients {
            client.send("GET / HTTP/1.1\r\n")
        }
        #expect(bench.turns { refused(bench) == 1 })
        let held = bytes(bench)
        #expect(held == UInt64(4 * Loop.headBlockBytes))
        for client in clients { client.hangUp() }
        #expect(bench.turns { bench.service.connectionsOpen == 0 })
        // One block is kept for the next request.
        #expect(bytes(bench) == UInt64(Loop.headBlockBytes))
    }

    @Test func tooLittleMemoryIsRefusedAtTheStart() throws {
        let proxy = try ProxyHarness()
        var options = proxy.options(threads: 2)
        options.controlSocket += "2"
        options.memoryMaximum = ProxyOptions.memoryMinimum
        do throws(ProxyFault) {
            _ = try ProxyServer(options)
            Issue.record("started")
        } catch {
            #expect(error.description.contains("too little for 2 threads"))
        }
    }
}

/// Reads a response on a thread of its own.
private final class Reader: Sendable {
    private let received = Mutex<Int?>(nil)

    init(_ socket: TestSocket, _ length: Int) {
        Thread.detachNewThread { [self] in
            let head = socket.receive(through: "\r\n\r\n")
            let body = head == nil ? nil : socket.receive(count: length)
            received.withLock { $0 = body?.count ?? 0 }
        }
    }

    var count: Int { received.withLock { $0 ?? -1 } }
    var isDone: Bool { received.withLock { $0 != nil } }
}
