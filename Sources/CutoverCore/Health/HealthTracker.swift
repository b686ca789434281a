/// Turns the probes of one instance into its health: consecutive results count, single ones do not.
package struct HealthTracker: Hashable, Sendable {
    package let configuration: HealthConfiguration
    package private(set) var isHealthy = false
    /// Whether the present process has been found healthy or unhealthy yet.
    package private(set) var isKnown = false
    /// Consecutive results that speak against the present verdict.
    private var contrary = 0
    /// Failures before this instant do not count.
    private var graceEndsAt: Timestamp?

    package init(configuration: HealthConfiguration) {
        self.configuration = configuration
    }

    /// Another process: nothing is known of it, and its start grace begins.
    package mutating func processStarted(at now: Timestamp) {
        self = HealthTracker(configuration: configuration)
        graceEndsAt = now + configuration.startGrace
    }

    /// No process, no health.
    ///
    /// Whoever saw it end tells the others.
    package mutating func processEnded() {
        self = HealthTracker(configuration: configuration)
    }

    /// Takes in one probe.
    ///
    /// - Returns: the change that it made; `nil` when health is as it was.
    package mutating func record(_ result: ProbeResult) -> HealthChange? {
        if result.passed {
            // Its first success ends the grace: what fails afterwards has worked before.
            graceEndsAt = nil
        } else if let graceEndsAt, result.at < graceEndsAt {
            contrary = 0
            return nil
        }
        guard result.passed != isHealthy || !isKnown else {
            contrary = 0
            return nil
        }
        // An unknown instance counts towards whichever verdict its probes agree on.
        contrary = result.passed == lastPassed ? contrary + 1 : 1
        lastPassed = result.passed
        guard contrary >= (result.passed ? configuration.rise : configuration.fall) else {
            return nil
        }
        contrary = 0
        isKnown = true
        isHealthy = result.passed
        return isHealthy ? .becameHealthy : .becameUnhealthy(evidence: Self.evidence(of: result))
    }

    private var lastPassed: Bool?

    private static func evidence(of result: ProbeResult) -> String {
        let time = "\(result.duration.wholeMilliseconds) ms"
        return "probe: \(result.error ?? "failed") after \(time)"
    }
}

/// What a probe changed.
package enum HealthChange: Hashable, Sendable {
    case becameHealthy
    /// `evidence` is one line for people.
    case becameUnhealthy(evidence: String)
}
