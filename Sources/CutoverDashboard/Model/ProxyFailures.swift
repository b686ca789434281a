import CutoverCore

/// Requests of a service that failed at the proxy, as far as this dashboard saw them.
struct ProxyFailures: Hashable, Sendable {
    private(set) var count: UInt64
    /// When the first count was seen: what it holds is of before.
    let knownSince: Timestamp
    /// When the count rose last; `nil`: it has not, since it is known.
    private(set) var lastAt: Timestamp?

    /// Failures are something that happens, and no history, for so long.
    private static let recent = Duration.seconds(60)

    init(count: UInt64, knownSince: Timestamp) {
        self.count = count
        self.knownSince = knownSince
    }

    mutating func note(_ newCount: UInt64, at instant: Timestamp) {
        if newCount > count { lastAt = instant }
        count = newCount
    }

    func areRecent(at now: Timestamp) -> Bool {
        lastAt.map { now - $0 < Self.recent } ?? false
    }
}
