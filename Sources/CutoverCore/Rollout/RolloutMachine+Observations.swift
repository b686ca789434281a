extension RolloutMachine {
    // MARK: - Health

    mutating func observeHealthy(_ id: InstanceID, now: Timestamp) -> [RolloutEffect] {
        guard let entry = roster[id] else { return [foreign(id)] }
        switch entry.condition {
        case .starting, .unhealthy, .failed: roster.set(.healthy(since: now), of: [id])
        case .healthy, .stopping, .stopped: break
        }
        return []
    }

    mutating func observeUnhealthy(
        _ id: InstanceID,
        evidence: String,
        now: Timestamp
    ) -> [RolloutEffect] {
        guard let entry = roster[id] else { return [foreign(id)] }
        switch entry.condition {
        case .starting:
            roster.set(.starting(evidence: evidence), of: [id])
            return []
        case .healthy:
            roster.set(.unhealthy(since: now, evidence: evidence), of: [id])
            return reactToLoss(of: entry, evidence: evidence, now: now)
        case .unhealthy(let since, _):
            roster.set(.unhealthy(since: since, evidence: evidence), of: [id])
            return []
        case .failed, .stopping, .stopped:
            return []
        }
    }

    mutating func observeFailed(
        _ id: InstanceID,
        evidence: String,
        now: Timestamp
    ) -> [RolloutEffect] {
        guard let entry = roster[id] else { return [foreign(id)] }
        switch entry.condition {
        case .starting, .healthy, .unhealthy:
            roster.set(.failed(evidence: evidence), of: [id])
            return reactToFailure(of: entry, evidence: evidence, now: now)
        case .failed, .stopping, .stopped:
            return []
        }
    }

    private func foreign(_ id: InstanceID) -> RolloutEffect {
        .recordFault(
            "instance \(id.number) of rollout \(id.rollout.rawValue) is not this rollout's: ignored"
        )
    }

    /// A candidate instance that takes traffic is no longer healthy.
    private mutating func reactToLoss(
        of entry: Roster.Entry,
        evidence: String,
        now: Timestamp
    ) -> [RolloutEffect] {
        guard entry.role == .candidate, traffic.mayServe(entry.id) else { return [] }
        return raise(.unhealthy(sickCandidates, evidence: evidence), now: now)
    }

    /// The runtime gave an instance up.
    private mutating func reactToFailure(
        of entry: Roster.Entry,
        evidence: String,
        now: Timestamp
    ) -> [RolloutEffect] {
        switch entry.role {
        case .stable:
            noteFailedStart(of: entry, now: now)
            return []
        case .candidate where traffic.mayServe(entry.id):
            return raise(.unhealthy(sickCandidates, evidence: evidence), now: now)
        case .candidate:
            switch phase {
            case .starting, .verifying, .awaitingPromotion, .replacing:
                return revert(.instancesFailed("\(entry.instance.name): \(evidence)"), now: now)
            case .shifting, .baking, .warm, .draining, .monitoring, .reverting, .finished:
                return []
            }
        }
    }

    /// Names of the candidate instances that are not well, in the order in which they were made.
    var sickCandidates: [String] {
        roster.present(.candidate).filter { !$0.condition.isHealthy && !$0.condition.isStarting }
            .map(\.instance.name)
    }

    // MARK: - Checks and verdicts

    /// How often a result that does not come is asked for before the check counts as failed.
    static let checkAttempts = 3

    /// How long results are waited for: checks have their own timeouts, so only one that was lost
    /// is waited for in vain.
    ///
    /// A minute more than the slowest may take, for it does not begin at once.
    func patience(forChecks names: [String]) -> Duration {
        let times = plan.checks.filter { names.contains($0.name) }.map { check in
            check.longestTime ?? .seconds(600)
        }
        return (times.max() ?? .zero) + .seconds(60)
    }

    /// Makes a run of every check of a stage.
    ///
    /// - Returns: `nil` when the stage has none.
    mutating func beginChecks(_ stage: CheckStage, now: Timestamp) -> CheckRun? {
        let names = plan.checkNames(stage)
        guard !names.isEmpty else { return nil }
        checkResults.removeAll { names.contains($0.name) }
        return CheckRun(
            id: nextEffect(),
            due: now + patience(forChecks: names),
            stage: stage,
            names: names
        )
    }

    /// Asks again for results that did not come, and takes the checks for failed in the end: no
    /// phase waits for ever.
    mutating func repeatChecks(now: Timestamp) -> [RolloutEffect]? {
        let silent = phase.checkRuns.first { !$0.pending.isEmpty && now >= $0.due }
        guard let silent else { return nil }
        guard silent.attempt < Self.checkAttempts else {
            let failure = EffectFailure(
                message: "no result, asked for \(silent.attempt) times",
                mayHaveBeenApplied: true
            )
            return failChecks(silent, failure, now: now)
        }
        var run = silent
        run.id = nextEffect()
        run.due = now + patience(forChecks: run.pending)
        run.attempt += 1
        phase.replaceCheckRun(silent.id, by: run)
        return [.runChecks(run.id, run.stage, run.pending)]
    }

    mutating func observeCheck(
        _ id: EffectID,
        _ result: CheckResult,
        now: Timestamp
    ) -> [RolloutEffect] {
        guard var run = phase.checkRuns.first(where: { $0.id == id }),
            run.pending.contains(result.name)
        else {
            return [surprise("result of check \(result.name)", of: id)]
        }
        run.results.append(result)
        phase.replaceCheckRun(id, by: run)
        checkResults.append(result)
        switch phase {
        case .verifying(var verification):
            // Nobody is asked anything before every check has spoken.
            guard verification.failure != nil else { return [] }
            verification.clock = PhaseClock(startingAt: now, for: plan.gateExpires)
            phase = .verifying(verification)
            return []
        case .monitoring(let monitor) where !monitor.isChecking:
            phase.restartDeadline(now: now)
        case .starting, .awaitingPromotion, .shifting, .baking, .warm, .draining, .replacing,
            .monitoring, .reverting, .finished:
            break
        }
        return result.passed ? [] : raise(.check(result), now: now)
    }

    /// None of the checks without a result could be run.
    mutating func failChecks(
        _ run: CheckRun,
        _ failure: EffectFailure,
        now: Timestamp
    ) -> [RolloutEffect] {
        var effects: [RolloutEffect] = []
        // The first one may end the phase, and with it the run.
        for name in run.pending where phase.checkRuns.contains(where: { $0.id == run.id }) {
            let result = CheckResult(
                name: name,
                passed: false,
                summary: failure.message,
                tries: 0,
                duration: .zero
            )
            effects += observeCheck(run.id, result, now: now)
        }
        return effects
    }

    mutating func observeVerdict(_ verdict: Verdict, now: Timestamp) -> [RolloutEffect] {
        // A verdict on older traffic was under way when the step or the operator's answer came.
        guard let watchedSince, verdict.windowStart >= watchedSince, var watch = phase.watch else {
            return []
        }
        watch.verdict = verdict
        phase.watch = watch
        switch verdict.conclusion {
        case .pass, .inconclusive: return []
        case .fail: return raise(.verdict(verdict), now: now)
        }
    }

    // MARK: - Reactions

    /// Something is wrong with a candidate that takes traffic: holds the rollout or goes back.
    private mutating func raise(_ anomaly: Anomaly, now: Timestamp) -> [RolloutEffect] {
        guard phase.isWatched, !plan.isFirstDeployment else { return [] }
        switch plan.anomalyPolicy {
        case .rollback:
            return revert(.anomaly(anomaly), now: now)
        case .hold:
            hold(for: anomaly, now: now)
            return []
        }
    }

    /// Goes back when the candidate takes traffic and none of its instances is well.
    ///
    /// Whatever the policy and whatever holds: there is nothing left to look at, and the stable
    /// release is well.
    mutating func giveUpDeadCandidate(now: Timestamp) -> [RolloutEffect]? {
        switch phase {
        case .shifting, .baking, .warm, .draining, .replacing, .monitoring, .awaitingPromotion:
            break
        case .starting, .verifying, .reverting, .finished: return nil
        }
        let sick = roster.present(.candidate)
        guard traffic.candidateMayServe,
            roster.healthy(.candidate).isEmpty,
            !roster.healthy(.stable).isEmpty
        else { return nil }
        let evidence = sick.lazy.compactMap(\.condition.evidence).first ?? "no instance is left"
        return revert(.anomaly(.unhealthy(sickCandidates, evidence: evidence)), now: now)
    }
}
