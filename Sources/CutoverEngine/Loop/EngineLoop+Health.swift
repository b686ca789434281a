import CutoverCore
import CutoverDrivers
import CutoverStore

/// One probe after another for each instance that runs.
extension EngineLoop {
    /// Starts the probes of a service that are due.
    func probeInstances(of index: Int) {
        for (id, instance) in state.services[index].instances {
            if let due = instance.nextProbeAt, due <= now {
                state.services[index].instances[id]?.nextProbeAt = nil
                probe(instance, of: state.services[index])
            }
        }
    }

    private func probe(_ instance: HostedInstance, of service: ServiceState) {
        guard instance.activity == .running, let process = instance.process else {
            return
        }
        let health = service.configuration.health
        let target = ProbeTarget(
            launch: service.launch(of: instance.instance),
            address: process.address
        )
        let (prober, name) = (drivers.prober, service.name)
        inbox.work.begin()
        Task { [inbox] in
            let result = await prober.probe(target, by: health.probe, timeout: health.timeout)
            inbox.send(.probed(process, name, result))
            inbox.work.end()
        }
    }

    func probed(
        _ process: InstanceProcess,
        of service: ServiceName,
        _ result: ProbeResult
    ) {
        let id = process.id
        guard let index = state.index(of: service),
            let instance = state.services[index].instances[id],
            instance.activity == .running, instance.process == process
        else {
            return
        }
        let isLost = instance.loss != nil
        var change: HealthChange?
        state.services[index].updateInstance(id) { instance in
            instance.note(result)
            change = instance.health.record(result)
            instance.nextProbeAt = now.nextProbe(after: instance.health.configuration.interval)
            schedule.wake(by: instance.nextProbeAt)
        }
        switch change {
        case .becameHealthy:
            tables.isStale = true
            lossEnded(id, of: index)
            tell(.instanceHealthy(id), to: service)
            prove(id, at: index)
        case .becameUnhealthy(let evidence):
            tables.isStale = true
            unsaved.insert(id)
            // What was lost and is slow to come back has time until its loss is told.
            if !isLost {
                tell(.instanceUnhealthy(id, evidence: evidence), to: service)
                prove(id, at: index)
            }
        case nil where result.passed && !isLost:
            prove(id, at: index)
        case nil:
            break
        }
    }

    /// Lets the rollouts of a service go on, once the health of every adopted instance is known
    /// again.
    ///
    /// What was found wrong is told first: nothing is decided on health of before the restart.
    func prove(_ id: InstanceID, at index: Int) {
        guard state.services[index].unproven.remove(id) != nil,
            state.services[index].unproven.isEmpty
        else {
            return
        }
        state.services[index].deferred.bringLossesForward()
        performDeferred()
        schedule.wake(by: now)
    }
}

extension [RolloutEvent] {
    mutating func bringLossesForward() {
        self = filter(\.isLoss) + filter { !$0.isLoss }
    }
}

extension RolloutEvent {
    fileprivate var isLoss: Bool {
        switch self {
        case .instanceUnhealthy, .instanceFailed: true
        case .instanceHealthy, .promote, .pause, .continue, .rollback, .supersede,
            .effectSucceeded, .effectFailed, .checkFinished, .verdict, .tick:
            false
        }
    }
}

extension HostedInstance {
    /// Probes that are kept as evidence.
    static let probesKept = 5

    mutating func note(_ result: ProbeResult) {
        evidence.probes.insert(result, at: 0)
        if evidence.probes.count > Self.probesKept {
            evidence.probes.removeLast()
        }
    }

    /// Spreads the first probes of instances that start together over a short while.
    var firstProbeDelay: Duration {
        let spread = min(health.configuration.interval, .milliseconds(200))
        return spread * (instance.id.number * 37 % 100) / 100
    }
}

extension Timestamp {
    /// The instant of the next probe, on a grid of a tenth of the interval, at most 100 ms, so that
    /// the probes of many instances share a wake-up.
    func nextProbe(after interval: Duration) -> Timestamp {
        let grid = max(min(interval.wholeMilliseconds / 10, 100), 1)
        let due = milliseconds + interval.wholeMilliseconds
        return Timestamp(milliseconds: (due + grid - 1) / grid * grid)
    }
}
