import CutoverWire
import Glibc
import Testing

@testable import CutoverProxy

/// A process without a descriptor for one connection more.
@Suite(.serialized) struct DescriptorTests {
    private let port = freePort()

    /// Runs `body` while nothing can be opened: every number below the limit is in use.
    private func withoutDescriptors(_ body: () throws -> Void) throws {
        var limit = rlimit()
        try #require(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
        let lowest = dup(0)
        close(lowest)
        var none = limit
        none.rlim_cur = rlim_t(lowest)
        try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &none) == 0)
        defer { setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) }
        try body()
    }

    private func refusals(_ bench: LoopBench) -> UInt64 {
        bench.service.refusals.reduce(0) { $0 + $1.count }
    }

    @Test func whatTheReserveSpendsItGetsBack() {
        var reserve = DescriptorReserve()
        var spent = 0
        while reserve.spend() { spent += 1 }
        let isFilled = reserve.fill()
        let isFull = reserve.isFull
        #expect(spent == DescriptorReserve.count && isFilled && isFull)
    }

    /// Nobody is idle; each request holds the connection that it was given.
    @Test func requestsAreServedFromTheReserveAndThenRefused() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        let clients = try (0..<24).map { _ in try #require(TestSocket(port: port)) }
        for client in clients { client.send("GET / HTTP/1.1\r\n") }
        #expect(bench.turns { bench.connections(.client).count { $0.inputCount > 0 } == 24 })
        var served = 0
        try withoutDescriptors {
            for client in clients where refusals(bench) == 0 {
                client.send("Host: x\r\n\r\n")
                #expect(
                    bench.turns {
                        bench.service.backends[0].connectionsOpen > served || refusals(bench) > 0
                    }
                )
                served += refusals(bench) == 0 ? 1 : 0
            }
        }
        #expect(served >= DescriptorReserve.count && served < clients.count)
        #expect(clients[served].receiveResponse()?.head.hasPrefix("HTTP/1.1 503 ") == true)
        let failures = bench.service.backends[0].failures
        #expect(failures.local == 1 && failures.total == 0)
        #expect(bench.turns { bench.loop.reserve.isFull })
    }

    /// It is the second client that waits, and the first that idles.
    @Test func anIdleClientGivesItsDescriptorToARequest() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        let idle = try #require(TestSocket(port: port))
        let busy = try #require(TestSocket(port: port))
        busy.send("GET / HTTP/1.1\r\n")
        #expect(bench.turns { bench.connections(.client).contains { $0.inputCount > 0 } })
        #expect(bench.turns { bench.service.connectionsOpen == 2 })
        try withoutDescriptors {
            busy.send("Host: x\r\n\r\n")
            #expect(bench.turns { bench.service.backends[0].connectionsOpen == 1 })
        }
        #expect(idle.receiveToEnd() == "")
        let isFull = bench.loop.reserve.isFull
        #expect(isFull && refusals(bench) == 0)
    }

    /// A pipe that could not be opened leaves its place to the next.
    @Test func aPipeIsOpenedWhenThereAreDescriptorsAgain() throws {
        var pool = PipePool(maximum: 1)
        let first = pool.take()
        let place = try #require(first)
        // With bytes in it, it is closed.
        pool[place].count = 1
        pool.give(place)
        var without: Int32?
        try withoutDescriptors { without = pool.take() }
        pool.isRefused = false
        let second = pool.take()
        let third = pool.take()
        #expect(without == nil && second == place && third == nil)
    }
}
