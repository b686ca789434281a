import CutoverCore

extension RecordV1 {
    enum Phase: Codable {
        case starting(operation: Operation?, clock: Clock)
        case verifying(run: CheckRun, clock: Clock)
        case awaitingPromotion(batch: Int?, expiry: Clock, opening: Clock?, watch: Watch)
        case applyingStep(step: Int, operation: Operation, deadline: Clock)
        case soakingStep(step: Int, soak: Clock, watch: Watch, deadline: Clock)
        case baking(clock: Clock, watch: Watch, checks: CheckRun?)
        case warm(clock: Clock)
        case draining(operation: Operation?)
        case replacing(
            batch: Int,
            operation: Operation?,
            start: Clock?,
            deadline: Clock,
            watch: Watch
        )
        case monitoring(batch: Int, clock: Clock, watch: Watch, checks: [CheckRun], deadline: Clock)
        case reverting(Reversal)
        case finished(outcome: Outcome, at: Instant)
    }

    struct Reversal: Codable {
        var reason: RollbackReason
        var tookTraffic: Bool
        var beganAt: Instant
        var operation: Operation?
        var start: Clock?
        var failedLaunches: Int
        var launchAfter: Instant?

        init(_ reversal: CutoverCore.Reversal) {
            reason = reversal.reason
            tookTraffic = reversal.tookTraffic
            beganAt = Instant(reversal.beganAt)
            operation = reversal.operation.map(Operation.init)
            start = reversal.start.map(Clock.init)
            failedLaunches = reversal.failedLaunches
            launchAfter = reversal.launchAfter.map(Instant.init)
        }

        var value: CutoverCore.Reversal {
            CutoverCore.Reversal(
                reason: reason,
                tookTraffic: tookTraffic,
                beganAt: beganAt.value,
                operation: operation?.value,
                start: start?.value,
                failedLaunches: failedLaunches,
                launchAfter: launchAfter?.value
            )
        }
    }
}

extension RecordV1.Phase {
    typealias Clock = RecordV1.Clock

    init(_ phase: RolloutPhase) {
        self =
            switch phase {
            case .starting(let starting):
                .starting(
                    operation: starting.operation.map(RecordV1.Operation.init),
                    clock: Clock(starting.clock)
                )
            case .verifying(let verification):
                .verifying(
                    run: RecordV1.CheckRun(verification.run),
                    clock: Clock(verification.clock)
                )
            case .awaitingPromotion(let gate):
                .awaitingPromotion(
                    batch: gate.batch,
                    expiry: Clock(gate.expiry),
                    opening: gate.opening.map(Clock.init),
                    watch: RecordV1.Watch(gate.watch)
                )
            case .shifting(let shift): Self(shift)
            case .baking(let bake):
                .baking(
                    clock: Clock(bake.clock),
                    watch: RecordV1.Watch(bake.watch),
                    checks: bake.checks.map(RecordV1.CheckRun.init)
                )
            case .warm(let clock): .warm(clock: Clock(clock))
            case .draining(let operation):
                .draining(operation: operation.map(RecordV1.Operation.init))
            case .replacing(let replacement): Self(replacement)
            case .monitoring(let monitor): Self(monitor)
            case .reverting(let reversal): .reverting(RecordV1.Reversal(reversal))
            case .finished(let outcome, let at):
                .finished(outcome: outcome, at: RecordV1.Instant(at))
            }
    }

    private init(_ shift: Shift) {
        self =
            switch shift.stage {
            case .applying(let operation):
                .applyingStep(
                    step: shift.step,
                    operation: RecordV1.Operation(operation),
                    deadline: Clock(shift.deadline)
                )
            case .soaking(let clock, let watch):
                .soakingStep(
                    step: shift.step,
                    soak: Clock(clock),
                    watch: RecordV1.Watch(watch),
                    deadline: Clock(shift.deadline)
                )
            }
    }

    private init(_ replacement: Replacement) {
        self = .replacing(
            batch: replacement.batch,
            operation: replacement.operation.map(RecordV1.Operation.init),
            start: replacement.start.map(Clock.init),
            deadline: Clock(replacement.deadline),
            watch: RecordV1.Watch(replacement.watch)
        )
    }

    private init(_ monitor: Monitor) {
        self = .monitoring(
            batch: monitor.batch,
            clock: Clock(monitor.clock),
            watch: RecordV1.Watch(monitor.watch),
            checks: monitor.checks.map(RecordV1.CheckRun.init),
            deadline: Clock(monitor.deadline)
        )
    }
}

extension RecordV1.Phase {
    var value: RolloutPhase {
        switch self {
        case .starting(let operation, let clock):
            .starting(Starting(operation: operation?.value, clock: clock.value))
        case .verifying(let run, let clock):
            .verifying(Verification(run: run.value, clock: clock.value))
        case .awaitingPromotion(let batch, let expiry, let opening, let watch):
            .awaitingPromotion(
                Gate(
                    batch: batch,
                    expiry: expiry.value,
                    opening: opening?.value,
                    watch: watch.value
                )
            )
        case .applyingStep(let step, let operation, let deadline):
            .shifting(
                Shift(step: step, stage: .applying(operation.value), deadline: deadline.value)
            )
        case .soakingStep(let step, let soak, let watch, let deadline):
            .shifting(
                Shift(
                    step: step,
                    stage: .soaking(soak.value, watch.value),
                    deadline: deadline.value
                )
            )
        case .baking(let clock, let watch, let checks):
            .baking(Bake(clock: clock.value, watch: watch.value, checks: checks?.value))
        case .warm(let clock): .warm(clock.value)
        case .draining(let operation): .draining(operation?.value)
        case .replacing(let batch, let operation, let start, let deadline, let watch):
            .replacing(
                Replacement(
                    batch: batch,
                    operation: operation?.value,
                    start: start?.value,
                    deadline: deadline.value,
                    watch: watch.value
                )
            )
        case .monitoring(let batch, let clock, let watch, let checks, let deadline):
            .monitoring(
                Monitor(
                    batch: batch,
                    clock: clock.value,
                    watch: watch.value,
                    checks: checks.map(\.value),
                    deadline: deadline.value
                )
            )
        case .reverting(let reversal): .reverting(reversal.value)
        case .finished(let outcome, let at): .finished(outcome, at: at.value)
        }
    }
}
