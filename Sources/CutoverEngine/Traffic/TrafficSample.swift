import CutoverCore
import CutoverWire

/// What was counted between two readings of the proxy.
struct TrafficSample: Hashable, Sendable {
    /// The interval: an instance's first reading begins with the one before it, in which it was
    /// not.
    var from: Timestamp
    var at: Timestamp
    var requests: UInt64 = 0
    /// Answers with status 500 and above, and requests without a complete answer.
    var errors: UInt64 = 0
    /// Complete answers below status 500.
    var successes: UInt64 = 0
    var latency = LatencyHistogram()

    var answers: Int { Int(clamping: errors + successes) }

    init(from: Timestamp, at: Timestamp) {
        self.from = from
        self.at = at
    }

    /// The difference of two readings of one instance.
    ///
    /// Counters that went back belong to a proxy that was started again: then everything counts.
    init(
        since earlier: ProxyBackendStats?,
        to later: ProxyBackendStats,
        from: Timestamp,
        at: Timestamp
    ) {
        self.init(from: from, at: at)
        let isSameProcess = earlier.map { $0.requests <= later.requests } ?? false
        let earlier = isSameProcess ? earlier : nil
        requests = Self.difference(earlier?.kept, later.kept)
        errors = Self.difference(earlier?.errors, later.errors)
        successes = Self.difference(earlier?.successes, later.successes)
        latency = earlier.map { later.latency.since($0.latency) } ?? later.latency
    }

    mutating func add(_ other: TrafficSample) {
        requests += other.requests
        errors += other.errors
        successes += other.successes
        if !other.latency.buckets.isEmpty {
            latency = latency.adding(other.latency)
        }
    }

    /// What an analysis sees of it.
    func observed(quantile: Double) -> ObservedTraffic {
        ObservedTraffic(
            requests: answers,
            errors: Int(clamping: errors),
            latency: latency.percentile(quantile * 100).map { Double($0) / 1000 }
        )
    }

    private static func difference(_ earlier: UInt64?, _ later: UInt64) -> UInt64 {
        let earlier = earlier ?? 0
        return later >= earlier ? later - earlier : 0
    }
}

extension ProxyBackendStats {
    /// Requests without the attempts that were given up for another.
    var kept: UInt64 { requests >= retries ? requests - retries : 0 }

    /// Answers with status 500 and above, and requests without a complete answer.
    var errors: UInt64 { responses[4] + failures.total }

    /// Complete answers below status 500.
    var successes: UInt64 { responses[..<4].reduce(0, +) }
}
