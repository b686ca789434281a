import CutoverCore
import CutoverDrivers
import CutoverStore
import Logging

/// Starting, stopping and losing instances.
extension EngineLoop {
    /// Lines of an instance's output that are kept as evidence.
    static let evidenceLines = 20

    // MARK: - Starting

    func startInstances(_ instances: [Instance], for id: EffectID, of index: Int) {
        let service = state.services[index]
        for instance in instances where service.instances[instance.id]?.isWanted != true {
            state.services[index].instances[instance.id] = HostedInstance(
                instance,
                configuration: service.configuration
            )
        }
        let launches = instances.map { service.launch(of: $0) }
        let (runtime, inbox, name) = (drivers.runtime, inbox, service.name)
        run(id, of: name) {
            let failures = await withTaskGroup(of: DriverError?.self) { group in
                for launch in launches {
                    group.addTask {
                        await Self.start(launch, runtime: runtime, inbox: inbox)
                    }
                }
                return await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
            }
            guard let first = failures.first else {
                return .effectEnded(id, name, nil)
            }
            return .effectEnded(id, name, EffectFailure(first))
        }
    }

    /// Starts one instance and reports it, before whoever waits for it goes on.
    private static func start(
        _ launch: InstanceLaunch,
        runtime: any Runtime,
        inbox: Inbox
    ) async -> DriverError? {
        let result = await result { () async throws(DriverError) in
            try await runtime.start(launch) { process in
                try await inbox.record(process, of: launch.service)
            }
        }
        inbox.send(.instanceStarted(launch.instance.id, launch.service, result))
        if case .failure(let error) = result {
            return error
        }
        return nil
    }

    /// Writes the record of a process before its program runs.
    func record(
        _ process: InstanceProcess,
        of service: ServiceName
    ) -> Result<Void, ProcessNotRecorded> {
        guard !isStopping, let index = state.index(of: service),
            let old = state.services[index].instances[process.id], old.isWanted
        else {
            return .failure(ProcessNotRecorded(description: "the instance is no longer wanted"))
        }
        state.services[index].instances[process.id]?.process = process
        unsaved.insert(process.id)
        var commit = StoreCommit(at: now)
        do throws(StoreError) {
            try write(&commit)
        } catch {
            state.services[index].instances[process.id] = old
            unsaved.remove(process.id)
            return .failure(ProcessNotRecorded(description: "\(error)"))
        }
        return .success(())
    }

    func instanceStarted(
        _ id: InstanceID,
        of service: ServiceName,
        _ result: Result<InstanceProcess, DriverError>
    ) {
        guard let index = state.index(of: service),
            let instance = state.services[index].instances[id]
        else {
            return
        }
        switch result {
        case .success(let process):
            guard process != instance.ended else {
                return
            }
            guard instance.isWanted else {
                stopStray(id, of: service)
                return
            }
            processRuns(process, at: index)
        case .failure(let error):
            startFailed(id, of: index, error)
        }
    }

    private func processRuns(_ process: InstanceProcess, at index: Int) {
        state.services[index].updateInstance(process.id) { instance in
            if instance.activity != .running || instance.process != process {
                instance.health.processStarted(at: now)
                instance.nextProbeAt = now + instance.firstProbeDelay
            }
            instance.process = process
            instance.activity = .running
            schedule.wake(by: instance.nextProbeAt)
        }
        tables.isStale = true
    }

    private func startFailed(_ id: InstanceID, of index: Int, _ error: DriverError) {
        let isRelaunch = state.services[index].instances[id]?.activity == .relaunching
        state.services[index].updateInstance(id) { instance in
            instance.evidence.lastExit = error.message
        }
        unsaved.insert(id)
        if isRelaunch {
            processEnded(id, of: index, evidence: error.message, isHopeless: !error.isRetryable)
        } else if !error.isRetryable {
            // Whoever asked for it decides what follows.
            tell(.instanceFailed(id, evidence: error.message), to: state.services[index].name)
        }
    }

    // MARK: - Stopping

    func stopInstances(_ ids: [InstanceID], for effect: EffectID, of index: Int) {
        let service = state.services[index]
        for id in ids {
            state.services[index].updateInstance(id) { instance in
                instance.activity = .stopping
                instance.nextProbeAt = nil
                instance.loss = nil
            }
            prove(id, at: index)
        }
        tables.isStale = true
        let grace = service.configuration.runtime.stopGrace
        let (runtime, inbox, name) = (drivers.runtime, inbox, service.name)
        run(effect, of: name) {
            let failures = await withTaskGroup(of: DriverError?.self) { group in
                for id in ids {
                    group.addTask {
                        await Self.stop(id, of: name, grace: grace, runtime: runtime, inbox: inbox)
                    }
                }
                return await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
            }
            guard let first = failures.first else {
                return .effectEnded(effect, name, nil)
            }
            return .effectEnded(effect, name, EffectFailure(first))
        }
    }

    static func stop(
        _ id: InstanceID,
        of service: ServiceName,
        grace: Duration,
        runtime: any Runtime,
        inbox: Inbox
    ) async -> DriverError? {
        let log = await runtime.logTail(of: id, lines: evidenceLines)
        let result = await result { () async throws(DriverError) in
            try await runtime.stop(id, grace: grace)
        }
        inbox.send(.instanceStopped(id, service, result, log: log))
        if case .failure(let error) = result {
            return error
        }
        return nil
    }

    func instanceStopped(
        _ id: InstanceID,
        of service: ServiceName,
        _ result: Result<InstanceExit?, DriverError>,
        log: [String]
    ) {
        guard let index = state.index(of: service) else {
            return
        }
        switch result {
        case .success(let exit):
            state.services[index].updateInstance(id) { instance in
                instance.activity = .stopped
                instance.loss = nil
                // How it ended by itself before says more than that it did as it was told.
                if let exit, instance.evidence.lastExit == nil {
                    instance.evidence.lastExit = "\(exit.status)\(InstanceEvidence.asTold)"
                }
                if !log.isEmpty {
                    instance.evidence.log = log
                }
            }
            state.faults[.stray(id)] = nil
            prove(id, at: index)
            unsaved.insert(id)
            tables.isStale = true
        case .failure(let error):
            stopFailed(id, of: index, error)
        }
    }

    // MARK: - Ending by itself

    func instanceExited(_ exit: InstanceExit, log: [String]) {
        let id = exit.process.id
        guard let index = state.services.firstIndex(where: { $0.instances[id] != nil }),
            let instance = state.services[index].instances[id], instance.isWanted,
            instance.process?.identity == exit.process.identity
        else {
            return
        }
        state.services[index].updateInstance(id) { instance in
            instance.ended = exit.process
            instance.evidence.lastExit = exit.status.description
            instance.evidence.log = log
        }
        let lastLine = log.last.map { "; last line: \($0)" } ?? ""
        processEnded(id, of: index, evidence: "\(exit.status)\(lastLine)")
    }

    /// Takes the instance out of the proxy's choice at once, and decides about another process.
    ///
    /// `isHopeless` is one that could not even be started, and will not be unless somebody mends
    /// something: it is given up, and tried again all the same, seldom.
    func processEnded(
        _ id: InstanceID,
        of index: Int,
        evidence: String,
        isHopeless: Bool = false
    ) {
        let service = state.services[index].name
        let isCrashLoop = backOff(id, of: index, isHopeless: isHopeless)
        guard isCrashLoop || isHopeless || state.services[index].instances[id]?.loss == nil else {
            return
        }
        state.services[index].updateInstance(id) { $0.loss = nil }
        if isCrashLoop || isHopeless {
            tell(.instanceFailed(id, evidence: evidence), to: service)
        } else {
            tell(.instanceUnhealthy(id, evidence: evidence), to: service)
        }
        prove(id, at: index)
    }

    /// Waits before the next process; returns whether the instance crashes in a loop.
    func backOff(_ id: InstanceID, of index: Int, isHopeless: Bool = false) -> Bool {
        let longest = state.services[index].configuration.runtime.restart.maximumDelay
        var isCrashLoop = false
        state.services[index].updateInstance(id) { instance in
            instance.health.processEnded()
            instance.wasHealthy = false
            instance.nextProbeAt = nil
            let decision = instance.restart.processEnded(at: now)
            isCrashLoop = decision.isCrashLoop
            let restartAt = isHopeless ? now + longest : decision.restartAt
            instance.activity = .restarting(at: restartAt)
            schedule.wake(by: restartAt)
        }
        unsaved.insert(id)
        tables.isStale = true
        return isCrashLoop
    }

    /// Starts the instances of a service whose back-off is over.
    func restartInstances(of index: Int) {
        for (id, instance) in state.services[index].instances {
            guard case .restarting(let at) = instance.activity, at <= now else {
                continue
            }
            state.services[index].updateInstance(id) { instance in
                instance.activity = .relaunching
                instance.restarts += 1
            }
            restart(state.services[index].launch(of: instance.instance))
        }
    }

    private func restart(_ launch: InstanceLaunch) {
        let (runtime, inbox) = (drivers.runtime, inbox)
        inbox.work.begin()
        Task {
            _ = await Self.start(launch, runtime: runtime, inbox: inbox)
            inbox.work.end()
        }
    }
}
