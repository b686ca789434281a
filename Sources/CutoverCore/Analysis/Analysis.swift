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
    /// - Parameters:
    ///   - candidate: what the candidate answered.
    ///   - stable: what the stable release answered over the same window.
    ///   - earlier: what it answered before the candidate had any traffic: the measure once it has
    ///     too few requests of its own. `nil`: not known.
    ///   - worst: the candidate instance with the most failed answers since its last success.
    ///   - windowStart: nothing before this instant is in `candidate`, `stable` and `worst`.
    ///   - now: the present.
    /// - Returns: one finding for each limit, the worst first.
    package func verdict(
        candidate: ObservedTraffic,
        stable: ObservedTraffic?,
        earlier: ObservedTraffic?,
        worst: (instance: String, failures: Int)?,
        windowStart: Timestamp,
        at now: Timestamp
    ) -> Verdict {
        let findings = [
            consecutiveFailures(candidate, stable, worst: worst),
            errorRate(candidate, stable, earlier),
            latency(candidate, stable, earlier),
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

    private func errorRate(
        _ candidate: ObservedTraffic,
        _ stable: ObservedTraffic?,
        _ earlier: ObservedTraffic?
    ) -> Finding? {
        finding(
            .errorRate,
            \.errorRate,
            absolute: configuration.errorRateLimit,
            relative: configuration.errorRateFactor.map { factor in
                { max($0 * factor, Self.errorRateFloor) }
            },
            candidate,
            stable,
            earlier
        )
    }

    private func latency(
        _ candidate: ObservedTraffic,
        _ stable: ObservedTraffic?,
        _ earlier: ObservedTraffic?
    ) -> Finding? {
        finding(
            .latency(quantile: configuration.latencyQuantile),
            \.latency,
            absolute: configuration.latencyLimit,
            relative: configuration.latencyFactor.map { factor in { $0 * factor } },
            candidate,
            stable,
            earlier
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
        relative: ((Double) -> Double)?,
        _ candidate: ObservedTraffic,
        _ stable: ObservedTraffic?,
        _ earlier: ObservedTraffic?
    ) -> Finding? {
        guard absolute != nil || relative != nil else { return nil }
        let comparison = relative == nil ? nil : comparison(stable, earlier)
        let base = comparison == .beforeSwitch ? earlier : stable
        var limits = [absolute].compactMap(\.self)
        if let relative, let base, isEnough(base), let standard = measure(base) {
            limits.append(relative(standard))
        }
        let value = measure(candidate)
        let conclusion: Conclusion =
            if let value, let limit = limits.min(), isEnough(candidate) {
                value > limit ? .fail : .pass
            } else {
                .inconclusive
            }
        return Finding(
            metric: metric,
            conclusion: conclusion,
            candidate: value,
            stable: base.flatMap(measure),
            comparison: comparison,
            limit: limits.min(),
            candidateRequests: candidate.requests,
            stableRequests: base?.requests ?? 0,
            requiredRequests: configuration.minimumRequests
        )
    }

    /// The same window as long as it says enough: both releases have the same weather there.
    ///
    /// When neither says enough, the one that says more.
    private func comparison(_ stable: ObservedTraffic?, _ earlier: ObservedTraffic?) -> Comparison {
        guard !isEnough(stable), let earlier else { return .sameWindow }
        return earlier.requests > stable?.requests ?? 0 ? .beforeSwitch : .sameWindow
    }

    private func isEnough(_ traffic: ObservedTraffic?) -> Bool {
        (traffic?.requests ?? 0) >= configuration.minimumRequests
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
