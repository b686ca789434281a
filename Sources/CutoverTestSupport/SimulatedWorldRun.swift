package import CutoverCore

/// One service in a simulated world, driven as an engine drives it: one ordered inbox, ticks only
/// when they are due, and after a crash the outstanding effects again.
package struct SimulatedWorldRun: Sendable {
    package var service: ServiceMachine
    package var world: SimulatedWorld
    package var habits: Habits
    package var now = Timestamp(milliseconds: 1_000_000)
    package var lastRollout: Int
    /// How every rollout of the run ended.
    package var outcomes: [Outcome] = []
    /// What happened, line by line.
    ///
    /// `nil`: nobody wants to know.
    package var trace: [String]?
    /// Releases that commands deploy, in turn.
    package var releases: [ReleaseName]
    /// When a hold was lifted last.
    var liftedAt = Timestamp(milliseconds: 0)
    /// How often instances of the stable release were started on the present way back.
    var launches = 0

    package init(
        service: ServiceMachine,
        world: SimulatedWorld,
        habits: Habits,
        lastRollout: Int,
        releases: [ReleaseName]
    ) {
        self.service = service
        self.world = world
        self.habits = habits
        self.lastRollout = lastRollout
        self.releases = releases
        if let live = service.live { self.world.serve(live) }
        for check in service.configuration.checks {
            self.world.checkTimes[check.name] = check.longestTime
        }
    }

    /// What operators do, in occurrences per thousand steps, and what they do in the end.
    package struct Habits: Sendable {
        package var pause = 0
        package var `continue` = 0
        package var promote = 0
        package var rollback = 0
        package var deploy = 0
        package var restart = 0
        /// Steps until the weather clears up and the operators go home.
        package var faultySteps = 0
        package var finally = Finally.promote

        package init() {}

        package enum Finally: Sendable {
            case promote
            case rollback
            /// Lets the gate expire, and only lifts holds.
            case wait
        }
    }

    private static let actor = Actor(name: "alice")

    /// Begins a rollout of the next release.
    package mutating func deploy() {
        guard let release = releases.first else { return }
        if command(.deploy(release)) { releases.removeFirst() }
    }

    /// Runs until nothing is left to do, in at most `limit` steps.
    ///
    /// - Parameter limit: steps after which it counts as stuck.
    /// - Returns: whether it ended.
    package mutating func run(limit: Int) -> Bool {
        for step in 0..<limit {
            let isFaulty = step < habits.faultySteps
            if step == habits.faultySteps { calm() }
            if isFaulty {
                disturb()
            } else {
                // Whoever cannot go back goes on in the end.
                let isStubborn = step < habits.faultySteps + 300
                decide(isStubborn ? habits.finally : .promote)
            }
            if world.random.chance(700) { world.performOne() }
            world.live()
            if let since = service.rollout?.watchedSince, service.isRunning,
                world.random.chance(isFaulty ? 150 : 500)
            {
                world.judge(since: since, now: now)
            }
            passTime(isFaulty: isFaulty)
            if !isFaulty, !service.isRunning, world.pending.isEmpty, world.inbox.isEmpty {
                return true
            }
        }
        return false
    }

    // MARK: - Driving

    private mutating func passTime(isFaulty: Bool) {
        let isIdle = world.inbox.isEmpty && world.pending.isEmpty
        now = now + .milliseconds(world.random.below(isFaulty ? 4000 : 2000))
        let deadline = service.nextDeadline
        let due = [deadline, world.checks.map(\.endsAt).min()].compactMap(\.self).min()
        if isIdle, !isFaulty, let due {
            now = max(now, due)
        }
        world.now = now
        world.finishChecks()
        if let deadline, now >= deadline, world.random.chance(500) || isIdle {
            deliver(.tick)
            let next = service.nextDeadline
            world.expect(next.map { $0 > now } ?? true, "asks for a tick that changes nothing")
        } else if let event = world.nextEvent() {
            deliver(event)
        }
    }

    private mutating func deliver(_ event: RolloutEvent) {
        let before = service.rollout
        let effects = service.handle(event, now: now)
        record("\(event)", effects)
        settle(effects, before: before)
    }

    @discardableResult
    private mutating func command(_ action: EngineCommand.Action) -> Bool {
        let before = service.rollout
        let command = EngineCommand(
            service: service.configuration.name,
            action: action,
            expected: nil,
            actor: Self.actor
        )
        lastRollout += 1
        let id = RolloutID(rawValue: lastRollout)
        let isPossible: Bool =
            switch action {
            case .deploy(let release): service.obstacle(toDeploy: release) == nil
            case .promote, .pause, .continue, .rollback:
                service.availability(of: action.verb, now: now).isPossible
            }
        let (reply, effects) = service.handle(command, newRollout: id, now: now)
        record("\(action): \(reply)", effects)
        world.expect(
            reply.isAccepted == isPossible && !effects.contains(where: \.isRefusal),
            "\(action.verb) was offered as \(isPossible) and answered with \(reply)"
        )
        settle(effects, before: before)
        return reply.isAccepted
    }

    private mutating func record(_ what: @autoclosure () -> String, _ effects: [RolloutEffect]) {
        guard trace != nil else { return }
        let phase = service.rollout.map { "\($0.phase) \($0.holds)" } ?? "none"
        trace?.append("\(now.milliseconds) \(what())\n    \(phase)")
        trace? += effects.map { "    > \($0)" }
    }

    private mutating func settle(_ effects: [RolloutEffect], before: RolloutMachine?) {
        audit(effects, before: before)
        world.accept(effects)
        world.cancelChecks(except: Set(service.outstandingEffects.compactMap(\.checks)))
        guard let before, before.outcome == nil else { return }
        let hasNext = service.rollout?.plan.id != before.plan.id
        let ended = hasNext ? service.replaced : service.rollout
        world.expect(
            !hasNext || ended?.plan.id == before.plan.id && ended?.outcome != nil,
            "another rollout runs, and nothing is known of the end of \(before.plan.id)"
        )
        if let outcome = ended?.outcome { outcomes.append(outcome) }
    }

    // MARK: - What happens to it

    private mutating func disturb() {
        if world.random.chance(habits.restart) { restart() }
        if world.random.chance(habits.pause) { command(.pause) }
        if world.random.chance(habits.continue) { command(.continue) }
        if world.random.chance(habits.promote) { command(.promote) }
        if world.random.chance(habits.rollback) { command(.rollback) }
        if world.random.chance(habits.deploy) { deploy() }
    }

    /// Loses everything that was not persisted, after the pending effects were performed or before.
    private mutating func restart() {
        if world.random.chance(500) { world.performAll() }
        world.pending = []
        world.inbox = []
        world.checks = []
        service = ServiceMachine(
            configuration: service.configuration,
            live: service.live,
            previous: service.previous,
            rollout: service.rollout.map { rollout in
                RolloutMachine(
                    plan: rollout.plan,
                    phase: rollout.phase,
                    holds: rollout.holds,
                    roster: rollout.roster,
                    traffic: rollout.traffic,
                    checkResults: rollout.checkResults,
                    lastEffect: rollout.lastEffect,
                    lastInstance: rollout.lastInstance,
                    revision: rollout.revision,
                    furthestStep: rollout.furthestStep,
                    settledAt: rollout.settledAt
                )
            },
            queued: service.queued
        )
        now = now + .seconds(world.random.below(30))
        world.accept(service.outstandingEffects)
        world.reportHealth()
    }

    private mutating func calm() {
        let release = world.weather.hopeless
        let unstartable = world.weather.unstartable
        world.weather = SimulatedWorld.Weather()
        world.weather.hopeless = release
        world.weather.unstartable = unstartable
    }

    /// What operators do who want it to end.
    private mutating func decide(_ intention: Habits.Finally) {
        guard service.isRunning, let rollout = service.rollout else { return }
        if case .awaitingPromotion = rollout.phase, rollout.holds.isEmpty {
            switch intention {
            case .promote: if world.random.chance(100) { command(.promote) }
            case .rollback: if world.random.chance(100) { command(.rollback) }
            case .wait: break
            }
        }
        let isHeld = service.availability(of: .continue, now: now).isPossible
        if isHeld, world.random.chance(100) {
            let goesBack = intention == .rollback && world.random.chance(200)
            command(goesBack ? .rollback : .continue)
        }
    }
}

extension VerbAvailability {
    /// Without what it would do.
    package var isPossible: Bool {
        switch self {
        case .possible: true
        case .refused: false
        }
    }
}

extension CommandReply {
    var isAccepted: Bool {
        switch self {
        case .accepted: true
        case .refused: false
        }
    }
}

extension RolloutEffect {
    /// The ID of a run of checks.
    var checks: EffectID? {
        switch self {
        case .runChecks(let id, _, _): id
        case .startInstances, .applyTraffic, .drain, .stopInstances, .refuse, .recordFault: nil
        }
    }

    var isRefusal: Bool {
        switch self {
        case .refuse: true
        case .startInstances, .applyTraffic, .drain, .stopInstances, .runChecks, .recordFault: false
        }
    }
}
