import CutoverCore
import CutoverStore
import CutoverWire

/// Comparing candidates that take traffic with their limits, and timing the switch.
extension EngineLoop {
    /// Tells every rollout whose candidate is watched what its traffic looks like.
    func judge() {
        for index in state.services.indices {
            guard let since = state.services[index].machine.rollout?.watchedSince else {
                continue
            }
            state.services[index].traffic.judge(since: since)
            state.services[index].keepMeasure(at: now)
            if let verdict = state.services[index].verdict(since: since, at: now) {
                tell(.verdict(verdict), to: state.services[index].name)
            }
        }
    }

    /// Writes down how long after the decision the first request reached the candidate.
    func timeSwitches(_ stats: ProxyStats) {
        for index in state.services.indices {
            guard let awaited = state.services[index].awaitedSwitch,
                awaited.generation <= stats.generation
            else {
                continue
            }
            // A later table has begun the proxy's own measurement anew.
            guard awaited.generation == stats.generation else {
                state.services[index].awaitedSwitch = nil
                continue
            }
            let name = state.services[index].name
            let first = stats.services.first { $0.service == name.rawValue }?.backends
                .filter { awaited.keys.contains($0.key) }
                .compactMap(\.firstRequestAt)
                .min()
            guard let first else {
                continue
            }
            state.services[index].awaitedSwitch = nil
            // The proxy tells the machine's time.
            let decidedAt = awaited.decidedAt - clock.lead
            let wait = max(Int64(clamping: first) - decidedAt.milliseconds, 0)
            note(
                JournalRow(
                    service: name,
                    rollout: awaited.rollout,
                    kind: .shift,
                    text:
                        "the first request reached \(awaited.release) \(wait) ms after the decision"
                )
            )
        }
    }
}

/// A candidate that was given traffic and waits for its first request.
struct AwaitedSwitch: Hashable {
    var rollout: RolloutID
    var release: ReleaseName
    var keys: Set<String>
    var decidedAt: Timestamp
    var generation: UInt64
}

extension ServiceState {
    /// Remembers the stable release as it was before the candidate had any requests.
    mutating func keepMeasure(at now: Timestamp) {
        guard let plan = machine.rollout?.plan, let stable = plan.stable,
            let analysis = configuration.analysis, analysis.isRelative
        else {
            return
        }
        traffic.keepMeasure(
            of: stable.release,
            for: plan.id,
            enough: analysis.minimumRequests,
            at: now
        )
    }

    /// The verdict on the candidate's traffic since `since`, within the analysis's window.
    func verdict(since: Timestamp, at now: Timestamp) -> Verdict? {
        guard let plan = machine.rollout?.plan, let configuration = configuration.analysis else {
            return nil
        }
        let start = max(since, now - configuration.window)
        let quantile = configuration.latencyQuantile
        let stable = plan.stable.map { stable in
            traffic.releases[stable.release]?.observed(since: start, quantile: quantile)
        }
        let earlier = traffic.beforeSwitch.flatMap { kept in
            kept.rollout == plan.id ? kept.sample.observed(quantile: quantile) : nil
        }
        let worst = instances.values
            .filter { $0.instance.release == plan.candidate }
            .map { instance in
                (
                    instance: instance.instance.name,
                    failures: traffic.consecutiveFailures[instance.instance.id] ?? 0
                )
            }
            .max { ($0.failures, $1.instance) < ($1.failures, $0.instance) }
        return Analysis(configuration).verdict(
            candidate: traffic.releases[plan.candidate]?.observed(since: start, quantile: quantile)
                ?? ObservedTraffic(requests: 0, errors: 0, latency: nil),
            stable: stable ?? nil,
            earlier: earlier,
            worst: worst,
            windowStart: start,
            at: now
        )
    }
}

extension AnalysisConfiguration {
    /// Whether any limit depends on the stable release.
    fileprivate var isRelative: Bool { errorRateFactor != nil || latencyFactor != nil }
}
