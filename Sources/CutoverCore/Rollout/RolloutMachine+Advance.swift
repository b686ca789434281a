extension RolloutMachine {
    /// Goes one step further if the facts allow it: the one function through which every forward
    /// transition goes, and the one that a hold stops.
    ///
    /// The way back comes through here too, and is never held: going back takes every hold away.
    ///
    /// - Parameter now: the present.
    /// - Returns: `nil` when there is nothing to do, so that the caller can stop asking.
    mutating func advance(now: Timestamp) -> [RolloutEffect]? {
        guard holds.isEmpty else { return nil }
        if let operation = phase.operation {
            switch operation.state {
            case .outstanding: return nil
            case .failed(_, let retryAt):
                return now >= retryAt ? retry(operation, now: now) : nil
            }
        }
        switch phase {
        case .starting(let starting): return advance(starting, now: now)
        case .verifying(let verification): return advance(verification, now: now)
        case .awaitingPromotion(let gate): return advance(gate, now: now)
        case .shifting(let shift): return advance(shift, now: now)
        case .baking(let bake): return advance(bake, now: now)
        case .warm(let clock):
            guard clock.isOver(at: now) else { return nil }
            phase = .draining(nil)
            return []
        case .draining: return advanceDraining(now: now)
        case .replacing(let replacement): return advance(replacement, now: now)
        case .monitoring(let monitor): return advance(monitor, now: now)
        case .reverting(let reversal): return advance(reversal, now: now)
        case .finished: return nil
        }
    }

    mutating func finish(_ outcome: Outcome, now: Timestamp) -> [RolloutEffect] {
        holds = []
        phase = .finished(outcome, at: now)
        return []
    }

    /// Does what a deadline says when it has passed.
    ///
    /// Clocks that stand do not pass.
    ///
    /// - Parameter now: the present.
    /// - Returns: `nil` when no deadline has passed.
    mutating func expire(now: Timestamp) -> [RolloutEffect]? {
        if let operation = phase.operation, case .outstanding(let due) = operation.state, now >= due
        {
            let failure = EffectFailure(
                message: "no answer since attempt \(operation.attempt)",
                mayHaveBeenApplied: true
            )
            fail(operation, failure, now: now)
            return []
        }
        if let effects = repeatChecks(now: now) { return effects }
        guard holds.isEmpty else { return nil }
        switch phase {
        case .starting(let starting) where starting.clock.isOver(at: now):
            let failure = starting.operation?.failure
            return revert(failure.map { .effectFailed($0.message) } ?? startTimeout, now: now)
        case .verifying(let verification)
        where verification.failure != nil && verification.clock.isOver(at: now):
            return revert(.gateExpired, now: now)
        case .awaitingPromotion(let gate) where gate.expiry.isOver(at: now):
            return revert(.gateExpired, now: now)
        case .shifting(let shift) where shift.deadline.isOver(at: now):
            return holdForDeadline(now: now)
        case .replacing(let replacement):
            if let start = replacement.start, start.isOver(at: now) {
                return revert(startTimeout, now: now)
            }
            return replacement.deadline.isOver(at: now) ? holdForDeadline(now: now) : nil
        // Checks have a time of their own.
        case .monitoring(let monitor) where !monitor.isChecking && monitor.deadline.isOver(at: now):
            return holdForDeadline(now: now)
        case .starting, .verifying, .awaitingPromotion, .shifting, .baking, .warm, .draining,
            .monitoring, .reverting, .finished:
            return nil
        }
    }

    /// The instances stop, and what was found against them would be gone with them.
    private var startTimeout: RollbackReason {
        let late = roster.present(.candidate).lazy.compactMap { entry in
            entry.condition.evidence.map { "\(entry.instance.name): \($0)" }
        }
        return .startTimeout(evidence: late.first)
    }

    private mutating func holdForDeadline(now: Timestamp) -> [RolloutEffect] {
        holds.append(.deadline(since: now))
        return []
    }

    /// The next instant at which the machine wants ``RolloutEvent/tick``; `nil`: none.
    ///
    /// Whatever was due at the last event has been done, so only what comes later is named: a
    /// driver that ticks when it is due never ticks in a circle.
    package var nextDeadline: Timestamp? {
        wakes.filter { $0 > settledAt }.min()
    }

    /// Every instant at which time alone may change something.
    private var wakes: [Timestamp] {
        var wakes = phase.checkRuns.filter { !$0.pending.isEmpty }.map(\.due)
        if let operation = phase.operation {
            if holds.isEmpty || operation.failure == nil {
                wakes.append(operation.wakesAt)
            }
        }
        guard holds.isEmpty else { return wakes }
        wakes += phase.clocks.map(\.endsAt)
        switch phase {
        case .starting, .replacing:
            wakes += roster.entries.compactMap(\.condition.healthySince).map {
                $0 + plan.minimumHealthyTime
            }
        case .reverting(let reversal):
            wakes += [reversal.start?.endsAt, reversal.launchAfter].compactMap(\.self)
            wakes += roster.entries.compactMap(\.condition.healthySince).map {
                $0 + plan.minimumHealthyTime
            }
        case .verifying, .awaitingPromotion, .shifting, .baking, .warm, .draining, .monitoring,
            .finished:
            break
        }
        return wakes
    }

    /// What commands are bound to: when it changes, a command may mean something else.
    var milestone: Milestone {
        Milestone(phase: phase.name, index: phase.index, checkFailed: failedCheck, holds: holds)
    }

    struct Milestone: Hashable {
        var phase: PhaseName
        var index: Int
        var checkFailed: CheckResult?
        var holds: [Hold]
    }

    /// The failed check that keeps the gate shut.
    var failedCheck: CheckResult? {
        guard case .verifying(let verification) = phase else { return nil }
        return verification.failure
    }
}
