import CutoverWire
import Testing

@testable import CutoverBench

/// Clients, proxy and origins count the same requests.
@Suite struct SoakTallyTests {
    private let counts = SoakLoad.Counts(
        connections: 3,
        requests: 10,
        posts: 4,
        answered: 8,
        tunnels: 2,
        echoes: 70,
        bytes: 900
    )

    private var stats: ProxyServiceStats {
        var stats = ProxyServiceStats(service: "bench")
        stats.connectionsAccepted = 3
        stats.backends = ["blue", "green"].map { key in
            var backend = ProxyBackendStats(key: key)
            backend.requests = 5
            backend.responses = [1, 4, 0, 0, 0]
            backend.bytesToClients = 450
            return backend
        }
        return stats
    }

    private func complaints(_ stats: ProxyServiceStats, _ served: String) throws -> [String] {
        SoakTally.all(counts, stats, try #require(OriginCounts(served))).compactMap(\.complaint)
    }

    @Test func equalCountsAreNoComplaint() throws {
        #expect(try complaints(stats, "requests 10 posts 4\n") == [])
        let last = SoakTally.all(counts, stats, OriginCounts()).last
        #expect(last?.line == "POSTs: 4 by the clients, 0 by the origins")
    }

    @Test func aRequestThatWasSentTwiceIsSeenAtTheOrigins() throws {
        #expect(
            try complaints(stats, "requests 11 posts 5\n") == [
                "the requests by the clients and by the origins differ",
                "the POSTs by the clients and by the origins differ",
            ]
        )
        // One GET was lost while a POST was doubled.
        #expect(
            try complaints(stats, "requests 10 posts 5\n") == [
                "the POSTs by the clients and by the origins differ"
            ]
        )
    }

    @Test func everyCountOfTheProxyIsCompared() throws {
        let changes: [(what: String, change: (inout ProxyServiceStats) -> Void)] = [
            ("connections", { $0.connectionsAccepted += 1 }),
            ("requests", { $0.backends[1].requests += 1 }),
            ("answers", { $0.backends[1].responses[1] -= 1 }),
            ("tunnels", { $0.backends[0].responses[0] -= 1 }),
            ("bytes", { $0.backends[0].bytesToClients += 1 }),
            ("failures", { $0.cutShort += 1 }), ("retries", { $0.backends[0].retries += 1 }),
        ]
        for (what, change) in changes {
            var stats = stats
            change(&stats)
            #expect(
                try complaints(stats, "requests 10 posts 4\n") == [
                    "the \(what) by the clients and by the proxy differ"
                ]
            )
        }
    }

    @Test func whatIsNotAnOriginsCountIsNone() {
        for text in ["", "requests 1 posts\n", "requests x posts 1\n", "posts 1 requests 1\n"] {
            #expect(OriginCounts(text) == nil, "\(text)")
        }
    }

    @Test func aTunnelAsksForTheUpgradeThatTheOriginKnows() {
        let request = String(decoding: SoakRequest.tunnel.bytes, as: UTF8.self)
        #expect(request.hasPrefix("GET /echo HTTP/1.1\r\n"))
        #expect(request.contains("\r\nConnection: Upgrade\r\nUpgrade: echo\r\n"))
    }
}
