/// Why a rollout does not advance.
package enum Hold: Hashable, Codable, Sendable {
    case `operator`(Actor, since: Timestamp)
    case anomaly(Anomaly, since: Timestamp)
    /// A promote gate; `expiresAt` rolls back, `promoteAt` promotes by itself.
    case gate(since: Timestamp, promoteAt: Timestamp?, expiresAt: Timestamp?)
    /// No progress for `progressDeadline`.
    case deadline(since: Timestamp)
}

/// What was found wrong.
package enum Anomaly: Hashable, Codable, Sendable {
    case verdict(Verdict)
    /// Names of the unhealthy candidate instances, with the evidence of the first.
    case unhealthy([String], evidence: String)
    case check(CheckResult)
    case effectFailed(String)
}
