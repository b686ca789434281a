extension RolloutMachine {
    /// One sentence for people: what blocks, what clears it, when it expires, what happens then.
    ///
    /// Without times, so that it changes only when something happened; the countdown has them.
    var sentence: String {
        guard let hold = holds.first else { return waiting + trouble }
        switch hold {
        case .operator(let actor, _):
            return "paused by \(actor.name) while \(doing); continue goes on"
        case .anomaly(let anomaly, _):
            return "held: \(anomaly.summary); continue goes on, rollback returns to \(returnTarget)"
        case .deadline:
            return "held: no progress in time while \(doing)\(trouble); continue waits on, "
                + "rollback returns to \(returnTarget)"
        case .gate:
            return waiting
        }
    }

    /// What it waits for, and what happens then.
    var waiting: String {
        switch phase {
        case .starting: return waitingForStart
        case .verifying(let verification):
            if let failure = verification.failure {
                return
                    "check \(failure.name) failed (\(failure.summary)); continue runs the checks "
                    + "again, rolls back when the gate expires"
            }
            return "waits for checks: \(verification.run.pending.joined(separator: ", "))"
        case .awaitingPromotion(let gate): return waiting(at: gate)
        case .shifting(let shift): return waiting(in: shift)
        case .baking(let bake):
            let checks = bake.checks?.pending ?? []
            let what = checks.isEmpty ? "" : " and checks: \(checks.joined(separator: ", "))"
            return "watches \(plan.candidate) with all the traffic\(what); then \(returnTarget) "
                + "stays warm"
        case .warm:
            return "\(plan.candidate) is promoted; \(returnTarget) stays warm for an instant "
                + "rollback, then drains and stops"
        case .draining(let operation): return waiting(for: operation)
        case .replacing(let replacement): return waiting(in: replacement)
        case .monitoring(let monitor): return waiting(in: monitor)
        case .reverting(let reversal): return waiting(in: reversal)
        case .finished(let outcome, _): return outcome.summary(candidate: plan.candidate)
        }
    }

    /// What it is at, to stand behind `while`.
    private var doing: String {
        switch phase {
        case .starting: "\(plan.candidate) starts"
        case .verifying: "checks run"
        case .awaitingPromotion: "the gate waits"
        case .shifting(let shift): "\(plan.shiftSteps[shift.step]) % shifts to \(plan.candidate)"
        case .baking: "\(plan.candidate) bakes"
        case .warm: "\(returnTarget) is warm"
        case .draining: "\(returnTarget) drains"
        case .replacing(let replacement): "batch \(replacement.batch) is replaced"
        case .monitoring(let monitor): "batch \(monitor.batch) is watched"
        case .reverting: "going back to \(returnTarget)"
        case .finished: "over"
        }
    }

    /// The failure that is about to be tried again.
    private var trouble: String {
        guard let operation = phase.operation, let failure = operation.failure else { return "" }
        return "; attempt \(operation.attempt) failed (\(failure.message)), tries again"
    }

    private var waitingForStart: String {
        if let operation = phase.operation, case .route = operation.action {
            return "puts \(plan.candidate) on the preview"
        }
        let late = roster.present(.candidate).filter { !$0.condition.isHealthy }
        let total = plan.instanceCount
        guard let first = late.first else {
            return "waits for \(plan.candidate) to stay healthy for the minimum time"
        }
        let evidence = first.condition.evidence.map { " (\(first.instance.name): \($0))" } ?? ""
        return "waits for \(plan.candidate): \(total - late.count) of \(total) healthy\(evidence); "
            + "gives it up when the start takes too long"
    }

    private func waiting(at gate: Gate) -> String {
        let what =
            gate.batch.map { "go on behind batch \($0)" }
            ?? "send \(plan.shiftSteps[0]) % to \(plan.candidate)"
        let sick = roster.present(.candidate).filter { !$0.condition.isHealthy }
        let names = sick.map(\.instance.name).joined(separator: ", ")
        if gate.opening != nil {
            return sick.isEmpty
                ? "the gate opens by itself to \(what); promote opens it at once"
                : "the gate waits for \(names) to be healthy, then opens by itself"
        }
        return sick.isEmpty
            ? "waits for promote to \(what); rolls back when the gate expires"
            : "waits for \(names) to be healthy and for promote; rolls back when the gate expires"
    }

    private func waiting(in shift: Shift) -> String {
        let percent = plan.shiftSteps[shift.step]
        switch shift.stage {
        case .applying: return "waits for the proxy to send \(percent) % to \(plan.candidate)"
        case .soaking(_, let watch):
            guard shift.step < plan.shiftSteps.count - 1 else {
                return "\(plan.candidate) has all the traffic"
            }
            let next = plan.shiftSteps[shift.step + 1]
            return "watches \(plan.candidate) at \(percent) %, then shifts to \(next) %"
                + shortage(of: watch)
        }
    }

    /// Too few requests for a verdict, where a pass is waited for.
    private func shortage(of watch: Watch) -> String {
        guard plan.isAnalysed, plan.whenInconclusive == .wait, !plan.isRollback else { return "" }
        switch watch.verdict?.conclusion {
        case .pass: return ""
        case .fail: return "; waits for a verdict that passes"
        case .inconclusive, nil:
            guard let finding = watch.verdict?.findings.first else {
                return "; waits for a verdict"
            }
            guard finding.missing != .stable else {
                return "; inconclusive: \(returnTarget) has \(finding.stableRequests) of "
                    + "\(finding.requiredRequests) requests to compare with, waits for more"
            }
            return "; inconclusive: \(finding.candidateRequests) of \(finding.requiredRequests) "
                + "requests, waits for more"
        }
    }

    private func waiting(for operation: Operation?) -> String {
        guard case .drain = operation?.action else {
            return "\(returnTarget) is drained and stops; \(plan.candidate) serves"
        }
        return "waits for the last requests of \(returnTarget), then stops it"
    }

    private func waiting(in replacement: Replacement) -> String {
        let batch = "batch \(replacement.batch) of \(plan.batchCount)"
        switch replacement.operation?.action {
        case .launch: return "\(batch): starts instances of \(plan.candidate)"
        case .route: return "\(batch): changes the rotation"
        case .drain: return "\(batch): waits for the last requests of \(returnTarget)"
        case .stop: return "\(batch): stops instances of \(returnTarget)"
        case nil:
            let late = roster.present(.candidate).filter { !$0.condition.isHealthy }
            guard let first = late.first else {
                return "\(batch): waits for \(plan.candidate) to stay healthy for the minimum time"
            }
            let evidence = first.condition.evidence.map { " (\($0))" } ?? ""
            return "\(batch): waits for \(first.instance.name) to be healthy\(evidence)"
        }
    }

    private func waiting(in monitor: Monitor) -> String {
        let pending = monitor.checks.flatMap(\.pending)
        let checks = pending.isEmpty ? "" : " and checks: \(pending.joined(separator: ", "))"
        let next =
            monitor.batch == plan.batchCount ? "is done" : "replaces batch \(monitor.batch + 1)"
        return "watches batch \(monitor.batch) of \(plan.batchCount)\(checks), then \(next)"
            + shortage(of: monitor.watch)
    }

    private func waiting(in reversal: Reversal) -> String {
        let reason = reversal.reason.summary
        guard !plan.isFirstDeployment else { return "gives \(plan.candidate) up (\(reason))" }
        let why = "going back to \(returnTarget) (\(reason))"
        switch reversal.operation?.action {
        case .launch: return "\(why): starts instances of \(returnTarget) again"
        case .route: return "\(why): moves the traffic back"
        case .drain(let ids, _): return "\(why): waits for the last requests of \(owner(of: ids))"
        case .stop(let ids): return "\(why): stops \(owner(of: ids))"
        case nil:
            let sick = roster.present(.stable).first { !$0.condition.isHealthy }
            let evidence = sick?.condition.evidence.map { " (\($0))" } ?? ""
            return "\(why): waits for \(returnTarget) to be healthy\(evidence); \(plan.candidate) "
                + "serves meanwhile"
        }
    }

    /// The way back also clears away what it has found dead of the release that it returns to.
    private func owner(of ids: [InstanceID]) -> String {
        let isCandidate = ids.contains { roster[$0]?.role == .candidate }
        return isCandidate ? plan.candidate.rawValue : "lost instances of \(returnTarget)"
    }
}
