extension RolloutMachine {
    // MARK: - Asking

    mutating func nextEffect() -> EffectID {
        lastEffect += 1
        return EffectID(rollout: plan.id, sequence: lastEffect)
    }

    /// Makes the operation for an action, and notes what must be assumed from this moment on.
    mutating func begin(_ action: Operation.Action, attempt: Int = 1, now: Timestamp) -> Operation {
        switch action {
        case .launch(let instances):
            lastInstance = max(lastInstance, instances.map(\.id.number).max() ?? 0)
            roster.forgetFailedReplacements(of: plan.id)
            for instance in instances where roster[instance.id] == nil {
                roster.entries.append(
                    Roster.Entry(
                        instance: instance,
                        role: instance.release == plan.candidate ? .candidate : .stable,
                        condition: .starting(evidence: nil),
                        isDrained: true
                    )
                )
            }
        case .route(let table):
            traffic.attempt(table)
            roster.setDrained(false, of: table.sides.flatMap(\.rotation))
        case .drain:
            break
        case .stop(let ids):
            roster.set(.stopping, of: ids)
        }
        return Operation(
            action: action,
            id: nextEffect(),
            attempt: attempt,
            state: .outstanding(due: now + patience(for: action, now: now))
        )
    }

    /// How long an answer is waited for before the effect is asked for again.
    ///
    /// Long enough that a slow driver is never asked twice: it only has to end what a lost answer
    /// would otherwise hold for ever.
    private func patience(for action: Operation.Action, now: Timestamp) -> Duration {
        switch action {
        case .launch: max(plan.startTimeout, .seconds(60))
        case .route: .seconds(60)
        case .drain(_, let deadline): max(deadline - now, .zero) + .seconds(60)
        case .stop: .seconds(600)
        }
    }

    /// Asks again for what failed, under another ID.
    ///
    /// A table is made anew, for the health that it was made from may have changed since.
    mutating func retry(_ operation: Operation, now: Timestamp) -> [RolloutEffect] {
        var action = operation.action
        if case .route = action {
            guard let table = currentTable(now: now) else {
                endOperation(now: now)
                return []
            }
            action = .route(table)
        }
        let next = begin(action, attempt: operation.attempt + 1, now: now)
        phase.replaceOperation(next)
        return [next.effect]
    }

    /// The table that the phase wants at this moment.
    ///
    /// `nil`: it has come to want none.
    private func currentTable(now: Timestamp) -> Traffic? {
        switch phase {
        case .starting: return previewTable
        case .shifting(let shift): return table(candidatePercent: plan.shiftSteps[shift.step])
        case .replacing(let replacement):
            let target = plan.target(ofBatch: replacement.batch)
            return rotation(planner(into: .candidate, target: target, now: now)?.nextStep)
        case .reverting:
            guard plan.rolling != nil else { return table(candidatePercent: 0) }
            let planner = planner(into: .stable, target: plan.instanceCount, now: now)
            return rotation(planner?.nextStep)
        case .verifying, .awaitingPromotion, .baking, .warm, .draining, .monitoring, .finished:
            return nil
        }
    }

    private func rotation(_ step: BatchPlanner.Step?) -> Traffic? {
        guard case .rotate(let additions, let removals) = step else { return nil }
        return rollingTable(adding: additions, removing: removals)
    }

    /// Instances of a release that no instance of this rollout was yet, with free names.
    func newInstances(_ count: Int, of role: ReleaseRole) -> [Instance] {
        let slot = role == .candidate ? plan.slot : plan.stable?.slot
        let release = role == .candidate ? plan.candidate : plan.stable?.release ?? plan.candidate
        let prefix =
            switch slot {
            case .blue: "b"
            case .green: "g"
            case nil: "i"
            }
        let taken = Set(roster.entries.map(\.instance.name))
        let names = (1...).lazy.map { "\(prefix)\($0)" }.filter { !taken.contains($0) }
        return zip((lastInstance + 1)...(lastInstance + count), names).map { number, name in
            Instance(
                id: InstanceID(rollout: plan.id, number: number),
                name: name,
                release: release,
                slot: slot
            )
        }
    }

    // MARK: - Being answered

    mutating func finishOperation(_ id: EffectID, now: Timestamp) -> [RolloutEffect] {
        guard let operation = phase.operation, operation.awaits(id) else {
            return [surprise("success of effect \(id.sequence)", of: id)]
        }
        switch operation.action {
        case .launch: break
        case .route(let table): traffic.confirm(table)
        case .drain(let ids, _): roster.setDrained(true, of: ids)
        case .stop(let ids): roster.set(.stopped, of: ids)
        }
        endOperation(now: now)
        return []
    }

    /// Takes the operation that is done out of the phase.
    private mutating func endOperation(now: Timestamp) {
        switch phase {
        case .starting(var starting):
            starting.operation = nil
            phase = .starting(starting)
        case .shifting(let shift):
            beginSoak(of: shift, now: now)
        case .draining:
            phase = .draining(nil)
        case .replacing(var replacement):
            replacement.operation = nil
            phase = .replacing(replacement)
        case .reverting(var reversal):
            reversal.operation = nil
            phase = .reverting(reversal)
        case .verifying, .awaitingPromotion, .baking, .warm, .monitoring, .finished:
            break
        }
    }

    mutating func failOperation(
        _ id: EffectID,
        _ failure: EffectFailure,
        now: Timestamp
    ) -> [RolloutEffect] {
        if let run = phase.checkRuns.first(where: { $0.id == id && !$0.pending.isEmpty }) {
            return failChecks(run, failure, now: now)
        }
        guard let operation = phase.operation, operation.awaits(id) else {
            return [surprise("failure of effect \(id.sequence)", of: id)]
        }
        fail(operation, failure, now: now)
        return []
    }

    /// Notes a failed attempt; the next one comes after a back-off.
    ///
    /// A drain whose deadline is over has done what it could: stopping cuts what is left.
    mutating func fail(_ operation: Operation, _ failure: EffectFailure, now: Timestamp) {
        if case .drain(let ids, let deadline) = operation.action, now >= deadline {
            roster.setDrained(true, of: ids)
            endOperation(now: now)
            return
        }
        if case .launch(let instances) = operation.action, phase.name == .reverting {
            endOperation(now: now)
            giveUpLaunch(instances, failure, now: now)
            return
        }
        if case .route(let table) = operation.action {
            traffic.fail(table, mayHaveBeenApplied: failure.mayHaveBeenApplied)
        }
        var failed = operation
        let retryAt = now + Operation.backOff(after: operation.attempt)
        failed.state = .failed(failure, retryAt: retryAt)
        phase.replaceOperation(failed)
    }

    /// What is told to nobody's liking: an answer to something that nobody waits for.
    func surprise(_ what: String, of id: EffectID) -> RolloutEffect {
        id.rollout == plan.id
            ? .recordFault("\(what) came late or twice: not believed")
            : .recordFault(
                "\(what) of rollout \(id.rollout.rawValue) is not this rollout's: ignored"
            )
    }
}
