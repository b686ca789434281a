extension RolloutPhase {
    /// The clocks that stand while the rollout is held.
    var clocks: [PhaseClock] {
        switch self {
        case .starting(let starting): [starting.clock]
        case .verifying(let verification): verification.failure == nil ? [] : [verification.clock]
        case .awaitingPromotion(let gate): [gate.expiry] + (gate.opening.map { [$0] } ?? [])
        case .shifting(let shift):
            switch shift.stage {
            case .applying: [shift.deadline]
            case .soaking(let soak, _): [soak, shift.deadline]
            }
        case .baking(let bake): [bake.clock]
        case .warm(let clock): [clock]
        case .replacing(let replacement):
            [replacement.deadline] + (replacement.start.map { [$0] } ?? [])
        case .monitoring(let monitor): [monitor.clock, monitor.deadline]
        case .draining, .reverting, .finished: []
        }
    }

    /// Lets the clocks go on after a hold.
    ///
    /// The way back and drains have none that stand, and the progress deadline does not go on but
    /// starts again: an operator has said to go on.
    mutating func resumeClocks(heldSince: Timestamp, now: Timestamp) {
        func resumed(_ clock: PhaseClock) -> PhaseClock {
            var clock = clock
            clock.resume(heldSince: heldSince, now: now)
            return clock
        }
        switch self {
        case .starting(var starting):
            starting.clock = resumed(starting.clock)
            self = .starting(starting)
        case .verifying(var verification):
            verification.clock = resumed(verification.clock)
            self = .verifying(verification)
        case .awaitingPromotion(var gate):
            gate.expiry = resumed(gate.expiry)
            gate.opening = gate.opening.map(resumed)
            self = .awaitingPromotion(gate)
        case .shifting(var shift):
            if case .soaking(let soak, let watch) = shift.stage {
                shift.stage = .soaking(resumed(soak), watch)
            }
            self = .shifting(shift)
        case .baking(var bake):
            bake.clock = resumed(bake.clock)
            self = .baking(bake)
        case .warm(let clock):
            self = .warm(resumed(clock))
        case .replacing(var replacement):
            replacement.start = replacement.start.map(resumed)
            self = .replacing(replacement)
        case .monitoring(var monitor):
            monitor.clock = resumed(monitor.clock)
            self = .monitoring(monitor)
        case .draining, .reverting, .finished:
            break
        }
        restartDeadline(now: now)
    }

    /// Starts the progress deadline again, behind the soak or the watch if that still runs: time in
    /// which the candidate is watched is not time without progress.
    mutating func restartDeadline(now: Timestamp) {
        switch self {
        case .shifting(var shift):
            var start = now
            if case .soaking(let soak, _) = shift.stage { start = max(now, soak.endsAt) }
            shift.deadline = PhaseClock(startingAt: start, for: shift.deadline.duration)
            self = .shifting(shift)
        case .replacing(var replacement):
            let duration = replacement.deadline.duration
            replacement.deadline = PhaseClock(startingAt: now, for: duration)
            self = .replacing(replacement)
        case .monitoring(var monitor):
            let start = max(now, monitor.clock.endsAt)
            monitor.deadline = PhaseClock(startingAt: start, for: monitor.deadline.duration)
            self = .monitoring(monitor)
        case .starting, .verifying, .awaitingPromotion, .baking, .warm, .draining, .reverting,
            .finished:
            break
        }
    }
}
