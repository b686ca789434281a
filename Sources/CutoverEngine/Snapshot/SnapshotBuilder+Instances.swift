import CutoverCore
import CutoverDrivers

extension SnapshotBuilder {
    static func instance(
        _ instance: HostedInstance,
        of service: ServiceState,
        at now: Timestamp
    ) -> InstanceSnapshot {
        var figures =
            service.traffic.instances[instance.instance.id]?.figures ?? TrafficFigures()
        if instance.activity == .stopped {
            figures.rate = 0
            figures.inFlight = 0
        }
        let warming = warmth(of: instance, in: service, at: now)
        let exceeded = exceeded(by: instance, figures: figures, in: service)
        let state = state(
            of: instance,
            warming: warming,
            isBusy: figures.inFlight > 0,
            isDegraded: !exceeded.isEmpty,
            in: service
        )
        return InstanceSnapshot(
            id: instance.instance.id,
            name: instance.instance.name,
            release: instance.instance.release,
            address: instance.process.map { "\($0.address)" } ?? "",
            state: state,
            note: note(on: instance, of: service, state: state, warming: warming, at: now),
            processID: instance.runningIdentity?.processID,
            startedAt: instance.runningIdentity == nil ? nil : instance.process?.startedAt,
            restarts: instance.restarts,
            traffic: figures,
            exceeded: state == .degraded ? exceeded : [],
            evidence: instance.evidence
        )
    }

    private static func state(
        of instance: HostedInstance,
        warming: Warmth?,
        isBusy: Bool,
        isDegraded: Bool,
        in service: ServiceState
    ) -> InstanceState {
        switch instance.activity {
        case .stopped: return .stopped
        case .stopping: return .draining
        case .restarting, .relaunching: return .unhealthy
        case .starting: return .starting
        case .running: break
        }
        guard instance.health.isKnown else {
            return instance.hasServed ? .healthy : .starting
        }
        guard instance.health.isHealthy else {
            return .unhealthy
        }
        if instance.hasServed, !service.givesRequests(to: instance.instance.id) {
            return isBusy ? .draining : .healthy
        }
        if warming != nil {
            return .warming
        }
        return isDegraded ? .degraded : .healthy
    }

    /// How long an instance has been healthy of the time that it must be.
    private struct Warmth {
        var elapsed: Duration
        var wanted: Duration
    }

    private static func warmth(
        of instance: HostedInstance,
        in service: ServiceState,
        at now: Timestamp
    ) -> Warmth? {
        guard let plan = service.machine.rollout?.plan, !instance.hasServed,
            let entry = service.machine.instances.first(where: { $0.id == instance.instance.id }),
            entry.role == .candidate, case .healthy(let since) = entry.condition,
            now - since < plan.minimumHealthyTime
        else {
            return nil
        }
        return Warmth(elapsed: max(now - since, .zero), wanted: plan.minimumHealthyTime)
    }

    /// The absolute limits of the service's analysis that the traffic of one instance breaks.
    private static func exceeded(
        by instance: HostedInstance,
        figures: TrafficFigures,
        in service: ServiceState
    ) -> [Metric] {
        guard let analysis = service.configuration.analysis, figures.rate > 0 else {
            return []
        }
        var exceeded: [Metric] = []
        if let limit = analysis.errorRateLimit, figures.errorRate > limit {
            exceeded.append(.errorRate)
        }
        let latency = service.traffic.instances[instance.instance.id]?.limitedLatency
        if let limit = analysis.latencyLimit, let latency, latency > limit {
            exceeded.append(.latency(quantile: analysis.latencyQuantile))
        }
        return exceeded
    }

    /// What an instance is for that served and gets no requests.
    ///
    /// `nil`: it gets some.
    private static func rest(of instance: HostedInstance, in service: ServiceState) -> String? {
        guard instance.hasServed, !service.givesRequests(to: instance.instance.id),
            let rollout = service.machine.rollout
        else {
            return nil
        }
        let isStable = instance.instance.release == rollout.plan.stable?.release
        let isLeaving = rollout.phase.name == .draining || service.configuration.isRolling
        return isStable && !isLeaving ? "warm" : "drained"
    }

    private static func note(
        on instance: HostedInstance,
        of service: ServiceState,
        state: InstanceState,
        warming: Warmth?,
        at now: Timestamp
    ) -> String {
        if case .restarting(let at) = instance.activity {
            let wait = max((at - now).components.seconds, 0)
            return "\(instance.evidence.lastExit ?? "ended"); restarts in \(wait)s"
        }
        if let warming, state == .warming {
            return "healthy \(warming.elapsed.components.seconds)s of "
                + "\(warming.wanted.components.seconds)s"
        }
        let error = instance.evidence.probes.first?.error
        if let error, state == .unhealthy || state == .starting {
            return error
        }
        if state == .stopped, let process = instance.process, process.identity == nil {
            return "let go; somebody else stops it"
        }
        if state == .stopped {
            let exit = instance.evidence.lastExit ?? ""
            let cause = exit.hasSuffix(InstanceEvidence.asTold) ? "by Cutover" : exit
            return error.map { "probe: \($0)" } ?? cause
        }
        if state == .healthy, let rest = rest(of: instance, in: service) {
            return rest
        }
        switch instance.restarts {
        case 0: return ""
        case 1: return "1 restart"
        default: return "\(instance.restarts) restarts"
        }
    }
}
