import CutoverWire

/// A number that clients counted, beside what somebody else counted of the same.
struct SoakTally: Equatable {
    let what: String
    let clients: Int
    /// Who else counted.
    let other: String
    let counted: Int

    /// How it is printed.
    var line: String { "\(what): \(clients) by the clients, \(counted) by the \(other)" }

    /// What to say when the two differ.
    var complaint: String? {
        clients == counted ? nil : "the \(what) by the clients and by the \(other) differ"
    }

    /// Everything that is counted on both sides.
    ///
    /// What the origins were asked more often than the clients asked was sent twice.
    static func all(
        _ counts: SoakLoad.Counts,
        _ stats: ProxyServiceStats,
        _ served: OriginCounts
    ) -> [SoakTally] {
        let backends = stats.backends
        let sum = { (number: (ProxyBackendStats) -> UInt64) in
            backends.reduce(0) { $0 + Int(number($1)) }
        }
        let proxy = [
            ("connections", counts.connections, Int(stats.connectionsAccepted)),
            ("requests", counts.requests, sum(\.requests)),
            ("answers", counts.answered, sum { $0.responses[1] }),
            ("tunnels", counts.tunnels, sum { $0.responses[0] }),
            ("bytes", counts.bytes, sum(\.bytesToClients)),
            ("failures", counts.failed, Int(stats.failures)),
            ("retries", 0, sum(\.retries)),
        ].map { SoakTally(what: $0.0, clients: $0.1, other: "proxy", counted: $0.2) }
        let origins = [
            ("requests", counts.requests, served.requests), ("POSTs", counts.posts, served.posts),
        ].map { SoakTally(what: $0.0, clients: $0.1, other: "origins", counted: $0.2) }
        return proxy + origins
    }
}
