/// What happened, in the past tense: for replies and for the journal.
extension RolloutMachine {
    /// What following a verb does to the rollout as it is.
    func fact(of verb: Verb) -> String {
        switch verb {
        case .deploy: factOfSupersession
        case .promote: factOfPromote
        case .pause: "paused \(position)"
        case .continue: factOfContinue
        case .rollback: factOfRollback
        }
    }

    /// Where it stands and what the candidate gets there.
    package var position: String {
        let share = "\(plan.candidate) at \(candidateShare) %"
        guard let currentStep else { return "on the way back, \(share)" }
        return "at \(steps[currentStep].title), \(share)"
    }

    /// What it sets out to do.
    package var beginning: String {
        let begun = "\(plan.candidate) begun, \(counted(plan.instanceCount, "instance"))"
        guard plan.rolling == nil else {
            return "\(begun) in \(counted(plan.batchCount, "batch", "batches"))"
        }
        return begun + (plan.slot.map { " in \($0.rawValue)" } ?? "")
    }

    /// What a rollback would come to, in words that stand behind the verb or its key.
    ///
    /// `nil`: it would be refused.
    var wayBack: String? {
        guard refusal(of: .rollback) == nil else { return nil }
        guard traffic.candidateMayServe else { return "discards \(plan.candidate)" }
        if plan.rolling != nil { return "puts \(returnTarget) back" }
        guard case .shifting(let shift) = phase, shift.step == plan.shiftSteps.count - 1,
            plan.keepWarm > .zero
        else { return "returns to \(returnTarget)" }
        return "returns to \(returnTarget) (warm \(plan.keepWarm.words))"
    }

    /// Percent of the public requests that the candidate gets by the table that was confirmed last.
    var candidateShare: Int { traffic.confirmed?.share(of: .candidate) ?? 0 }

    // MARK: - Verbs

    private var factOfSupersession: String {
        switch phase {
        case .starting, .verifying, .awaitingPromotion, .shifting, .baking, .replacing, .monitoring:
            guard canGoBack else { return "queued behind \(plan.candidate)" }
            return traffic.candidateMayServe
                ? "queued, \(plan.candidate) given up at \(candidateShare) %"
                : "queued, \(plan.candidate) discarded"
        case .warm, .draining: return "queued until \(returnTarget) has stopped"
        case .reverting: return "queued until \(returnTarget) is back"
        case .finished: return "begun"
        }
    }

    private var factOfPromote: String {
        switch phase {
        case .awaitingPromotion(let gate):
            return gate.batch.map(factOfLeaving) ?? factOfShift(to: 0)
        case .shifting(let shift):
            guard shift.step < plan.shiftSteps.count - 1 else {
                return "ended the soak of \(plan.candidate) at \(candidateShare) %"
            }
            return factOfShift(to: shift.step + 1)
        case .monitoring(let monitor): return factOfLeaving(batch: monitor.batch)
        case .starting, .verifying, .baking, .warm, .draining, .replacing, .reverting, .finished:
            return ""
        }
    }

    private func factOfShift(to step: Int) -> String {
        "promoted \(plan.candidate) from \(candidateShare) to \(plan.shiftSteps[step]) %"
    }

    private func factOfLeaving(batch: Int) -> String {
        "promoted \(plan.candidate) past batch \(batch) of \(plan.batchCount)"
    }

    private var factOfContinue: String {
        if failedCheck != nil {
            let names = plan.checkNames(.beforePromotion)
            return "checks begun again: \(names.joined(separator: ", "))"
        }
        for case .anomaly(let anomaly, _) in holds {
            return "continued past \(anomaly.brief)"
        }
        return "continued \(position)"
    }

    private var factOfRollback: String {
        let candidates = counted(roster.present(.candidate).count, "instance")
        guard traffic.candidateMayServe else {
            let rest = plan.stable.map { ", \($0.release) stays at 100 %" } ?? ""
            return "discarded \(plan.candidate), \(candidates)\(rest)"
        }
        // A table that was asked for and not confirmed may have given it a share.
        let share = candidateShare > 0 ? "from \(candidateShare) to 0 %" : "back to 0 %"
        return "rolled back to \(returnTarget): \(plan.candidate) \(share)"
    }

    // MARK: - Phases

    /// What was reached when the rollout came to where it stands.
    package var arrival: String {
        let share = "\(plan.candidate) at \(candidateShare) %"
        switch phase {
        case .starting: return beginning
        case .verifying(let verification):
            return "checks begun: \(verification.run.pending.joined(separator: ", "))"
        case .awaitingPromotion(let gate):
            let place = gate.batch.map { "gate behind batch \($0) of \(plan.batchCount)" } ?? "gate"
            let clock =
                gate.opening.map { "opens in \($0.duration.words)" }
                ?? "expires in \(gate.expiry.duration.words)"
            return "\(place) reached, \(share); \(clock)"
        case .shifting(let shift): return "shift to \(plan.shiftSteps[shift.step]) % begun"
        case .baking(let bake): return "bake of \(bake.clock.duration.words) begun, \(share)"
        case .warm(let clock):
            return "\(plan.candidate) promoted, \(returnTarget) warm for \(clock.duration.words)"
        case .draining: return "drain of \(returnTarget) begun"
        case .replacing(let replacement):
            return "batch \(replacement.batch) of \(plan.batchCount) begun, \(share)"
        case .monitoring(let monitor):
            return "batch \(monitor.batch) of \(plan.batchCount) in, \(share); "
                + "watched for \(monitor.clock.duration.words)"
        case .reverting(let reversal):
            return plan.isFirstDeployment || !reversal.tookTraffic
                ? "gave \(plan.candidate) up: \(reversal.reason.summary)"
                : "went back to \(returnTarget): \(reversal.reason.summary)"
        case .finished(let outcome, _): return outcome.summary(candidate: plan.candidate)
        }
    }

    /// Why it came to stand, at that moment; `nil` for a hold that is told elsewhere.
    package func arrival(at hold: Hold) -> String? {
        let share = "\(plan.candidate) held at \(candidateShare) %"
        switch hold {
        case .anomaly(let anomaly, _): return "\(share): \(anomaly.summary)"
        case .deadline:
            return "\(share): no progress in \(plan.progressDeadline.words)"
        case .operator, .gate: return nil
        }
    }
}
