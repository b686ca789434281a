/// What the analysis of a candidate's traffic says, with every number behind it.
package struct Verdict: Hashable, Codable, Sendable {
    package var conclusion: Conclusion
    /// The worst first.
    package var findings: [Finding]
    package var window: Duration
    /// Traffic before this instant is not in the numbers.
    package var windowStart: Timestamp
    package var at: Timestamp

    package init(
        conclusion: Conclusion,
        findings: [Finding],
        window: Duration,
        windowStart: Timestamp,
        at: Timestamp
    ) {
        self.conclusion = conclusion
        self.findings = findings
        self.window = window
        self.windowStart = windowStart
        self.at = at
    }
}

/// A verdict in one word.
///
/// Too few requests are inconclusive: never a pass, never a failure.
package enum Conclusion: String, Hashable, Codable, Sendable {
    case pass
    case fail
    case inconclusive
}

/// One metric of a verdict: candidate, stable and limit side by side.
package struct Finding: Hashable, Codable, Sendable {
    package var metric: Metric
    package var conclusion: Conclusion
    /// In the metric's unit; `nil` when nothing was measured.
    package var candidate: Double?
    package var stable: Double?
    /// Which of the stable release's requests `stable` and `stableRequests` are about.
    ///
    /// `nil`: no limit depends on them.
    package var comparison: Comparison?
    /// The limit in force, in the metric's unit: absolute, or the factor times stable's value.
    ///
    /// `nil`: there is nothing to compute it from.
    package var limit: Double?
    package var candidateRequests: Int
    package var stableRequests: Int
    /// Requests of either side that a conclusion needs.
    package var requiredRequests: Int

    package init(
        metric: Metric,
        conclusion: Conclusion,
        candidate: Double?,
        stable: Double?,
        comparison: Comparison? = nil,
        limit: Double?,
        candidateRequests: Int,
        stableRequests: Int,
        requiredRequests: Int
    ) {
        self.metric = metric
        self.conclusion = conclusion
        self.candidate = candidate
        self.stable = stable
        self.comparison = comparison
        self.limit = limit
        self.candidateRequests = candidateRequests
        self.stableRequests = stableRequests
        self.requiredRequests = requiredRequests
    }

    /// The side that has too few requests for a conclusion; `nil` when there is one.
    package var missing: ReleaseRole? {
        guard conclusion == .inconclusive else { return nil }
        let isMeasured = candidate != nil && candidateRequests >= requiredRequests
        return isMeasured ? .stable : .candidate
    }
}

/// What a candidate is compared with.
package enum Comparison: String, Hashable, Codable, Sendable {
    /// The stable release over the same window.
    case sameWindow
    /// The stable release over the last window in which it had all the traffic.
    case beforeSwitch
}

/// What a finding measures.
package enum Metric: Hashable, Codable, Sendable {
    /// Share of failed answers, 0 to 1.
    case errorRate
    /// Milliseconds at the quantile.
    case latency(quantile: Double)
    /// Consecutive failed answers of the worst instance, named.
    case consecutiveFailures(instance: String)
}
