import CutoverWire
import Testing

@testable import CutoverProxy

/// A client that has its answer and still sends is read for a while, so that no reset destroys what
/// it has yet to read.
@Suite struct LingerTests {
    private let port = freePort()

    /// A client that was answered in the middle of its body, and that still sends.
    private func refuse(_ bench: LoopBench) throws -> TestSocket {
        var settings = ProxySettings()
        settings.bodyBytes = 10
        try bench.apply(.on(port, .of("blue", weight: 1, 1), settings: settings))
        let client = try #require(TestSocket(port: port))
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nfirst")
        #expect(bench.turns { bench.connections(.client).contains { $0.phase == .linger } })
        return client
    }

    @Test func whoStillSendsIsReadOn() throws {
        let bench = try LoopBench()
        let client = try refuse(bench)
        #expect(bench.leastTimeLeft <= Loop.lingerTimeout + 1)
        for _ in 0..<3 {
            bench.expireSoon(in: 1_000)
            client.send([UInt8](repeating: 0x61, count: 100_000))
            let isReadOn = bench.turns {
                (1_001...Loop.lingerTimeout + 1).contains(bench.leastTimeLeft)
            }
            #expect(isReadOn)
        }
        #expect(client.receiveResponse()?.head.hasPrefix("HTTP/1.1 413 ") == true)
        client.finishSending()
        #expect(bench.turns { bench.connections(.client).isEmpty })
    }

    @Test func whoSendsNothingIsLeftAtOnce() throws {
        let bench = try LoopBench()
        let client = try refuse(bench)
        bench.expireSoon(in: 100)
        #expect(bench.turns { bench.connections(.client).isEmpty })
        #expect(client.receiveResponse()?.head.hasPrefix("HTTP/1.1 413 ") == true)
    }

    @Test func nobodyIsReadForEver() throws {
        let bench = try LoopBench()
        let client = try refuse(bench)
        let slot = try #require(
            (0..<Int32(bench.loop.slab.highWater)).first {
                bench.loop.slab[$0].phase == .linger
            }
        )
        let most = bench.loop.slab[slot].idleSince &- bench.loop.now
        #expect(most > 20_000 && most <= Loop.lingerMaximum + 1)
        bench.loop.slab[slot].idleSince = bench.loop.now &+ 500
        // It never stops to send, and is left all the same.
        #expect(
            bench.turns {
                client.send("x")
                return bench.connections(.client).isEmpty
            }
        )
    }

    /// The end of the proxy waits for no upload.
    @Test func aLoopThatEndsReadsNoLonger() throws {
        let bench = try LoopBench()
        let client = try refuse(bench)
        bench.loop.commands.post(.stop(graceMilliseconds: 30_000))
        bench.turn()
        bench.expireSoon(in: 500)
        #expect(
            bench.turns {
                client.send("x")
                return bench.connections(.client).isEmpty
            }
        )
    }

    /// A side of a tunnel that was cut is told so, and then has its two seconds.
    @Test func aTunnelThatIsCutIsNotReadOn() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        let ends = try bench.openTunnel(port, upstream)
        var leaving = upstream.side("blue", weight: 0)
        leaving.backends[0].isDraining = true
        try bench.apply(.on(port, leaving, .of("green", weight: 1, 1)))
        let number = bench.loop.routing.backends.first { $0.isDraining }?.number ?? 0
        bench.loop.commands.post(.cut([number], ticket: 9))
        #expect(bench.turns { bench.connections(.client).allSatisfy { $0.phase == .linger } })
        let both = bench.connections(.client) + bench.connections(.upstream)
        #expect(both.count == 2)
        for end in both {
            #expect(end.phase == .linger)
            #expect(end.idleSince &- bench.loop.now <= Loop.lingerTimeout + 1)
        }
        withExtendedLifetime(ends) {}
    }
}
