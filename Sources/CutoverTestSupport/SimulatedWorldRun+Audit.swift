import CutoverCore

extension SimulatedWorldRun {
    /// Looks at what a machine asks for, before anybody performs it.
    mutating func audit(_ effects: [RolloutEffect], before: RolloutMachine?) {
        guard let rollout = service.rollout else { return }
        auditHold(effects, before: before)
        auditDeadline(rollout, before: before)
        auditChecks(effects, rollout, before: before)
        auditWayBack(effects, rollout, before: before)
        if rollout.outcome == nil, rollout.holds.isEmpty {
            world.expect(rollout.nextDeadline != nil, "waits without a deadline")
        }
        for effect in effects {
            switch effect {
            case .applyTraffic(_, let table): auditAvailability(of: table, before: before)
            case .startInstances, .drain, .stopInstances, .runChecks, .refuse, .recordFault: break
            }
        }
        if let rolling = rollingConfiguration(of: rollout) {
            let bound = service.configuration.instanceCount + max(rolling.surge, surplus)
            let count = world.alive.count
            world.expect(
                count <= bound,
                "\(count) instances alive, at most \(bound) are planned"
            )
        }
    }

    /// A rollout that was held and still is has gone nowhere.
    private mutating func auditHold(_ effects: [RolloutEffect], before: RolloutMachine?) {
        guard let before, let rollout = service.rollout, before.plan.id == rollout.plan.id,
            !before.holds.isEmpty, !rollout.holds.isEmpty
        else { return }
        let isSamePlace =
            before.phase.name == rollout.phase.name && before.phase.index == rollout.phase.index
        world.expect(isSamePlace, "went on to \(rollout.phase.name) while held")
        world.expect(!effects.contains(where: \.changesTheWorld), "acted while held")
    }

    /// Time in which the candidate is watched, or which an operator has just given it, is not time
    /// without progress.
    private mutating func auditDeadline(_ rollout: RolloutMachine, before: RolloutMachine?) {
        guard let before, before.plan.id == rollout.plan.id else { return }
        if !before.holds.isEmpty, rollout.holds.isEmpty { liftedAt = now }
        guard isHeldForDeadline(rollout), !isHeldForDeadline(before) else { return }
        var begin = max(liftedAt, rollout.plan.startedAt)
        switch rollout.phase {
        case .shifting(let shift):
            if case .soaking(let soak, _) = shift.stage { begin = max(begin, soak.endsAt) }
        case .monitoring(let monitor):
            begin = max(begin, monitor.clock.endsAt)
        case .starting, .verifying, .awaitingPromotion, .baking, .warm, .draining, .replacing,
            .reverting, .finished:
            break
        }
        let patience: Duration =
            switch rollout.plan.strategy {
            case .blueGreen(let configuration): configuration.progressDeadline
            case .rolling(let configuration): configuration.progressDeadline
            }
        world.expect(now >= begin + patience, "held for want of progress before its time")
    }

    private func isHeldForDeadline(_ rollout: RolloutMachine) -> Bool {
        rollout.holds.contains { if case .deadline = $0 { true } else { false } }
    }

    /// A check that takes as long as it may is waited for: it is not asked for again, and nothing
    /// is given up for the time that it takes.
    private mutating func auditChecks(
        _ effects: [RolloutEffect],
        _ rollout: RolloutMachine,
        before: RolloutMachine?
    ) {
        let running = world.checks.filter { !$0.isRepeated }
        for case .runChecks(_, _, let names) in effects {
            let isRunning = running.contains { names.contains($0.name) }
            world.expect(!isRunning, "asked again for a check that runs")
        }
        guard let before, !running.isEmpty else { return }
        world.expect(
            !isHeldForDeadline(rollout) || isHeldForDeadline(before),
            "held for want of progress while a check runs"
        )
        if case .reverting(let reversal) = rollout.phase, before.phase.name == .verifying {
            world.expect(reversal.reason != .gateExpired, "the gate expired while a check runs")
        }
    }

    /// The way back counts as barred after as many launches as it says, and not before.
    private mutating func auditWayBack(
        _ effects: [RolloutEffect],
        _ rollout: RolloutMachine,
        before: RolloutMachine?
    ) {
        let isReverting = rollout.phase.name == .reverting
        let wasReverting = before?.phase.name == .reverting
        if isReverting, !wasReverting { launches = 0 }
        for case .startInstances(_, let instances) in effects
        where instances.contains(where: { $0.release == rollout.plan.stable?.release }) {
            launches += 1
        }
        guard wasReverting, !isReverting, rollout.outcome == nil else { return }
        guard before?.plan.id == rollout.plan.id else { return }
        world.expect(
            launches >= RolloutMachine.launchLimit,
            "the way back is barred after \(launches) launches"
        )
        let isStarting = rollout.roster.entries.contains { entry in
            if entry.role == .stable, case .starting = entry.condition { true } else { false }
        }
        world.expect(!isStarting, "the way back is barred while an instance may still come")
    }

    /// A service whose every instance may be missing gets one more all the same.
    private var surplus: Int {
        guard case .rolling(let rolling) = service.configuration.strategy else { return 0 }
        return service.configuration.instanceCount > rolling.unavailable ? rolling.surge : 1
    }

    /// A rollout that replaces in batches.
    ///
    /// `nil` for blue-green and for a first deployment.
    private func rollingConfiguration(of rollout: RolloutMachine) -> RollingConfiguration? {
        guard case .rolling(let rolling) = rollout.plan.strategy, rollout.plan.stable != nil else {
            return nil
        }
        return rolling
    }

    /// Whoever takes healthy instances out of rotation leaves enough of them.
    private mutating func auditAvailability(of table: Traffic, before: RolloutMachine?) {
        guard let rollout = service.rollout, let rolling = rollingConfiguration(of: rollout),
            let before, before.plan.id == rollout.plan.id, let old = before.traffic.confirmed
        else { return }
        let healthy = rollout.roster.entries.filter { entry in
            if case .healthy = entry.condition { true } else { false }
        }
        let removed = healthy.filter { old.serves($0.id) && !table.serves($0.id) }
        let left = healthy.count { table.serves($0.id) }
        let wanted = service.configuration.instanceCount
        let minimum = max(wanted - rolling.unavailable, 1)
        world.expect(
            removed.isEmpty || left >= minimum,
            "\(left) healthy instances in rotation, at least \(minimum) are planned"
        )
    }

    /// Looks at the world when nothing runs any more.
    package mutating func auditEnd() {
        guard let live = service.live else {
            world.expect(world.alive.isEmpty, "nothing is live, and instances are alive")
            return
        }
        let known = Set(live.roster.entries.map(\.id))
        let alive = world.alive
        world.expect(
            alive == known,
            "alive \(alive.map(\.number).sorted()), known \(known.map(\.number).sorted())"
        )
        let sides = world.table?.sides.filter { $0.weight > 0 } ?? []
        world.expect(
            sides.map(\.release) == [live.release],
            "\(live.release) is live, and \(sides.map(\.release)) have traffic"
        )
        world.expect(
            sides.flatMap(\.rotation) == live.traffic.stable?.rotation ?? [],
            "the table in force is not the one that is known"
        )
        auditOutcome(live: live)
    }

    /// The outcome says what the world is like.
    private mutating func auditOutcome(live: LiveRelease) {
        guard let rollout = service.rollout, let outcome = rollout.outcome else { return }
        let candidate = rollout.plan.candidate
        switch outcome {
        case .promoted:
            world.expect(live.release == candidate, "promoted, and \(live.release) is live")
        case .rolledBack, .superseded:
            world.expect(live.release != candidate, "went back, and \(candidate) is live")
        case .failed:
            world.expect(live.release != candidate, "failed, and \(candidate) is live")
            let hasServed = rollout.roster.entries.contains {
                $0.role == .candidate && world.served.contains($0.id)
            }
            world.expect(
                !hasServed,
                "\(candidate) failed before it took traffic, and it had some"
            )
        }
    }
}

extension RolloutEffect {
    /// Checks are only asked for again while a rollout is held, and change nothing.
    fileprivate var changesTheWorld: Bool {
        switch self {
        case .startInstances, .applyTraffic, .drain, .stopInstances: true
        case .runChecks, .refuse, .recordFault: false
        }
    }
}
