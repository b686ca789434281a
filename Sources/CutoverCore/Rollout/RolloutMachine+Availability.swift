extension RolloutMachine {
    /// Whether a verb would be followed at this moment, with what it would do, or why it would not.
    ///
    /// Agrees with ``handle(_:now:)``: both ask the same function.
    package func availability(of verb: Verb, now: Timestamp) -> VerbAvailability {
        if let reason = refusal(of: verb) { return .refused(reason: reason) }
        return .possible(effect: effect(of: verb))
    }

    /// What a verb that is possible would do, in numbers.
    func effect(of verb: Verb) -> String {
        switch verb {
        case .deploy: effectOfSupersession
        case .promote: effectOfPromote
        case .pause: "holds it \(position); the clocks stand, continue goes on"
        case .continue: effectOfContinue
        case .rollback: effectOfRollback
        }
    }

    private var effectOfSupersession: String {
        switch phase {
        case .starting, .verifying, .awaitingPromotion, .shifting, .baking, .replacing, .monitoring:
            guard canGoBack else {
                return "starts the new release once \(plan.candidate) is promoted"
            }
            return traffic.candidateMayServe
                ? "gives \(plan.candidate) up at \(candidateShare) %, goes back to "
                    + "\(returnTarget), then starts the new release"
                : "discards \(plan.candidate), then starts the new release"
        case .warm, .draining: return "stops \(returnTarget), then starts the new release"
        case .reverting: return "starts the new release once \(returnTarget) is back"
        case .finished: return "starts the new release"
        }
    }

    private var effectOfPromote: String {
        switch phase {
        case .awaitingPromotion(let gate):
            if let batch = gate.batch { return effectOfLeaving(batch: batch) }
            return effectOfShift(to: 0)
        case .shifting(let shift):
            guard shift.step < plan.shiftSteps.count - 1 else { return "goes on to the bake" }
            return "skips the soak and " + effectOfShift(to: shift.step + 1)
        case .monitoring(let monitor): return effectOfLeaving(batch: monitor.batch)
        case .starting, .verifying, .baking, .warm, .draining, .replacing, .reverting, .finished:
            return ""
        }
    }

    private func effectOfShift(to step: Int) -> String {
        let percent = plan.shiftSteps[step]
        let slot = plan.slot.map { " (\($0.rawValue))" } ?? ""
        let move = "moves \(plan.candidate)\(slot) from \(candidateShare) to \(percent) %"
        guard percent == 100 else { return "\(move); \(returnTarget) keeps \(100 - percent) %" }
        return plan.keepWarm > .zero
            ? "\(move); \(returnTarget) stays warm for \(plan.keepWarm.words), rollback returns"
            : "\(move); \(returnTarget) then drains and stops"
    }

    private func effectOfLeaving(batch: Int) -> String {
        guard batch < plan.batchCount else {
            return "ends the rollout: \(plan.candidate) keeps 100 %"
        }
        let (old, new) = (plan.target(ofBatch: batch), plan.target(ofBatch: batch + 1))
        let percent = (new * 200 + plan.instanceCount) / (plan.instanceCount * 2)
        return "replaces batch \(batch + 1) of \(plan.batchCount), "
            + "\(counted(new - old, "instance")): \(plan.candidate) from \(candidateShare) to "
            + "\(percent) %"
    }

    private var effectOfContinue: String {
        if failedCheck != nil { return "runs the checks again" }
        for case .anomaly(let anomaly, _) in holds {
            return "goes on with \(plan.candidate) at \(candidateShare) % past \(anomaly.brief); "
                + "holds again if that lasts"
        }
        return "goes on \(position); the clocks run again"
    }

    private var effectOfRollback: String {
        let count = roster.present(.candidate).count
        let candidates = "\(counted(count, "instance")) of \(plan.candidate)"
        guard traffic.candidateMayServe else {
            let rest = plan.stable.map { "; \($0.release) keeps 100 %" } ?? ""
            return "discards \(candidates)\(rest)"
        }
        if plan.rolling != nil {
            return "replaces \(candidates) by \(returnTarget) in batches: \(plan.candidate) from "
                + "\(candidateShare) to 0 %"
        }
        let start = candidateShare > 0 ? "from \(100 - candidateShare)" : "back"
        guard missingCount > 0 else {
            return "moves \(returnTarget)\(shareOfStable) \(start) to 100 % at once, then drains "
                + "and stops \(candidates)"
        }
        return "starts \(counted(missingCount, "instance")) of \(returnTarget)\(shareOfStable) "
            + "again, then moves \(returnTarget) \(start) to 100 %"
    }

    /// How many instances the stable release has left; nothing while it has all, or none.
    private var shareOfStable: String {
        let total = plan.stable?.instances.count ?? 0
        let healthy = roster.healthy(.stable).count
        return (1..<max(total, 1)).contains(healthy) ? " (\(healthy) of \(total) healthy)" : ""
    }

    func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
        count == 1 ? "1 \(noun)" : "\(count) \(plural ?? noun + "s")"
    }
}
