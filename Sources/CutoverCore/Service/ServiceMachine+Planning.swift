extension ServiceMachine {
    /// Begins a rollout from what the manifest says at this moment.
    mutating func begin(
        _ release: ReleaseName,
        as id: RolloutID,
        by actor: Actor,
        isRollback: Bool,
        now: Timestamp
    ) -> [RolloutEffect] {
        let plan = plan(release, as: id, by: actor, isRollback: isRollback, now: now)
        let entries = live?.roster.entries ?? []
        let observed = Dictionary(entries.map { ($0.id, $0.condition) }) { first, _ in first }
        let started = RolloutMachine.start(
            plan: plan,
            observed: observed,
            table: live?.traffic,
            now: now
        )
        rollout = started.machine
        return started.effects
    }

    private func plan(
        _ release: ReleaseName,
        as id: RolloutID,
        by actor: Actor,
        isRollback: Bool,
        now: Timestamp
    ) -> RolloutPlan {
        let stable = live.map { live in
            StableRelease(
                release: live.release,
                slot: live.slot,
                instances: live.roster.entries.map(\.instance)
            )
        }
        let slot: Slot? =
            switch configuration.strategy {
            case .blueGreen: live?.slot?.other ?? .blue
            case .rolling: nil
            }
        return RolloutPlan(
            id: id,
            service: configuration.name,
            candidate: release,
            stable: stable,
            slot: slot,
            instanceCount: configuration.instanceCount,
            strategy: configuration.strategy,
            startTimeout: configuration.health.startTimeout,
            minimumHealthyTime: configuration.health.minimumHealthyTime,
            drainTimeout: configuration.drainTimeout,
            checks: configuration.checks.map { check in
                PlannedCheck(
                    name: check.name,
                    stage: check.stage,
                    longestTime: check.longestTime
                )
            },
            onAnomaly: configuration.analysis?.onFailure ?? .hold,
            isAnalysed: configuration.analysis != nil,
            isRollback: isRollback,
            actor: actor,
            startedAt: now
        )
    }

    /// Draws the conclusions when the rollout has ended, and begins the deploy that waited for it.
    mutating func settle(now: Timestamp) -> [RolloutEffect] {
        guard let rollout, let outcome = rollout.outcome else { return [] }
        switch outcome {
        case .promoted:
            live = rollout.liveRelease(of: .candidate)
            // Whoever rolls back twice in a row would otherwise be back where the trouble was.
            previous = rollout.plan.isRollback ? nil : rollout.plan.stable?.release
        case .rolledBack, .superseded, .failed:
            live = rollout.liveRelease(of: .stable)
        }
        guard let next = queued else { return [] }
        queued = nil
        replaced = rollout
        return begin(next.release, as: next.id, by: next.actor, isRollback: false, now: now)
    }
}

extension RolloutMachine {
    /// What serves after the end, as the release that the next rollout finds.
    ///
    /// `nil`: nothing does.
    fileprivate func liveRelease(of role: ReleaseRole) -> LiveRelease? {
        let side = role == .candidate ? traffic.confirmed?.candidate : traffic.confirmed?.stable
        guard let side, side.weight > 0 else { return nil }
        let entries = roster.present(role).map { entry in
            var entry = entry
            entry.role = .stable
            return entry
        }
        return LiveRelease(
            release: side.release,
            slot: side.slot,
            roster: Roster(entries: entries),
            traffic: Traffic(stable: side, candidate: nil)
        )
    }
}
