extension RolloutMachine {
    // MARK: - Batches

    /// Takes the planner's next step, one at a time.
    mutating func advance(_ replacement: Replacement, now: Timestamp) -> [RolloutEffect]? {
        var replacement = replacement
        let target = plan.target(ofBatch: replacement.batch)
        let step = planner(into: .candidate, target: target, now: now)?.nextStep
        if !roster.hopeful(.candidate).contains(where: \.condition.isStarting) {
            replacement.start = nil
        }
        switch step {
        case .wait:
            // Instances that started are not waited for by the clock of their start any longer.
            guard phase != .replacing(replacement) else { return nil }
            phase = .replacing(replacement)
            return []
        case .done, nil:
            return enterMonitoring(batch: replacement.batch, now: now)
        case .start(let count):
            replacement.start = PhaseClock(startingAt: now, for: plan.startTimeout)
            let action = Operation.Action.launch(newInstances(count, of: .candidate))
            return perform(action, in: replacement, now: now)
        case .rotate(let additions, let removals):
            let table = rollingTable(adding: additions, removing: removals)
            return perform(.route(table), in: replacement, now: now)
        case .retire(let ids):
            guard let action = retirement(of: ids, now: now) else { return nil }
            return perform(action, in: replacement, now: now)
        }
    }

    /// Each step is progress: the deadline counts from it.
    ///
    /// A drain has its own time besides.
    private mutating func perform(
        _ action: Operation.Action,
        in replacement: Replacement,
        now: Timestamp
    ) -> [RolloutEffect] {
        var replacement = replacement
        let operation = begin(action, now: now)
        replacement.operation = operation
        var allowance = plan.progressDeadline
        if case .drain = action { allowance += plan.drainTimeout }
        replacement.deadline = PhaseClock(startingAt: now, for: allowance)
        phase = .replacing(replacement)
        return [operation.effect]
    }

    private mutating func enterMonitoring(batch: Int, now: Timestamp) -> [RolloutEffect] {
        guard let rolling = plan.rolling else { return finish(.promoted, now: now) }
        var stages: [CheckStage] = []
        if batch == 1 { stages.append(.beforePromotion) }
        if batch == plan.batchCount { stages.append(.afterPromotion) }
        let runs = stages.compactMap { beginChecks($0, now: now) }
        let clock = PhaseClock(startingAt: now, for: plan.isRollback ? .zero : rolling.monitor)
        phase = .monitoring(
            Monitor(
                batch: batch,
                clock: clock,
                watch: Watch(since: now),
                checks: runs,
                deadline: PhaseClock(startingAt: clock.endsAt, for: plan.progressDeadline)
            )
        )
        return runs.compactMap(\.outstandingEffect)
    }

    mutating func advance(_ monitor: Monitor, now: Timestamp) -> [RolloutEffect]? {
        guard monitor.clock.isOver(at: now), !monitor.isChecking, hasSeenEnough(monitor.watch)
        else { return nil }
        return leaveMonitoring(monitor, now: now)
    }

    private mutating func leaveMonitoring(_ monitor: Monitor, now: Timestamp) -> [RolloutEffect] {
        let gates = plan.isRollback ? [] : plan.rolling?.gateAfter ?? []
        guard gates.contains(monitor.batch) else {
            return enterNextBatch(after: monitor.batch, now: now)
        }
        phase = .awaitingPromotion(
            Gate(
                batch: monitor.batch,
                expiry: PhaseClock(startingAt: now, for: plan.gateExpires),
                opening: nil,
                watch: monitor.watch
            )
        )
        return []
    }

    mutating func enterNextBatch(after batch: Int, now: Timestamp) -> [RolloutEffect] {
        guard batch < plan.batchCount else { return finish(.promoted, now: now) }
        enterBatch(batch + 1, now: now)
        return []
    }

    mutating func enterBatch(_ batch: Int, now: Timestamp) {
        phase = .replacing(
            Replacement(
                batch: batch,
                operation: nil,
                start: nil,
                deadline: PhaseClock(startingAt: now, for: plan.progressDeadline),
                watch: Watch(since: now)
            )
        )
    }

    // MARK: - What the planner sees

    /// A planner that brings one role's instances in and the other's out.
    ///
    /// `nil` unless rolling.
    func planner(into role: ReleaseRole, target: Int, now: Timestamp) -> BatchPlanner? {
        guard let rolling = plan.rolling else { return nil }
        return BatchPlanner(
            wanted: plan.instanceCount,
            surge: rolling.surge,
            unavailable: rolling.unavailable,
            target: target,
            incoming: members(role, now: now),
            outgoing: members(role.other, now: now)
        )
    }

    private func members(_ role: ReleaseRole, now: Timestamp) -> [BatchPlanner.Member] {
        roster.entries.filter { $0.role == role }.compactMap { entry in
            let rotation: BatchPlanner.Rotation =
                if traffic.serves(entry.id) {
                    .inside
                } else if traffic.mayServe(entry.id) {
                    .uncertain
                } else {
                    .outside
                }
            let health: BatchPlanner.Health
            switch entry.condition {
            case .starting: health = .pending
            case .healthy:
                // Whoever has served has been ready before.
                let isReady = rotation != .outside || isReady(entry, now: now)
                health = isReady ? .ready : .pending
            case .unhealthy: health = rotation == .outside ? .pending : .unhealthy
            case .failed: health = .failed
            case .stopping: health = .stopping
            case .stopped: return nil
            }
            return BatchPlanner.Member(id: entry.id, health: health, rotation: rotation)
        }
    }

    /// The next thing to do with instances that the planner has taken out of rotation.
    func retirement(of ids: [InstanceID], now: Timestamp) -> Operation.Action? {
        retirement(
            of: roster.entries.filter { ids.contains($0.id) && $0.condition.isPresent },
            now: now
        )
    }

    /// The table in force with a few instances more and a few less; each weighs the same.
    func rollingTable(adding additions: [InstanceID], removing removals: [InstanceID]) -> Traffic {
        func side(_ role: ReleaseRole) -> TrafficSide? {
            let rotation = roster.entries.filter { entry in
                guard entry.role == role, entry.condition.isPresent else { return false }
                if removals.contains(entry.id) { return false }
                return additions.contains(entry.id) || traffic.mayServe(entry.id)
            }
            return self.side(role, rotation: rotation.map(\.id), weight: rotation.count)
        }
        return Traffic(stable: side(.stable), candidate: side(.candidate))
    }
}
