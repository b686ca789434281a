extension RolloutMachine {
    /// How often a release that is gone is started again before the way back counts as barred.
    package static let launchLimit = 5

    /// Turns back: takes every hold away, leaves what was under way unanswered, and goes.
    mutating func revert(_ reason: RollbackReason, now: Timestamp) -> [RolloutEffect] {
        holds = []
        phase = .reverting(
            Reversal(
                reason: reason,
                tookTraffic: traffic.candidateMayServe,
                beganAt: now,
                launchAfter: now
            )
        )
        return []
    }

    /// One step of the way back.
    ///
    /// It looks at the candidate only to see whether it can serve meanwhile.
    mutating func advance(_ reversal: Reversal, now: Timestamp) -> [RolloutEffect]? {
        if let effects = giveUpSlowStarts(reversal, now: now) { return effects }
        if isBarred(reversal) { return standStill(reversal, now: now) }
        if plan.rolling != nil {
            return advanceInBatches(reversal, now: now)
        }
        if traffic.candidateMayBeListed, !plan.isFirstDeployment {
            return returnTraffic(reversal, now: now)
        }
        if let action = retirementOfCandidate(reversal, now: now) {
            return perform(action, in: reversal, now: now)
        }
        return completeStable(reversal, now: now)
    }

    // MARK: - Blue-green

    /// Sends all traffic back, once there is something to send it to.
    private mutating func returnTraffic(_ reversal: Reversal, now: Timestamp) -> [RolloutEffect]? {
        if mayReturn(reversal, now: now) {
            return perform(.route(table(candidatePercent: 0)), in: reversal, now: now)
        }
        return startMissing(reversal, now: now) ?? waitForStable(reversal, now: now)
    }

    /// Whether the stable release can take the traffic.
    ///
    /// What this rollout has stopped is put back first, while the candidate serves, and so is what
    /// was given up when less than half is left; else what it has not touched is taken as it is.
    /// One failed launch is enough to go with what there is, and when no candidate instance is
    /// well, anything is better.
    private func mayReturn(_ reversal: Reversal, now: Timestamp) -> Bool {
        guard traffic.candidateMayServe else { return true }
        let isAnyoneWell = !roster.healthy(.stable).isEmpty
        guard !roster.healthy(.candidate).isEmpty else {
            return isAnyoneWell || roster.present(.stable).contains(where: \.condition.isProven)
        }
        let hasTried = hasWaited(reversal, now: now) || reversal.failedLaunches > 0
        return isAnyoneWell && (missingCount == 0 || hasTried)
            && !isStarting(.stable, reversal, now: now)
    }

    /// Instances of the stable release that the way back starts before the traffic returns: those
    /// that this rollout has stopped, and those that were given up when less than half is left.
    var missingCount: Int {
        guard let stable = plan.stable else { return 0 }
        let left = roster.hopeful(.stable).count
        let hasStopped = roster.entries.contains { $0.role == .stable && !$0.condition.isPresent }
        guard hasStopped || left * 2 < stable.instances.count else { return 0 }
        return max(plan.instanceCount - left, 0)
    }

    private func isStarting(_ role: ReleaseRole, _ reversal: Reversal, now: Timestamp) -> Bool {
        roster.present(role).contains(where: \.condition.isStarting)
            && !hasWaited(reversal, now: now)
    }

    private func hasWaited(_ reversal: Reversal, now: Timestamp) -> Bool {
        reversal.start?.isOver(at: now) ?? false
    }

    private mutating func startMissing(_ reversal: Reversal, now: Timestamp) -> [RolloutEffect]? {
        guard missingCount > 0, now >= reversal.launchAfter ?? now else { return nil }
        return launchStable(missingCount, in: reversal, now: now)
    }

    private mutating func launchStable(
        _ count: Int,
        in reversal: Reversal,
        now: Timestamp
    ) -> [RolloutEffect] {
        var reversal = reversal
        reversal.start = PhaseClock(startingAt: now, for: plan.startTimeout)
        reversal.launchAfter = nil
        return perform(.launch(newInstances(count, of: .stable)), in: reversal, now: now)
    }

    /// Drains what has answered requests, then stops every instance of the candidate.
    private func retirementOfCandidate(_ reversal: Reversal, now: Timestamp) -> Operation.Action? {
        let candidates = roster.present(.candidate)
        guard !candidates.isEmpty || !roster.stopping.isEmpty else { return nil }
        if reversal.tookTraffic { return retirement(of: candidates, now: now) }
        return .stop(candidates.map(\.id) + roster.stopping.map(\.id))
    }

    /// Puts stable instances in rotation that became well after the traffic had returned, and stops
    /// those that others were started for.
    private mutating func completeStable(_ reversal: Reversal, now: Timestamp) -> [RolloutEffect]? {
        if isStarting(.stable, reversal, now: now) { return nil }
        let late = roster.healthy(.stable).contains { !traffic.serves($0.id) }
        let isComplete = roster.healthy(.stable).count >= plan.instanceCount
        let surplus = roster.present(.stable).filter {
            !$0.condition.isProven && (isComplete || isReplacement($0))
        }
        let isServedByNobody = roster.present(.stable).allSatisfy { !$0.condition.isProven }
        let leaves = surplus.contains { traffic.mayServe($0.id) } && !isServedByNobody
        if traffic.confirmed != nil, late || leaves {
            return perform(.route(table(candidatePercent: 0)), in: reversal, now: now)
        }
        let gone = surplus.filter { !traffic.mayServe($0.id) }
        if !gone.isEmpty, let action = retirement(of: gone, now: now) {
            return perform(action, in: reversal, now: now)
        }
        return finish(outcome(of: reversal), now: now)
    }

    // MARK: - Rolling

    private mutating func advanceInBatches(
        _ reversal: Reversal,
        now: Timestamp
    ) -> [RolloutEffect]? {
        switch planner(into: .stable, target: plan.instanceCount, now: now)?.nextStep {
        case .wait: return waitForStable(reversal, now: now)
        case .done, nil: return finish(outcome(of: reversal), now: now)
        case .start(let count):
            if isShort(reversal) { return finish(outcome(of: reversal), now: now) }
            guard now >= reversal.launchAfter ?? now else { return nil }
            return launchStable(count, in: reversal, now: now)
        case .rotate(let additions, let removals):
            let table = rollingTable(adding: additions, removing: removals)
            return perform(.route(table), in: reversal, now: now)
        case .retire(let ids):
            guard let action = retirement(of: ids, now: now) else { return nil }
            return perform(action, in: reversal, now: now)
        }
    }

    /// The candidate is gone, and no more of the stable release can be started: better short of
    /// instances than in the way of the next deploy.
    private func isShort(_ reversal: Reversal) -> Bool {
        reversal.failedLaunches >= Self.launchLimit && roster.present(.candidate).isEmpty
    }

    // MARK: - Shared

    private mutating func perform(
        _ action: Operation.Action,
        in reversal: Reversal,
        now: Timestamp
    ) -> [RolloutEffect] {
        var reversal = reversal
        let operation = begin(action, now: now)
        reversal.operation = operation
        phase = .reverting(reversal)
        return [operation.effect]
    }

    private func outcome(of reversal: Reversal) -> Outcome {
        switch reversal.reason {
        case .superseded(let release): .superseded(by: release)
        case .operatorRequest: .rolledBack(reversal.reason)
        case .startTimeout, .instancesFailed, .gateExpired, .anomaly, .effectFailed:
            reversal.tookTraffic ? .rolledBack(reversal.reason) : .failed(reversal.reason)
        }
    }

    /// Whether an instance of the stable release was started on a way back of this rollout.
    private func isReplacement(_ entry: Roster.Entry) -> Bool {
        entry.role == .stable && entry.id.rollout == plan.id
    }

    /// An instance that the way back has started came to nothing: the next launch waits, longer
    /// each time.
    ///
    /// A launch counts once, however many of its instances fail: ``Reversal/launchAfter`` is set
    /// from the first of them to the next launch.
    mutating func noteFailedStart(of entry: Roster.Entry, now: Timestamp) {
        guard case .reverting(var reversal) = phase, isReplacement(entry),
            reversal.launchAfter == nil
        else { return }
        reversal.failedLaunches += 1
        reversal.launchAfter = now + Operation.backOff(after: reversal.failedLaunches)
        phase = .reverting(reversal)
    }

    /// Runs a clock while the stable release is waited for, so that the wait has an end.
    private mutating func waitForStable(_ reversal: Reversal, now: Timestamp) -> [RolloutEffect]? {
        guard reversal.start?.isOver(at: now) ?? true else { return nil }
        var reversal = reversal
        reversal.start = PhaseClock(startingAt: now, for: max(plan.startTimeout, .seconds(1)))
        phase = .reverting(reversal)
        return []
    }

    /// Gives up instances of the stable release that are not well in time, so that others are
    /// started in their place.
    ///
    /// One that becomes well later is welcome all the same.
    private mutating func giveUpSlowStarts(
        _ reversal: Reversal,
        now: Timestamp
    ) -> [RolloutEffect]? {
        guard hasWaited(reversal, now: now) else { return nil }
        let replacesSick = plan.rolling != nil || roster.healthy(.stable).isEmpty
        let slow = roster.hopeful(.stable).filter { entry in
            entry.condition.isStarting || (replacesSick && !entry.condition.isHealthy)
        }
        guard !slow.isEmpty else { return nil }
        for entry in slow {
            giveUp(entry, because: "not healthy in time", now: now)
        }
        return []
    }

    private mutating func giveUp(_ entry: Roster.Entry, because reason: String, now: Timestamp) {
        let evidence = entry.condition.evidence.map { ": \($0)" } ?? ""
        roster.set(.failed(evidence: reason + evidence), of: [entry.id])
        noteFailedStart(of: entry, now: now)
    }

    /// A launch on the way back failed.
    ///
    /// What started all the same is welcome once it is well; what did not is given up, and others
    /// are tried after a back-off.
    mutating func giveUpLaunch(
        _ instances: [Instance],
        _ failure: EffectFailure,
        now: Timestamp
    ) {
        let ids = instances.map(\.id)
        for entry in roster.entries where ids.contains(entry.id) && entry.condition.isStarting {
            giveUp(entry, because: failure.message, now: now)
        }
    }

    /// The stable release cannot be started again, and nothing of it is on its way any more.
    ///
    /// It depends on nothing else: when the candidate is not well either, an operator who wants to
    /// deploy a third release must not wait behind a way back that never ends.
    private func isBarred(_ reversal: Reversal) -> Bool {
        reversal.failedLaunches >= Self.launchLimit && traffic.candidateMayServe
            && !roster.present(.stable).contains(where: \.condition.isStarting)
            && (plan.rolling != nil || roster.healthy(.stable).isEmpty)
    }

    /// Stops going back where nothing is left to go back to: the candidate goes on serving, held,
    /// so that an operator decides between another try and going on.
    private mutating func standStill(_ reversal: Reversal, now: Timestamp) -> [RolloutEffect] {
        let evidence = roster.present(.stable).lazy.compactMap(\.condition.evidence).first
        let message = "\(returnTarget) cannot be started again: \(evidence ?? "no evidence")"
        let effects = reenter(now: now)
        hold(for: .effectFailed(message), now: now)
        return effects
    }

    /// Takes up the way forward again where the traffic is.
    private mutating func reenter(now: Timestamp) -> [RolloutEffect] {
        if let size = plan.rolling?.batchSize {
            let served = roster.present(.candidate).count { traffic.mayServe($0.id) }
            enterBatch(min(max((served + size - 1) / size, 1), plan.batchCount), now: now)
            return []
        }
        let share = traffic.confirmed?.share(of: .candidate) ?? 0
        guard share < 100 else {
            phase = .draining(nil)
            return []
        }
        return enterShift(step: plan.shiftSteps.firstIndex(of: share) ?? 0, now: now)
    }
}
