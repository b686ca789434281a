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
        case .pause: "holds it where it is; traffic stays as it is, and so do the clocks"
        case .continue: effectOfContinue
        case .rollback: effectOfRollback
        }
    }

    private var effectOfSupersession: String {
        switch phase {
        case .starting, .verifying, .awaitingPromotion, .shifting, .baking, .replacing, .monitoring:
            canGoBack
                ? "gives \(plan.candidate) up, then starts the new release"
                : "starts the new release once \(plan.candidate) is promoted"
        case .warm, .draining: "stops \(returnTarget), then starts the new release"
        case .reverting: "starts the new release once \(returnTarget) is back"
        case .finished: "starts the new release"
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
        let share = percent == 100 ? "all traffic" : "\(percent) % of the traffic"
        let slot = plan.slot.map { " (\($0.rawValue))" } ?? ""
        let rest = percent == 100 ? "stays warm" : "keeps \(100 - percent) %"
        return "sends \(share) to \(plan.candidate)\(slot); \(returnTarget) \(rest)"
    }

    private func effectOfLeaving(batch: Int) -> String {
        guard batch < plan.batchCount else {
            return "ends the rollout: \(plan.candidate) is promoted"
        }
        let count = plan.target(ofBatch: batch + 1) - plan.target(ofBatch: batch)
        return "replaces batch \(batch + 1) of \(plan.batchCount), \(counted(count, "instance"))"
    }

    private var effectOfContinue: String {
        if failedCheck != nil { return "runs the checks again" }
        let isAnomaly = holds.contains(where: \.isAnomaly)
        return isAnomaly ? "goes on in spite of the anomaly" : "goes on; the clocks run again"
    }

    private var effectOfRollback: String {
        let candidates = counted(roster.present(.candidate).count, "instance")
        guard traffic.candidateMayServe else {
            return "discards \(candidates) of \(plan.candidate); traffic stays where it is"
        }
        if plan.rolling != nil {
            return "replaces \(candidates) of \(plan.candidate) by \(returnTarget) in batches"
        }
        guard missingCount > 0 else {
            return "sends all traffic back to \(returnTarget)\(shareOfStable) at once, then stops "
                + "\(plan.candidate)"
        }
        return "starts \(counted(missingCount, "instance")) of \(returnTarget)\(shareOfStable) "
            + "again, then sends all traffic back"
    }

    /// How many instances the stable release has left; nothing while it has all, or none.
    private var shareOfStable: String {
        let total = plan.stable?.instances.count ?? 0
        let healthy = roster.healthy(.stable).count
        return (1..<max(total, 1)).contains(healthy) ? " (\(healthy) of \(total) healthy)" : ""
    }

    func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
