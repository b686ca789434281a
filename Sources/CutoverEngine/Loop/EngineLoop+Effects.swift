import CutoverCore
import CutoverDrivers
import CutoverStore
import Logging

/// Performing what machines want done. Every result comes back through the inbox.
extension EngineLoop {
    /// Starts effects whose decision is on disk.
    ///
    /// One that is being performed already is left alone.
    func start(_ list: [RolloutEffect], of index: Int) {
        cancelAbandonedEffects(of: index)
        for effect in list {
            start(effect, of: index)
        }
    }

    private func start(_ effect: RolloutEffect, of index: Int) {
        let service = state.services[index].name
        switch effect {
        case .startInstances(let id, let instances):
            startInstances(instances, for: id, of: index)
        case .applyTraffic(let id, let traffic):
            tables.pending.removeAll { $0.service == service }
            tables.pending.append(
                PendingTable(effect: id, service: service, traffic: traffic, decidedAt: now)
            )
        case .drain(let id, let instances, let deadline):
            drain(instances, until: deadline, for: id, of: service)
        case .stopInstances(let id, let instances):
            stopInstances(instances, for: id, of: index)
        case .runChecks(let id, let stage, let names):
            runChecks(names, at: stage, for: id, of: index)
        // Written to the journal with the transition that said so.
        case .recordFault(let text):
            logger.warning("\(text)", metadata: ["service": "\(service)"])
        case .refuse:
            break
        }
    }

    /// Runs the work of an effect; what `body` returns is its result.
    func run(
        _ id: EffectID,
        of service: ServiceName,
        endsWithPhase: Bool = false,
        _ body: @escaping @Sendable () async -> EngineMessage
    ) {
        guard effects[id] == nil else {
            return
        }
        inbox.work.begin()
        let task = Task { [inbox] in
            let message = await body()
            if !Task.isCancelled {
                inbox.send(message)
            }
            inbox.work.end()
        }
        effects[id] = RunningEffect(task: task, service: service, endsWithPhase: endsWithPhase)
    }

    func effectEnded(
        _ id: EffectID,
        of service: ServiceName,
        _ failure: EffectFailure?
    ) {
        effects[id] = nil
        tell(failure.map { .effectFailed(id, $0) } ?? .effectSucceeded(id), to: service)
    }

    // MARK: - Drains

    private func drain(
        _ instances: [InstanceID],
        until deadline: Timestamp,
        for id: EffectID,
        of service: ServiceName
    ) {
        let keys = instances.map(\.key)
        let router = drivers.router
        tables.isStale = true
        run(id, of: service, endsWithPhase: true) {
            do throws(DriverError) {
                return .drained(id, service, try await router.drain(keys, deadline: deadline))
            } catch {
                return .effectEnded(id, service, EffectFailure(error))
            }
        }
    }

    func drained(_ id: EffectID, of service: ServiceName, _ report: DrainReport) {
        for sentence in report.sentences {
            note(JournalRow(service: service, rollout: id.rollout, kind: .drained, text: sentence))
        }
        effectEnded(id, of: service, nil)
    }

    // MARK: - Checks

    private func runChecks(
        _ names: [String],
        at stage: CheckStage,
        for id: EffectID,
        of index: Int
    ) {
        let service = state.services[index]
        guard let subject = service.checkSubject(at: stage) else {
            let failure = EffectFailure(
                message: "checks: there is no instance to ask",
                mayHaveBeenApplied: false
            )
            inbox.send(.effectEnded(id, service.name, failure))
            return
        }
        let wanted = service.configuration.checks.filter {
            $0.stage == stage && names.contains($0.name)
        }
        let missing = Set(names).subtracting(wanted.map(\.name)).sorted()
        let (inbox, runner, name) = (inbox, drivers.checks, service.name)
        run(id, of: name, endsWithPhase: true) {
            await withTaskGroup { group in
                for check in wanted {
                    group.addTask {
                        let report = await runner.run(check, on: subject)
                        if !Task.isCancelled {
                            inbox.send(.checked(id, name, report))
                        }
                    }
                }
            }
            return .checksEnded(id, name, missing: missing)
        }
    }

    func checked(_ id: EffectID, of service: ServiceName, _ report: CheckReport) {
        guard effects[id] != nil else {
            return
        }
        tell(.checkFinished(id, report.result), to: service)
    }

    /// A check that the manifest no longer names can neither pass nor be left out in silence.
    func checksEnded(_ id: EffectID, of service: ServiceName, missing: [String]) {
        effects[id] = nil
        for name in missing {
            let result = CheckResult(
                name: name,
                passed: false,
                summary: "the manifest no longer has this check",
                tries: 0,
                duration: .zero
            )
            tell(.checkFinished(id, result), to: service)
        }
    }
}

extension EffectFailure {
    init(_ error: DriverError) {
        self.init(message: "\(error)", mayHaveBeenApplied: error.mayHaveBeenApplied)
    }
}
