extension RolloutMachine {
    // MARK: - Why not

    /// Why a command would be refused.
    ///
    /// `nil`: it would be followed.
    func refusal(of verb: Verb) -> String? {
        switch verb {
        case .deploy: nil
        case .promote: refusalOfPromote
        case .pause: refusalOfPause
        case .continue: canContinue ? nil : "nothing holds it: \(waiting)"
        case .rollback: refusalOfRollback
        }
    }

    private var refusalOfPromote: String? {
        switch phase {
        case .starting: return "\(plan.candidate) is still starting"
        case .verifying(let verification):
            guard let failure = verification.failure else { return "checks are still running" }
            return "check \(failure.name) failed: continue runs the checks again"
        case .shifting(let shift):
            switch shift.stage {
            case .applying: return "traffic is already moving"
            case .soaking: break
            }
        case .baking: return "\(plan.candidate) already has all the traffic"
        case .warm, .draining: return "\(plan.candidate) is already promoted"
        case .replacing(let replacement):
            return "batch \(replacement.batch) is still being replaced"
        case .reverting: return "it is going back to \(returnTarget)"
        case .finished: return "the rollout is over"
        case .awaitingPromotion, .monitoring: break
        }
        return refusalByHold ?? refusalByHealth
    }

    /// A deadline's hold does not forbid to promote: going on without waiting is what clears it.
    private var refusalByHold: String? {
        for hold in holds {
            switch hold {
            case .operator(let actor, _): return "paused by \(actor.name): continue first"
            case .anomaly: return "held by an anomaly: continue first, or roll back"
            case .gate, .deadline: break
            }
        }
        return nil
    }

    /// Health is looked at again at the moment of the promotion, not remembered from the start.
    private var refusalByHealth: String? {
        let sick = roster.present(.candidate).filter { !$0.condition.isHealthy }
        guard let first = sick.first else {
            return roster.present(.candidate).isEmpty
                ? "no instance of \(plan.candidate) runs" : nil
        }
        let evidence = first.condition.evidence.map { " (\($0))" } ?? ""
        return "\(sick.map(\.instance.name).joined(separator: ", ")) not healthy\(evidence)"
    }

    private var refusalOfPause: String? {
        switch phase {
        case .reverting: return "the way back is not paused"
        case .finished: return "the rollout is over"
        case .starting, .verifying, .awaitingPromotion, .shifting, .baking, .warm, .draining,
            .replacing, .monitoring:
            break
        }
        for case .operator(let actor, _) in holds {
            return "already paused by \(actor.name)"
        }
        return nil
    }

    private var canContinue: Bool {
        switch phase {
        case .verifying(let verification): !holds.isEmpty || verification.failure != nil
        case .starting, .awaitingPromotion, .shifting, .baking, .warm, .draining, .replacing,
            .monitoring, .reverting, .finished:
            !holds.isEmpty
        }
    }

    private var refusalOfRollback: String? {
        switch phase {
        case .reverting: return "it is already going back to \(returnTarget)"
        case .finished: return "the rollout is over"
        case .starting, .verifying, .awaitingPromotion, .shifting, .baking, .warm, .draining,
            .replacing, .monitoring:
            return canGoBack
                ? nil : "nothing to go back to: \(plan.candidate) is the first release"
        }
    }

    /// A first deployment can be given up for as long as no request can have reached it.
    var canGoBack: Bool { !plan.isFirstDeployment || !traffic.candidateMayServe }

    /// The release that the rollout returns to, as people say it.
    var returnTarget: String { plan.stable.map(\.release.rawValue) ?? "nothing" }

    // MARK: - Following

    mutating func promote(now: Timestamp) -> [RolloutEffect] {
        if let reason = refusal(of: .promote) { return [.refuse(.promote, reason: reason)] }
        lift(now: now)
        switch phase {
        case .awaitingPromotion(let gate): return leaveGate(gate, now: now)
        case .shifting(let shift): return leaveSoak(of: shift, now: now)
        // The watch is cut short, and so is a gate behind it.
        case .monitoring(let monitor): return enterNextBatch(after: monitor.batch, now: now)
        case .starting, .verifying, .baking, .warm, .draining, .replacing, .reverting, .finished:
            return []
        }
    }

    mutating func pause(by actor: Actor, now: Timestamp) -> [RolloutEffect] {
        if let reason = refusal(of: .pause) { return [.refuse(.pause, reason: reason)] }
        holds.insert(.operator(actor, since: now), at: 0)
        return []
    }

    /// Lifts every hold at once, and runs failed checks again.
    mutating func resume(now: Timestamp) -> [RolloutEffect] {
        if let reason = refusal(of: .continue) { return [.refuse(.continue, reason: reason)] }
        lift(now: now)
        guard case .verifying(let verification) = phase, verification.failure != nil else {
            return []
        }
        return enterVerification(now: now)
    }

    mutating func rollBack(by actor: Actor, now: Timestamp) -> [RolloutEffect] {
        if let reason = refusal(of: .rollback) { return [.refuse(.rollback, reason: reason)] }
        return revert(.operatorRequest(actor), now: now)
    }

    /// Makes room for a newer release: a candidate that is not done is given up, one that is done
    /// is wound up at once.
    mutating func supersede(by release: ReleaseName, now: Timestamp) -> [RolloutEffect] {
        switch phase {
        case .starting, .verifying, .awaitingPromotion, .shifting, .baking, .replacing, .monitoring:
            // A first deployment that takes traffic is all there is: it has to be finished.
            guard canGoBack else {
                lift(now: now)
                return []
            }
            return revert(.superseded(by: release), now: now)
        case .warm:
            lift(now: now)
            phase = .draining(nil)
            return []
        case .draining:
            lift(now: now)
            return []
        case .reverting, .finished:
            return []
        }
    }

    // MARK: - Holds

    /// Since when the clocks stand.
    ///
    /// `nil` while nothing holds the rollout.
    var heldSince: Timestamp? { holds.map(\.since).min() }

    mutating func hold(for anomaly: Anomaly, now: Timestamp) {
        guard !holds.contains(where: \.isAnomaly) else { return }
        holds.append(.anomaly(anomaly, since: now))
    }

    /// Takes every hold away: the clocks go on, and traffic that an operator has answered for is
    /// not judged again.
    private mutating func lift(now: Timestamp) {
        guard let heldSince else { return }
        if holds.contains(where: \.isAnomaly), phase.watch != nil {
            phase.watch = Watch(since: now)
        }
        holds = []
        phase.resumeClocks(heldSince: heldSince, now: now)
    }
}

extension Hold {
    var since: Timestamp {
        switch self {
        case .operator(_, let since), .anomaly(_, let since), .gate(let since, _, _),
            .deadline(let since):
            since
        }
    }

    var isAnomaly: Bool {
        switch self {
        case .anomaly: true
        case .operator, .gate, .deadline: false
        }
    }
}
