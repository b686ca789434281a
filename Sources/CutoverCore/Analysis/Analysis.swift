/// Compares the traffic of a candidate with its limits and with the stable release.
package struct Analysis: Hashable, Sendable {
    private let configuration: AnalysisConfiguration

    package init(_ configuration: AnalysisConfiguration) {
        self.configuration = configuration
    }

    /// A stable release without errors must not make the first error of a candidate a failure.
    private static let errorRateFloor = 0.01

    /// The verdict on what was seen between `windowStart` and `now`.
    ///
    /// `stable` is over the same window; without it factors do not apply. `worst` is the candidate
    /// instance with the most failed answers since its last success.
    package func verdict(
        candidate: ObservedTraffic,
        stable: ObservedTraffic?,
        worst: (instance: String, failures: Int)?,
        windowStart: Timestamp,
        at now: Timestamp
    ) -> Verdict {
        let findings = [
            consecutiveFailures(candidate, stable, worst: worst),
            errorRate(candidate, stable),
            latency(candidate, stable),
        ].compactMap(\.self)
        let ranked = findings.enumerated().sorted { left, right in
            (left.element.conclusion.severity, right.offset)
                > (right.element.conclusion.severity, left.offset)
        }
        return Verdict(
            conclusion: ranked.first?.element.conclusion ?? .pass,
            findings: ranked.map(\.element),
            window: configuration.window,
            windowStart: windowStart,
            at: now
        )
    }

    private func errorRate(_ candidate: ObservedTraffic, _ stable: ObservedTraffic?) -> Finding? {
        let relative = configuration.errorRateFactor.flatMap { factor in
            stable?.errorRate.map { max($0 * factor, Self.errorRateFloor) }
        }
        return finding(
            .errorRate,
            \.errorRate,
            absolute: configuration.errorRateLimit,
            isRelative: configuration.errorRateFactor != nil,
            relative: relative,
            candidate,
            stable
        )
    }

    private func latency(_ candidate: ObservedTraffic, _ stable: ObservedTraffic?) -> Finding? {
        let relative = configuration.latencyFactor.flatMap { factor in
            stable?.latency.map { $0 * factor }
        }
        return finding(
            .latency(quantile: configuration.latencyQuantile),
            \.latency,
            absolute: configuration.latencyLimit,
            isRelative: configuration.latencyFactor != nil,
            relative: relative,
            candidate,
            stable
        )
    }

    /// Does not wait for enough requests: an instance that answers nothing right is known at once.
    private func consecutiveFailures(
        _ candidate: ObservedTraffic,
        _ stable: ObservedTraffic?,
        worst: (instance: String, failures: Int)?
    ) -> Finding? {
        guard let limit = configuration.consecutiveFailures, let worst else { return nil }
        return Finding(
            metric: .consecutiveFailures(instance: worst.instance),
            conclusion: worst.failures >= limit ? .fail : .pass,
            candidate: Double(worst.failures),
            stable: nil,
            limit: Double(limit),
            candidateRequests: candidate.requests,
            stableRequests: stable?.requests ?? 0,
            requiredRequests: 0
        )
    }

    /// Compares one measure with its limits.
    ///
    /// A stable release with too few requests is no measure for the other: then the absolute limit
    /// decides alone, and without one nothing can be concluded.
    private func finding(
        _ metric: Metric,
        _ measure: (ObservedTraffic) -> Double?,
        absolute: Double?,
        isRelative: Bool,
        relative: Double?,
        _ candidate: ObservedTraffic,
        _ stable: ObservedTraffic?
    ) -> Finding? {
        guard absolute != nil || isRelative else { return nil }
        let isComparable = (stable?.requests ?? 0) >= configuration.minimumRequests
        let limits = [absolute, isComparable ? relative : nil].compactMap(\.self)
        let isEnough = candidate.requests >= configuration.minimumRequests
        let value = measure(candidate)
        let conclusion: Conclusion =
            if let value, let limit = limits.min(), isEnough {
                value > limit ? .fail : .pass
            } else {
                .inconclusive
            }
        return Finding(
            metric: metric,
            conclusion: conclusion,
            candidate: value,
            stable: stable.flatMap(measure),
            limit: limits.min() ?? relative ?? 0,
            candidateRequests: candidate.requests,
            stableRequests: stable?.requests ?? 0,
            requiredRequests: configuration.minimumRequests
        )
    }
}

extension Conclusion {
    fileprivate var severity: Int {
        switch self {
        case .pass: 0
        case .inconclusive: 1
        case .fail: 2
        }
    }
}
