extension RolloutMachine {
    // MARK: - Before the traffic

    mutating func advance(_ starting: Starting, now: Timestamp) -> [RolloutEffect]? {
        var starting = starting
        let candidates = roster.present(.candidate)
        if candidates.isEmpty {
            let instances = newInstances(plan.instanceCount, of: .candidate)
            let operation = begin(.launch(instances), now: now)
            starting.operation = operation
            phase = .starting(starting)
            return [operation.effect]
        }
        guard candidates.allSatisfy({ isReady($0, now: now) }) else { return nil }
        if plan.usesPreview, !traffic.confirmedOnPreview {
            let operation = begin(.route(previewTable), now: now)
            starting.operation = operation
            phase = .starting(starting)
            return [operation.effect]
        }
        return enterVerification(now: now)
    }

    /// Whether an instance has been healthy for the minimum healthy time.
    func isReady(_ entry: Roster.Entry, now: Timestamp) -> Bool {
        guard let since = entry.condition.healthySince else { return false }
        return now >= since + plan.minimumHealthyTime
    }

    /// Runs the checks, or stops at the gate when there are none.
    mutating func enterVerification(now: Timestamp) -> [RolloutEffect] {
        guard let run = beginChecks(.beforePromotion, now: now) else { return enterGate(now: now) }
        let clock = PhaseClock(startingAt: now, for: plan.gateExpires)
        phase = .verifying(Verification(run: run, clock: clock))
        return [.runChecks(run.id, run.stage, run.names)]
    }

    mutating func advance(_ verification: Verification, now: Timestamp) -> [RolloutEffect]? {
        guard verification.run.pending.isEmpty, verification.failure == nil else { return nil }
        return enterGate(now: now)
    }

    /// Stops at the gate, unless there is nothing to lose or no time to lose.
    private mutating func enterGate(now: Timestamp) -> [RolloutEffect] {
        guard !plan.isFirstDeployment, !plan.isRollback else {
            return enterShift(step: 0, now: now)
        }
        phase = .awaitingPromotion(
            Gate(
                batch: nil,
                expiry: PhaseClock(startingAt: now, for: plan.gateExpires),
                opening: plan.promoteAfter.map { PhaseClock(startingAt: now, for: $0) },
                watch: Watch(since: now)
            )
        )
        return []
    }

    /// A gate that opens by itself waits for the same health that an operator is held to.
    mutating func advance(_ gate: Gate, now: Timestamp) -> [RolloutEffect]? {
        guard let opening = gate.opening, opening.isOver(at: now), refusal(of: .promote) == nil
        else {
            return nil
        }
        return leaveGate(gate, now: now)
    }

    mutating func leaveGate(_ gate: Gate, now: Timestamp) -> [RolloutEffect] {
        guard let batch = gate.batch else { return enterShift(step: 0, now: now) }
        return enterNextBatch(after: batch, now: now)
    }

    // MARK: - Moving the traffic

    mutating func enterShift(step: Int, now: Timestamp) -> [RolloutEffect] {
        let operation = begin(.route(table(candidatePercent: plan.shiftSteps[step])), now: now)
        let deadline = PhaseClock(startingAt: now, for: plan.progressDeadline)
        phase = .shifting(Shift(step: step, stage: .applying(operation), deadline: deadline))
        return [operation.effect]
    }

    /// The table of a step is in force: the candidate is watched under it.
    ///
    /// The last step is left at once, for what comes behind it is the bake.
    mutating func beginSoak(of shift: Shift, now: Timestamp) {
        let isLast = shift.step == plan.shiftSteps.count - 1
        let soak = PhaseClock(startingAt: now, for: isLast ? .zero : plan.soak)
        phase = .shifting(
            Shift(
                step: shift.step,
                stage: .soaking(soak, Watch(since: now)),
                deadline: PhaseClock(startingAt: soak.endsAt, for: plan.progressDeadline)
            )
        )
    }

    mutating func advance(_ shift: Shift, now: Timestamp) -> [RolloutEffect]? {
        guard case .soaking(let soak, let watch) = shift.stage, soak.isOver(at: now) else {
            return nil
        }
        let isLast = shift.step == plan.shiftSteps.count - 1
        guard isLast || hasSeenEnough(watch) else { return nil }
        return leaveSoak(of: shift, now: now)
    }

    /// Whether a watch may end: where traffic is analysed, by a pass or by the policy.
    func hasSeenEnough(_ watch: Watch) -> Bool {
        guard plan.isAnalysed, !plan.isRollback else { return true }
        return watch.hasPassed || plan.whenInconclusive == .proceed
    }

    mutating func leaveSoak(of shift: Shift, now: Timestamp) -> [RolloutEffect] {
        guard shift.step == plan.shiftSteps.count - 1 else {
            return enterShift(step: shift.step + 1, now: now)
        }
        if plan.isFirstDeployment { return finish(.promoted, now: now) }
        if plan.isRollback { return enterWarm(now: now) }
        let run = beginChecks(.afterPromotion, now: now)
        phase = .baking(
            Bake(
                clock: PhaseClock(startingAt: now, for: plan.bake),
                watch: Watch(since: now),
                checks: run
            )
        )
        return (run?.outstandingEffect).map { [$0] } ?? []
    }

    // MARK: - After the traffic

    /// A failed check was an anomaly: if the bake ends all the same, an operator has answered for
    /// it.
    mutating func advance(_ bake: Bake, now: Timestamp) -> [RolloutEffect]? {
        guard bake.clock.isOver(at: now), bake.checks?.pending.isEmpty ?? true else { return nil }
        return enterWarm(now: now)
    }

    private mutating func enterWarm(now: Timestamp) -> [RolloutEffect] {
        phase = .warm(PhaseClock(startingAt: now, for: plan.keepWarm))
        return []
    }

    mutating func advanceDraining(now: Timestamp) -> [RolloutEffect]? {
        guard let action = retirement(of: roster.present(.stable), now: now) else {
            return finish(.promoted, now: now)
        }
        let operation = begin(action, now: now)
        phase = .draining(operation)
        return [operation.effect]
    }

    /// The next thing to do to be rid of instances that are out of rotation: drain, then stop,
    /// together with any that was told to stop and has not been seen gone.
    ///
    /// One that was given up is drained too: it may be answering the last of its requests.
    func retirement(of entries: [Roster.Entry], now: Timestamp) -> Operation.Action? {
        let undrained = entries.filter { !$0.isDrained }
        if !undrained.isEmpty {
            return .drain(undrained.map(\.id), deadline: now + plan.drainTimeout)
        }
        let leaving = entries.map(\.id) + roster.stopping.map(\.id)
        return leaving.isEmpty ? nil : .stop(leaving)
    }

    // MARK: - Tables

    /// All public requests to the stable release, the candidate on the preview.
    var previewTable: Traffic {
        var table = table(candidatePercent: 0)
        table.candidate = side(.candidate, rotation: proven(.candidate), weight: 0)
        return table
    }

    /// A side without weight is left out, and one with weight is never empty.
    func table(candidatePercent percent: Int) -> Traffic {
        Traffic(
            stable: percent == 100 || plan.isFirstDeployment
                ? nil : side(.stable, rotation: proven(.stable), weight: 100 - percent),
            candidate: percent == 0
                ? nil : side(.candidate, rotation: proven(.candidate), weight: percent)
        )
    }

    /// The instances of a role that are fit for requests; all that are left when none is, because
    /// no table is ever empty.
    private func proven(_ role: ReleaseRole) -> [InstanceID] {
        let present = roster.present(role)
        let proven = present.filter(\.condition.isProven)
        return (proven.isEmpty ? present : proven).map(\.id)
    }

    func side(_ role: ReleaseRole, rotation: [InstanceID], weight: Int) -> TrafficSide? {
        guard !rotation.isEmpty else { return nil }
        switch role {
        case .candidate:
            return TrafficSide(
                release: plan.candidate,
                slot: plan.slot,
                rotation: rotation,
                weight: weight
            )
        case .stable:
            return plan.stable.map { stable in
                TrafficSide(
                    release: stable.release,
                    slot: stable.slot,
                    rotation: rotation,
                    weight: weight
                )
            }
        }
    }
}
