extension RolloutMachine {
    /// Where it stands and why it does not advance, ready to be shown.
    package func progress(now: Timestamp) -> RolloutProgress {
        RolloutProgress(
            phase: phase.name,
            steps: steps,
            holds: shownHolds,
            sentence: sentence,
            countdown: countdown(now: now),
            outcome: outcome
        )
    }

    /// The checks of the plan with what was found, in the order of the manifest.
    package var checks: [CheckSnapshot] {
        guard !plan.isRollback else { return [] }
        return plan.checks.map { check in
            let run = phase.checkRuns.first { $0.stage == check.stage }
            let result = checkResults.first { $0.name == check.name }
            let state: CheckSnapshot.State =
                if let result {
                    .finished(result)
                } else {
                    run == nil ? .waiting : .running
                }
            return CheckSnapshot(name: check.name, stage: check.stage, state: state)
        }
    }

    /// Every hold that an operator can see: its own, those of the phase, the operator's first.
    private var shownHolds: [Hold] {
        var shown = holds
        switch phase {
        case .verifying(let verification):
            if let failure = verification.failure {
                let since = verification.clock.startedAt
                shown.append(.anomaly(.check(failure), since: since))
            }
        case .awaitingPromotion(let gate):
            let isHeld = !holds.isEmpty
            shown.append(
                .gate(
                    since: gate.expiry.startedAt,
                    promoteAt: isHeld ? nil : gate.opening?.endsAt,
                    expiresAt: isHeld ? nil : gate.expiry.endsAt
                )
            )
        case .starting, .shifting, .baking, .warm, .draining, .replacing, .monitoring, .reverting,
            .finished:
            break
        }
        return shown
    }

    // MARK: - Stepper

    /// One place of the stepper.
    private enum Place: Hashable {
        case start
        case verify
        case gate
        case shift(Int)
        case bake
        case warm
        case drain
        case batch(Int)
    }

    private var places: [Place] {
        if plan.rolling != nil {
            return (1...max(plan.batchCount, 1)).map { .batch($0) }
        }
        var places: [Place] = [.start]
        if !plan.checkNames(.beforePromotion).isEmpty { places.append(.verify) }
        let isPlain = plan.isFirstDeployment || plan.isRollback
        if !isPlain { places.append(.gate) }
        places += plan.shiftSteps.indices.map { .shift($0) }
        if !isPlain { places.append(.bake) }
        if !plan.isFirstDeployment { places += [.warm, .drain] }
        return places
    }

    private var currentPlace: Place? {
        switch phase {
        case .starting: .start
        case .verifying: .verify
        case .awaitingPromotion(let gate): gate.batch.map { .batch($0) } ?? .gate
        case .shifting(let shift): .shift(shift.step)
        case .baking: .bake
        case .warm: .warm
        case .draining: .drain
        case .replacing(let replacement): .batch(replacement.batch)
        case .monitoring(let monitor): .batch(monitor.batch)
        case .reverting, .finished: nil
        }
    }

    /// Index of the step that the rollout is at.
    ///
    /// `nil` on the way back and at the end.
    var currentStep: Int? {
        currentPlace.flatMap { places.firstIndex(of: $0) }
    }

    var steps: [RolloutProgress.Step] {
        places.enumerated().map { index, place in
            RolloutProgress.Step(title: title(of: place), state: state(ofStep: index))
        }
    }

    private func state(ofStep index: Int) -> RolloutProgress.StepState {
        if let currentStep {
            if index == currentStep {
                return holds.isEmpty && failedCheck == nil ? .current : .held
            }
            return index < currentStep ? .done : .todo
        }
        if outcome == .promoted || index < furthestStep { return .done }
        return index == furthestStep ? .failed : .todo
    }

    private func title(of place: Place) -> String {
        switch place {
        case .start: "start"
        case .verify: "verify"
        case .gate: "gate"
        case .shift(let step):
            plan.shiftSteps.count == 1 ? "shift" : "shift \(plan.shiftSteps[step])%"
        case .bake: "bake"
        case .warm: "warm"
        case .drain: "drain"
        case .batch(let batch): "batch \(batch)"
        }
    }
}
