import CutoverCore
import CutoverDrivers

extension SnapshotBuilder {
    static func instance(
        _ instance: HostedInstance,
        of service: ServiceState,
        at now: Timestamp
    ) -> InstanceSnapshot {
        let figures =
            service.traffic.instances[instance.instance.id]?.figures ?? TrafficFigures()
        let warming = warmth(of: instance, in: service, at: now)
        let state = state(of: instance, warming: warming, figures: figures, in: service)
        return InstanceSnapshot(
            id: instance.instance.id,
            name: instance.instance.name,
            release: instance.instance.release,
            address: instance.process.map { "\($0.address)" } ?? "",
            state: state,
            note: note(on: instance, state: state, warming: warming, at: now),
            processID: instance.hasProcess ? instance.process?.processID : nil,
            startedAt: instance.hasProcess ? instance.process?.startedAt : nil,
            restarts: instance.restarts,
            traffic: figures,
            evidence: instance.evidence
        )
    }

    private static func state(
        of instance: HostedInstance,
        warming: Warmth?,
        figures: TrafficFigures,
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
            return .draining
        }
        if warming != nil {
            return .warming
        }
        return isDegraded(figures, in: service) ? .degraded : .healthy
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

    private static func isDegraded(_ figures: TrafficFigures, in service: ServiceState) -> Bool {
        guard let limit = service.configuration.analysis?.errorRateLimit, figures.rate > 0 else {
            return false
        }
        return figures.errorRate > limit
    }

    private static func note(
        on instance: HostedInstance,
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
        if state == .unhealthy || state == .starting,
            let error = instance.evidence.probes.first?.error
        {
            return error
        }
        switch instance.restarts {
        case 0: return ""
        case 1: return "1 restart"
        default: return "\(instance.restarts) restarts"
        }
    }
}
