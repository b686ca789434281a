import CutoverCore

/// Requests that failed because of Cutover, as far as anybody counted them.
struct FailureCount: Hashable, Sendable {
    var known: UInt64
    /// A proxy died with its counters: more may have failed.
    var isLowerBound: Bool

    /// For all that is known, and all of it is known, none failed.
    var isNone: Bool { known == 0 && !isLowerBound }

    /// `3 failed`, or `3+ failed` where there may be more.
    var words: String { "\(Figures.count(known))\(isLowerBound ? "+" : "") failed" }
}

extension ServiceSnapshot {
    var failures: FailureCount {
        FailureCount(known: failedByProxy, isLowerBound: failedUncounted)
    }
}

extension EngineSnapshot {
    /// Over all services.
    var failures: FailureCount {
        FailureCount(
            known: services.reduce(0) { $0 &+ $1.failedByProxy },
            isLowerBound: services.contains(where: \.failedUncounted)
        )
    }
}
