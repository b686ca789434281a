import CutoverCore
import CutoverDrivers
import CutoverStore
import Logging

/// Beginning where the last engine stopped.
extension EngineLoop {
    /// Reads the store: what was decided.
    ///
    /// Nothing outside is touched.
    func restore() throws(EngineError) {
        let services: [ServiceRecord]
        let instances: [InstanceRecord]
        do throws(StoreError) {
            services = try store.loadServices()
            instances = try store.loadInstances()
        } catch {
            throw .store(error)
        }
        try refuseMissingServices(instances)
        do throws(StoreError) {
            try restore(services, instances)
        } catch {
            throw .store(error)
        }
    }

    private func refuseMissingServices(_ instances: [InstanceRecord]) throws(EngineError) {
        let orphans = instances.filter { !$0.isStopped && state.index(of: $0.service) == nil }
        guard orphans.isEmpty else {
            throw .servicesMissing(Set(orphans.map(\.service)).sorted(), instances: orphans.count)
        }
    }

    private func restore(
        _ services: [ServiceRecord],
        _ instances: [InstanceRecord]
    ) throws(StoreError) {
        for record in services {
            guard let index = state.index(of: record.name) else {
                continue
            }
            let rollout = try record.rollout.map { id throws(StoreError) in
                try store.loadRollout(id)
            }
            state.services[index].machine = ServiceMachine(
                configuration: state.services[index].configuration,
                live: record.live,
                previous: record.previous,
                rollout: rollout ?? nil,
                queued: record.queued
            )
            state.services[index].table = state.services[index].machine.traffic
            if let ended = state.services[index].machine.rollout {
                state.services[index].noteEnd(of: ended)
            }
        }
        for record in instances {
            restore(record)
        }
        for release in try store.loadReleases().reversed() {
            if let index = state.index(of: release.service) {
                state.services[index].noteRelease(release.release)
            }
        }
        state.events = try store.loadJournal(limit: EngineState.eventsKept)
        let queued = state.services.compactMap(\.machine.queued?.id)
        lastRollout = ([try store.loadLastRollout()] + queued).max() ?? lastRollout
        tables.generation = try store.loadGeneration()
        var commit = StoreCommit(at: now)
        commit.services = state.services.map { ServiceRecord($0.machine) }
        try write(&commit)
        pruneStore()
        publishWhenDue()
    }

    private func restore(_ record: InstanceRecord) {
        guard let index = state.index(of: record.service) else {
            return
        }
        var instance = HostedInstance(
            record.instance,
            configuration: state.services[index].configuration
        )
        instance.process = record.process.flatMap { InstanceProcess($0, of: record.instance.id) }
        instance.restarts = record.restarts
        instance.evidence = record.evidence
        // Requests may be in flight on any that runs: what is listed as draining is only counted.
        instance.wasListed = true
        instance.hasServed =
            record.instance.release != state.services[index].machine.rollout?.plan.candidate
            || state.services[index].givesRequests(to: record.instance.id)
        instance.activity = record.isStopped ? .stopped : .starting
        state.services[index].instances[record.instance.id] = instance
    }

    // MARK: - The world outside

    /// Takes over proxy and instances, and goes on with what the rollouts wait for.
    func adopt() async {
        let records = state.services.flatMap { service in
            service.instances.values.filter(\.isWanted).compactMap(\.process)
        }
        async let adoptions = drivers.runtime.adopt(records)
        async let router = Self.result { [router = drivers.router] () async throws(DriverError) in
            try await router.start()
        }
        listen()
        routerStarted(await router)
        // First those whose health has to be learned again: until it is, nothing is decided because
        // of the others.
        for isOpen in [true, false] {
            for (id, adoption) in await adoptions where leavesOpen(id, adoption) == isOpen {
                adopted(id, adoption)
            }
        }
        for index in state.services.indices {
            startOutstanding(of: index)
        }
        schedule.nextCount = now
        schedule.nextLogRotation = now
        // At once and not by the alarm: until health is known again, rollouts stand.
        alarmRang()
        settle()
    }

    private func listen() {
        let (runtime, router, inbox) = (drivers.runtime, drivers.router, inbox)
        listeners = [
            Task {
                for await exit in runtime.exits {
                    inbox.work.begin()
                    let log = await runtime.logTail(
                        of: exit.process.id,
                        lines: Self.evidenceLines
                    )
                    inbox.send(.instanceExited(exit, log: log))
                    inbox.work.end()
                }
            },
            Task {
                for await event in router.events {
                    inbox.send(.router(event))
                }
            },
        ]
    }

    /// Whether rollouts stand until more is known of an instance.
    private func leavesOpen(_ id: InstanceID, _ adoption: Adoption) -> Bool {
        let service = state.services.first { $0.instances[id] != nil }
        let entry = service?.machine.instances.first { $0.id == id }
        return adoption == .running || entry?.condition.wasHealthy ?? false
    }

    private func adopted(_ id: InstanceID, _ adoption: Adoption) {
        guard let index = state.services.firstIndex(where: { $0.instances[id] != nil }) else {
            return
        }
        let machine = state.services[index].machine
        guard let entry = machine.instances.first(where: { $0.id == id }) else {
            adoptedStray(id, adoption, at: index)
            return
        }
        if case .gone(let reason) = adoption {
            state.services[index].updateInstance(id) { $0.evidence.lastExit = reason }
        }
        switch (entry.condition, adoption) {
        case (.stopping, _), (.stopped, _):
            // The machine's own effect stops it, or finds that it is gone.
            state.services[index].updateInstance(id) { instance in
                instance.activity = adoption == .running ? .stopping : .stopped
            }
            unsaved.insert(id)
        case (_, .running):
            state.services[index].updateInstance(id) { instance in
                instance.activity = .running
                instance.wasHealthy = entry.condition.wasHealthy
                // Its start grace is long over, unless it has only just been started.
                instance.health.processStarted(at: instance.process?.startedAt ?? now)
                instance.nextProbeAt = now
            }
            state.services[index].unproven.insert(id)
        case (.healthy, .gone(let reason)):
            processWasLost(id, of: index, evidence: reason)
        case (.starting, .gone(let reason)), (.unhealthy, .gone(let reason)),
            (.failed, .gone(let reason)):
            processEnded(id, of: index, evidence: reason)
        }
    }

    /// No rollout knows it any more, so that nothing would ever route to it or stop it.
    private func adoptedStray(_ id: InstanceID, _ adoption: Adoption, at index: Int) {
        guard case .running = adoption else {
            unsaved.insert(id)
            state.services[index].updateInstance(id) { $0.activity = .stopped }
            return
        }
        let service = state.services[index].name
        note(
            JournalRow(
                service: service,
                rollout: id.rollout,
                kind: .fault,
                text: "instance \(id.key) runs and belongs to no rollout: it is stopped"
            )
        )
        stopStray(id, of: service)
    }

    /// Performs again what the last engine may or may not have done: every effect is idempotent.
    private func startOutstanding(of index: Int) {
        let machine = state.services[index].machine
        for case .applyTraffic(_, let traffic) in machine.outstandingEffects {
            state.services[index].doubtful = traffic
        }
        start(machine.outstandingEffects, of: index)
        // A process that never came to be recorded is not in anybody's list: the machine's effect,
        // or the back-off, starts it.
        let starting = Set(
            machine.outstandingEffects.flatMap { effect in
                if case .startInstances(_, let instances) = effect {
                    instances.map(\.id)
                } else {
                    [InstanceID]()
                }
            }
        )
        for entry in machine.instances where !starting.contains(entry.id) {
            restartLost(entry, at: index)
        }
    }

    private func restartLost(_ entry: Roster.Entry, at index: Int) {
        switch entry.condition {
        case .stopping, .stopped: return
        case .starting, .healthy, .unhealthy, .failed: break
        }
        if state.services[index].instances[entry.id] == nil {
            state.services[index].instances[entry.id] = HostedInstance(
                entry.instance,
                configuration: state.services[index].configuration
            )
        }
        guard state.services[index].instances[entry.id]?.activity == .starting else {
            return
        }
        processEnded(entry.id, of: index, evidence: "no process was recorded")
    }
}

extension Roster.Condition {
    /// When it was last seen.
    fileprivate var wasHealthy: Bool {
        switch self {
        case .healthy: true
        case .starting, .unhealthy, .failed, .stopping, .stopped: false
        }
    }
}
