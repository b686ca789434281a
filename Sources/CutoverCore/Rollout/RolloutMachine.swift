/// One rollout: a value with one total function.
///
/// It decides *when*: everything that happens is told to it with ``handle(_:now:)``, which answers
/// with what is to be done. Nothing else changes it, and it reads no clock. Whoever runs it
/// persists it before performing what it answered, tells it every result, and sends
/// ``RolloutEvent/tick`` at ``nextDeadline``.
package struct RolloutMachine: Hashable, Sendable {
    package let plan: RolloutPlan
    package internal(set) var phase: RolloutPhase
    /// Why it does not advance: the operator's, an anomaly's, a deadline's hold, at most one of
    /// each.
    ///
    /// The gate's hold and a failed check's are parts of their phases.
    package internal(set) var holds: [Hold]
    /// What is known of every instance of both releases.
    package internal(set) var roster: Roster
    /// What is known of the proxy's table for the service.
    package internal(set) var traffic: TrafficRecord
    /// What each check found when it last ran, without those that are running.
    package internal(set) var checkResults: [CheckResult]
    /// The sequence number of the last effect that had an ID.
    ///
    /// 0 before the first.
    package internal(set) var lastEffect: Int
    /// The number of the last instance that was made.
    ///
    /// 0 before the first.
    package internal(set) var lastInstance: Int
    /// Rises with each change of phase, step, batch or hold: commands are bound to it.
    package internal(set) var revision: Int
    /// Index of the furthest step of the stepper that was reached, from 0.
    package internal(set) var furthestStep: Int
    /// When it was last told something.
    ///
    /// Whatever was due by then has been done.
    package internal(set) var settledAt: Timestamp

    /// Restores a rollout from its parts, as they were read from another one.
    package init(
        plan: RolloutPlan,
        phase: RolloutPhase,
        holds: [Hold],
        roster: Roster,
        traffic: TrafficRecord,
        checkResults: [CheckResult],
        lastEffect: Int,
        lastInstance: Int,
        revision: Int,
        furthestStep: Int,
        settledAt: Timestamp
    ) {
        self.plan = plan
        self.phase = phase
        self.holds = holds
        self.roster = roster
        self.traffic = traffic
        self.checkResults = checkResults
        self.lastEffect = lastEffect
        self.lastInstance = lastInstance
        self.revision = revision
        self.furthestStep = furthestStep
        self.settledAt = settledAt
    }
}

// MARK: - The total function

extension RolloutMachine {
    /// Begins a rollout.
    ///
    /// - Parameters:
    ///   - plan: what it sets out to do.
    ///   - observed: what is known of the stable release's instances; the others count as healthy.
    ///   - table: the table in force. `nil`: every stable instance is in rotation.
    ///   - now: the present.
    /// - Returns: the rollout in its first phase, and what is to be done first.
    package static func start(
        plan: RolloutPlan,
        observed: [InstanceID: Roster.Condition] = [:],
        table: Traffic? = nil,
        now: Timestamp
    ) -> (machine: RolloutMachine, effects: [RolloutEffect]) {
        let stable = plan.stable?.instances ?? []
        let roster = Roster(
            entries: stable.map { instance in
                Roster.Entry(
                    instance: instance,
                    role: .stable,
                    condition: observed[instance.id] ?? .healthy(since: now)
                )
            }
        )
        var machine = RolloutMachine(
            plan: plan,
            phase: plan.firstPhase(now: now),
            holds: [],
            roster: roster,
            traffic: TrafficRecord(confirmed: table ?? plan.initialTraffic),
            checkResults: [],
            lastEffect: 0,
            lastInstance: 0,
            revision: 1,
            furthestStep: 0,
            settledAt: now
        )
        let effects = machine.settle(now: now)
        return (machine, effects)
    }

    /// Takes in one event and says what is to be done.
    ///
    /// Total: every event is legal in every phase. A command may be refused, which is an effect
    /// too; an observation is a fact.
    ///
    /// - Parameters:
    ///   - event: what happened.
    ///   - now: when. An earlier instant than the last one counts as the last one.
    /// - Returns: the effects to perform, in this order, once the new state is durable.
    package mutating func handle(_ event: RolloutEvent, now: Timestamp) -> [RolloutEffect] {
        let now = max(now, settledAt)
        let before = milestone
        var effects = apply(event, now: now)
        effects += settle(now: now)
        if milestone != before {
            revision += 1
        }
        settledAt = now
        return effects
    }

    private mutating func apply(_ event: RolloutEvent, now: Timestamp) -> [RolloutEffect] {
        switch event {
        case .promote: return promote(now: now)
        case .pause(let actor): return pause(by: actor, now: now)
        case .continue: return resume(now: now)
        case .rollback(let actor): return rollBack(by: actor, now: now)
        case .supersede(let release, _): return supersede(by: release, now: now)
        case .instanceHealthy(let id): return observeHealthy(id, now: now)
        case .instanceUnhealthy(let id, let evidence):
            return observeUnhealthy(id, evidence: evidence, now: now)
        case .instanceFailed(let id, let evidence):
            return observeFailed(id, evidence: evidence, now: now)
        case .effectSucceeded(let id): return finishOperation(id, now: now)
        case .effectFailed(let id, let failure): return failOperation(id, failure, now: now)
        case .checkFinished(let id, let result): return observeCheck(id, result, now: now)
        case .verdict(let verdict): return observeVerdict(verdict, now: now)
        case .tick: return []
        }
    }

    /// Does whatever is due, until nothing is.
    ///
    /// Reactions come first, and a transition before the deadline that would have prevented it.
    mutating func settle(now: Timestamp) -> [RolloutEffect] {
        var effects: [RolloutEffect] = []
        while let more = giveUpDeadCandidate(now: now) ?? advance(now: now) ?? expire(now: now) {
            effects += more
            furthestStep = max(furthestStep, currentStep ?? 0)
        }
        return effects
    }
}

// MARK: - What a driver asks

extension RolloutMachine {
    /// The effects that the current phase waits for.
    ///
    /// A driver that has lost track, such as after a crash, performs them again: each is idempotent
    /// for its ID.
    package var outstandingEffects: [RolloutEffect] {
        let operation = phase.operation?.outstandingEffect
        return (operation.map { [$0] } ?? [])
            + phase.checkRuns.compactMap(\.outstandingEffect)
    }

    /// How it ended.
    ///
    /// `nil` while it runs.
    package var outcome: Outcome? {
        switch phase {
        case .finished(let outcome, _): outcome
        case .starting, .verifying, .awaitingPromotion, .shifting, .baking, .warm, .draining,
            .replacing, .monitoring, .reverting:
            nil
        }
    }

    /// Traffic before this instant must not be judged.
    ///
    /// `nil` while nothing is to be judged.
    package var watchedSince: Timestamp? {
        traffic.candidateMayServe ? phase.watch?.since : nil
    }
}
