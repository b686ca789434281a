extension RolloutMachine {
    /// The time that runs, or that stands because the rollout is held.
    func countdown(now: Timestamp) -> RolloutProgress.Countdown? {
        switch phase {
        case .starting(let starting):
            return standing("start", starting.clock, then: "gives \(plan.candidate) up")
        case .verifying(let verification):
            guard verification.failure != nil else { return nil }
            return standing("gate", verification.clock, then: "rolls back")
        case .awaitingPromotion(let gate):
            if let opening = gate.opening, opening.endsAt < gate.expiry.endsAt,
                !opening.isOver(at: now) || !holds.isEmpty
            {
                return standing("gate", opening, then: "promotes by itself")
            }
            return standing("gate", gate.expiry, then: "rolls back")
        case .shifting(let shift): return countdown(of: shift, now: now)
        case .baking(let bake):
            if bake.clock.isOver(at: now), let checks = countdown(ofChecks: bake.checks) {
                return checks
            }
            return standing("bake", bake.clock, then: "\(returnTarget) stays warm")
        case .warm(let clock):
            return standing("warm", clock, then: "\(returnTarget) drains and stops")
        case .draining(let operation): return operation.flatMap(drain)
        case .replacing(let replacement):
            if let start = replacement.start {
                return standing("start", start, then: "rolls back")
            }
            return replacement.operation.flatMap(drain)
                ?? standing("progress", replacement.deadline, then: "holds")
        case .monitoring(let monitor): return countdown(of: monitor, now: now)
        case .reverting(let reversal):
            if let drain = reversal.operation.flatMap(drain) { return drain }
            return reversal.start.flatMap { start in
                start.isOver(at: now) || reversal.operation != nil
                    ? nil : running("start", start, then: "starts \(returnTarget) anew")
            }
        case .finished: return nil
        }
    }

    private func countdown(of shift: Shift, now: Timestamp) -> RolloutProgress.Countdown? {
        switch shift.stage {
        case .applying: return standing("progress", shift.deadline, then: "holds")
        case .soaking(let soak, _):
            guard !soak.isOver(at: now) || !holds.isEmpty else {
                return standing("progress", shift.deadline, then: "holds")
            }
            let isLast = shift.step == plan.shiftSteps.count - 1
            let next = isLast ? "bakes" : "shifts to \(plan.shiftSteps[shift.step + 1]) %"
            return standing("soak", soak, then: next)
        }
    }

    private func countdown(of monitor: Monitor, now: Timestamp) -> RolloutProgress.Countdown? {
        guard !monitor.clock.isOver(at: now) || !holds.isEmpty else {
            let silent = monitor.checks.first { !$0.pending.isEmpty }
            if let checks = countdown(ofChecks: silent) { return checks }
            return standing("progress", monitor.deadline, then: "holds")
        }
        let isLast = monitor.batch == plan.batchCount
        let next = isLast ? "is done" : "replaces batch \(monitor.batch + 1)"
        return standing("monitor", monitor.clock, then: next)
    }

    /// What is left for results that are all that is waited for.
    private func countdown(ofChecks run: CheckRun?) -> RolloutProgress.Countdown? {
        guard let run, !run.pending.isEmpty, holds.isEmpty else { return nil }
        return RolloutProgress.Countdown(
            title: "checks",
            total: patience(forChecks: run.pending),
            endsAt: run.due,
            remaining: nil,
            then: run.attempt < Self.checkAttempts
                ? "asks for the result again" : "takes the check for failed"
        )
    }

    /// A clock that stands while the rollout is held.
    private func standing(
        _ title: String,
        _ clock: PhaseClock,
        then: String
    ) -> RolloutProgress.Countdown {
        RolloutProgress.Countdown(
            title: title,
            total: clock.duration,
            endsAt: heldSince == nil ? clock.endsAt : nil,
            remaining: heldSince.map { clock.remaining(heldSince: $0) },
            then: then
        )
    }

    /// A clock that runs whatever holds the rollout.
    private func running(
        _ title: String,
        _ clock: PhaseClock,
        then: String
    ) -> RolloutProgress.Countdown {
        RolloutProgress.Countdown(
            title: title,
            total: clock.duration,
            endsAt: clock.endsAt,
            remaining: nil,
            then: then
        )
    }

    /// Requests that were begun finish in their own time: no hold stops that.
    private func drain(_ operation: Operation) -> RolloutProgress.Countdown? {
        guard case .drain(_, let deadline) = operation.action else { return nil }
        return RolloutProgress.Countdown(
            title: "drain",
            total: plan.drainTimeout,
            endsAt: deadline,
            remaining: nil,
            then: "cuts what is left"
        )
    }
}
