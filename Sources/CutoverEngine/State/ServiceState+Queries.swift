import CutoverCore
import CutoverDrivers
import CutoverStore
import CutoverWire

extension ServiceState {
    func launch(of instance: Instance) -> InstanceLaunch {
        InstanceLaunch(service: name, instance: instance, configuration: configuration.runtime)
    }

    /// Changes an instance; one that is not known is left alone.
    mutating func updateInstance(_ id: InstanceID, _ body: (inout HostedInstance) -> Void) {
        guard var instance = instances[id] else {
            return
        }
        body(&instance)
        instances[id] = instance
        if let wake = instance.nextWake {
            nextWake = nextWake.map { min($0, wake) } ?? wake
        }
    }

    /// The newest instance of that name decides: names are used again.
    func logPath(of instanceName: String) -> String? {
        instances.values
            .filter { $0.instance.name == instanceName && $0.process?.identity != nil }
            .max { $0.instance.id < $1.instance.id }?
            .process?.logPath
    }

    /// Whether public requests go to the instance by the table in force.
    func givesRequests(to id: InstanceID) -> Bool {
        (table?.sides ?? []).contains { $0.weight > 0 && $0.rotation.contains(id) }
    }

    /// What checks ask: the preview before promotion, the service itself after.
    ///
    /// Without a preview the first candidate instance that can be reached; `nil` when there is
    /// none.
    func checkSubject(at stage: CheckStage) -> CheckSubject? {
        guard let plan = machine.rollout?.plan, let address = checkAddress(at: stage, of: plan)
        else {
            return nil
        }
        return CheckSubject(
            service: name,
            address: address,
            candidate: plan.candidate,
            stable: plan.stable?.release,
            slot: plan.slot,
            directory: configuration.runtime.directory,
            environment: configuration.runtime.environment,
            environmentFile: configuration.runtime.environmentFile
        )
    }

    private func checkAddress(at stage: CheckStage, of plan: RolloutPlan) -> SocketAddress? {
        switch stage {
        case .afterPromotion:
            return SocketAddress(configuration.listen)
        case .beforePromotion:
            if let preview = configuration.preview {
                return SocketAddress(preview)
            }
            return machine.instances
                .filter { $0.role == .candidate }
                .lazy
                .compactMap { self.instances[$0.id]?.process?.address }
                .first
        }
    }

    /// Takes a table as the one in force.
    mutating func accept(_ change: PendingTable, generation: UInt64) {
        let hadTraffic = (table?.candidate?.weight ?? 0) > 0
        table = change.traffic
        doubtful = nil
        for side in change.traffic.sides {
            for id in side.rotation {
                updateInstance(id) { instance in
                    instance.wasListed = true
                    instance.hasServed = instance.hasServed || side.weight > 0
                }
            }
        }
        guard let candidate = change.traffic.candidate, candidate.weight > 0, !hadTraffic else {
            return
        }
        awaitedSwitch = AwaitedSwitch(
            rollout: change.effect.rollout,
            release: candidate.release,
            keys: Set(candidate.rotation.map(\.key)),
            decidedAt: change.decidedAt,
            generation: generation
        )
    }

    /// Puts an event behind the ones that wait already.
    ///
    /// What repeats is kept once, and of an instance's health the last loss and what followed: an
    /// instance that comes and goes while nothing can be written must not fill the memory.
    mutating func deferEvent(_ event: RolloutEvent) {
        switch event {
        // Told again as long as it is true.
        case .tick, .verdict:
            return
        case .instanceHealthy:
            deferred.removeAll { $0 == event }
        case .instanceUnhealthy(let id, _), .instanceFailed(let id, _):
            deferred.removeAll { $0.healthSubject == id }
        case .promote, .pause, .continue, .rollback, .supersede, .effectSucceeded, .effectFailed,
            .checkFinished:
            guard deferred.last != event else {
                return
            }
        }
        deferred.append(event)
    }

    /// Remembers how a rollout ended; one that runs says nothing of its release.
    mutating func noteEnd(of rollout: RolloutMachine) {
        guard rollout.outcome != nil else {
            return
        }
        setbacks[rollout.plan.candidate] = ReleaseStanding.Setback(rollout.phase)
    }

    mutating func noteRelease(_ release: ReleaseName) {
        seenReleases.removeAll { $0 == release }
        seenReleases.insert(release, at: 0)
        if seenReleases.count > Store.releasesKept {
            seenReleases.removeLast()
        }
    }

    /// Whether the proxy must be told where to listen for the service.
    ///
    /// One that it does not have at all gets there with the table that its machine asks for, unless
    /// that was confirmed already, by a proxy that is gone.
    func wantsMove(from inForce: ProxyRoute?) -> Bool {
        guard let inForce else {
            return !(table?.sides ?? []).isEmpty
        }
        return inForce.listen != SocketAddress(configuration.listen)
            || inForce.preview != configuration.preview.flatMap(SocketAddress.init)
            || inForce.matches != configuration.route.matches.map(RouteMatch.init)
            || inForce.settings != ProxySettings(configuration.route)
    }

    mutating func forget(_ ids: [InstanceID]) {
        for id in ids {
            instances[id] = nil
        }
        if !ids.isEmpty {
            traffic.keep(instances.values.map(\.instance))
        }
    }

    /// Stopped instances that nobody asks about any more, once `after` has begun another rollout.
    ///
    /// Never one that a table names which may be in force: no table could be made any more.
    func forgettable(_ after: ServiceMachine) -> [InstanceID] {
        let routed = [table, doubtful].compactMap(\.self).flatMap(\.sides).flatMap(\.rotation)
        let present = Set(after.instances.map(\.id) + routed)
        return instances.values
            .filter { $0.activity == .stopped && !present.contains($0.instance.id) }
            .map(\.instance.id)
    }
}

extension RolloutEvent {
    /// The instance whose health it is about.
    fileprivate var healthSubject: InstanceID? {
        switch self {
        case .instanceHealthy(let id), .instanceUnhealthy(let id, _), .instanceFailed(let id, _):
            id
        case .promote, .pause, .continue, .rollback, .supersede, .effectSucceeded, .effectFailed,
            .checkFinished, .verdict, .tick:
            nil
        }
    }
}
