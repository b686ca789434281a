package import CutoverCore

extension SimulatedWorld {
    /// Takes in what a machine wants done.
    package mutating func accept(_ effects: [RolloutEffect]) {
        for effect in effects {
            switch effect {
            case .startInstances, .applyTraffic, .drain, .stopInstances, .runChecks:
                pending.append(effect)
            case .refuse, .recordFault:
                break
            }
        }
    }

    /// Performs one pending effect, any that the contract allows: effects on the same instance keep
    /// their order.
    package mutating func performOne() {
        guard !pending.isEmpty else { return }
        let index = random.below(pending.count)
        let named = pending[index].instanceIDs
        let isBlocked = pending[..<index].contains { !$0.instanceIDs.isDisjoint(with: named) }
        perform(pending.remove(at: isBlocked ? 0 : index))
    }

    /// Performs everything, in order.
    package mutating func performAll() {
        while !pending.isEmpty { perform(pending.removeFirst()) }
    }

    private mutating func perform(_ effect: RolloutEffect) {
        switch effect {
        case .startInstances(let id, let instances):
            attempt(id) { $0.start(instances) }
        case .applyTraffic(let id, let traffic):
            if let newestRoute, id < newestRoute {
                answer(.effectFailed(id, Self.outdated))
            } else {
                attempt(id) { $0.apply(traffic, id: id) }
            }
        case .drain(let id, let ids, _):
            drained.formUnion(ids)
            attempt(id) { world in
                // A drain that is older than the table was given up by whoever made the table.
                let isCurrent = world.newestRoute.map { $0 < id } ?? true
                for instance in ids
                where isCurrent && world.table?.serves(instance) == true {
                    world.violations.append("drained \(instance.number) while it is in rotation")
                }
            }
        case .stopInstances(let id, let ids):
            attempt(id) { $0.stop(ids) }
        case .runChecks(let id, _, let names):
            let isRepeated = !performed.insert(id).inserted
            for name in names {
                let longest = checkTimes[name] ?? .zero
                let time = random.chance(300) ? longest : .zero
                checks.append(
                    RunningCheck(id: id, name: name, endsAt: now + time, isRepeated: isRepeated)
                )
            }
            finishChecks()
        case .refuse, .recordFault:
            break
        }
    }

    /// Ends the checks whose time has come.
    package mutating func finishChecks() {
        for check in checks where check.endsAt <= now {
            let passed = !random.chance(weather.failedCheck)
            let result = CheckResult(
                name: check.name,
                passed: passed,
                summary: passed ? "200" : "500, expected 200",
                tries: 1,
                duration: .milliseconds(5)
            )
            answer(.checkFinished(check.id, result))
        }
        checks.removeAll { $0.endsAt <= now }
    }

    /// Ends the checks that nobody waits for any more.
    package mutating func cancelChecks(except ids: Set<EffectID>) {
        checks.removeAll { !ids.contains($0.id) }
    }

    private static let outdated = EffectFailure(
        message: "a newer table is in force",
        mayHaveBeenApplied: false
    )

    /// Does something, fails to, or fails having done it.
    private mutating func attempt(_ id: EffectID, _ action: (inout SimulatedWorld) -> Void) {
        let isRepeated = !performed.insert(id).inserted
        guard random.chance(weather.failure) else {
            action(&self)
            answer(.effectSucceeded(id))
            return
        }
        let wasApplied = random.chance(500)
        if wasApplied { action(&self) }
        let isCertain = !wasApplied && !isRepeated && random.chance(500)
        let failure = EffectFailure(message: "no route to host", mayHaveBeenApplied: !isCertain)
        answer(.effectFailed(id, failure))
    }

    private mutating func answer(_ event: RolloutEvent) {
        if random.chance(weather.loss) { return }
        inbox.append(event)
        if random.chance(weather.duplicate) { inbox.append(event) }
    }

    private mutating func start(_ instances: [Instance]) {
        for instance in instances {
            switch processes[instance.id]?.state {
            case nil:
                let process = Process(
                    release: instance.release,
                    state: .starting,
                    wasHealthy: false
                )
                processes[instance.id] = process
            case .stopped:
                violations.append("started \(instance.name) again after it was stopped")
            case .starting, .healthy, .unhealthy, .crashed:
                break
            }
        }
    }

    private mutating func apply(_ traffic: Traffic, id: EffectID) {
        newestRoute = id
        let sides = traffic.sides
        expect(sides.allSatisfy { !$0.rotation.isEmpty }, "a side without instances")
        let isLive = table?.sides.contains { $0.weight > 0 } ?? false
        let weight = sides.reduce(0) { $0 + $1.weight }
        expect(!isLive || weight > 0, "a table without weight for a service that is live")
        for side in sides where side.weight > 0 {
            served.formUnion(side.rotation)
            drained.subtract(side.rotation)
            for instance in side.rotation {
                let process = processes[instance]
                expect(process != nil, "traffic to \(instance.number), which does not exist")
                expect(
                    process?.state != .stopped,
                    "traffic to \(instance.number), which is stopped"
                )
                expect(
                    process?.wasHealthy ?? false,
                    "traffic to \(instance.number), which was never healthy"
                )
            }
        }
        table = traffic
    }

    private mutating func stop(_ ids: [InstanceID]) {
        for id in ids {
            expect(table?.serves(id) != true, "stopped \(id.number) while it has traffic")
            let mayHaveRequests = served.contains(id) && processes[id]?.state == .healthy
            expect(
                !mayHaveRequests || drained.contains(id),
                "stopped \(id.number) without a drain"
            )
            let release = processes[id]?.release ?? ReleaseName(rawValue: "unknown")
            // One that never came to be is gone too, and may not come to be later.
            let wasHealthy = processes[id]?.wasHealthy ?? false
            processes[id] = Process(release: release, state: .stopped, wasHealthy: wasHealthy)
        }
    }
}

extension RolloutEffect {
    /// The instances whose processes the effect changes.
    package var instanceIDs: Set<InstanceID> {
        switch self {
        case .startInstances(_, let instances): Set(instances.map(\.id))
        case .stopInstances(_, let ids): Set(ids)
        case .applyTraffic, .drain, .runChecks, .refuse, .recordFault: []
        }
    }
}
