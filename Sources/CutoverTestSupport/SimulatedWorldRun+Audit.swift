import CutoverCore

extension SimulatedWorldRun {
    /// Looks at what a machine asks for, before anybody performs it.
    mutating func audit(_ effects: [RolloutEffect], before: RolloutMachine?) {
        guard let rollout = service.rollout else { return }
        auditHold(effects, before: before)
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
