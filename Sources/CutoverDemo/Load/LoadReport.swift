import Foundation

/// What the load generator counted: the client's own truth, independent of the proxy's.
package struct LoadReport: Codable, Sendable, Hashable {
    package var sent = 0
    /// Complete answers that are neither a failure nor a release's own error.
    package var succeeded = 0
    /// By kind: `refused`, `reset`, `cut short`, `timed out`, `502`, `503`, `504`, `malformed`.
    package var failures: [String: Int] = [:]
    /// Answers with another status of 500 and above, by release: the release's own doing.
    package var releaseErrors: [String: Int] = [:]
    /// Complete answers by release.
    package var answers: [String: Int] = [:]
    /// Milliseconds since the epoch of the first complete answer of each release.
    package var firstAnswer: [String: Int64] = [:]
    /// Of the small requests only, from the moment that each was due to its complete answer.
    ///
    /// The others take as long as they are large.
    package var latency = LatencyCounts()

    package init() {}

    package var failed: Int { failures.values.reduce(0, +) }

    package var releaseErrorCount: Int { releaseErrors.values.reduce(0, +) }

    package var inFlight: Int { sent - succeeded - failed - releaseErrorCount }

    package func merged(with other: LoadReport) -> LoadReport {
        var result = self
        result.sent += other.sent
        result.succeeded += other.succeeded
        result.failures.merge(other.failures, uniquingKeysWith: +)
        result.releaseErrors.merge(other.releaseErrors, uniquingKeysWith: +)
        result.answers.merge(other.answers, uniquingKeysWith: +)
        result.firstAnswer.merge(other.firstAnswer, uniquingKeysWith: min)
        result.latency.merge(other.latency)
        return result
    }
}

/// Latencies in buckets of a tenth of a millisecond up to ten seconds; the last holds the rest.
package struct LatencyCounts: Codable, Sendable, Hashable {
    /// Tenths of a millisecond to count; sparse.
    package var buckets: [Int: Int] = [:]

    private static let last = 100_000

    package init() {}

    /// Whether the longest is known only as ten seconds or more.
    package var isClipped: Bool { buckets[Self.last] != nil }

    package mutating func record(_ latency: Duration) {
        let tenths = Int(latency / .microseconds(100))
        buckets[min(max(tenths, 0), Self.last), default: 0] += 1
    }

    package mutating func merge(_ other: LatencyCounts) {
        buckets.merge(other.buckets, uniquingKeysWith: +)
    }

    /// The longest, in milliseconds; 0 without a request.
    package var maximum: Double { Double(buckets.keys.max() ?? 0) / 10 }

    /// Milliseconds at `quantile`, 0 to 1; 0 without a request.
    package func quantile(_ quantile: Double) -> Double {
        let total = buckets.values.reduce(0, +)
        var rank = Int((Double(total) * quantile).rounded(.up))
        for (bucket, count) in buckets.sorted(by: { $0.key < $1.key }) {
            rank -= count
            if rank <= 0 { return Double(bucket) / 10 }
        }
        return maximum
    }
}
