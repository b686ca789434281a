/// One service: what serves, what is rolled out, and what was asked for next.
///
/// The unit that an engine holds per service. Like ``RolloutMachine`` it is a value that is told
/// everything and answers with what is to be done.
package struct ServiceMachine: Hashable, Sendable {
    /// What the manifest says.
    ///
    /// It may be replaced at any time: the next rollout is planned from it.
    package var configuration: ServiceConfiguration
    /// What serves when no rollout runs, and what a running one returns to.
    ///
    /// `nil` before the first deployment is promoted.
    package internal(set) var live: LiveRelease?
    /// The release that a rollback of the live one returns to.
    ///
    /// `nil`: there is none.
    package internal(set) var previous: ReleaseName?
    /// The running rollout, or the last one that ended.
    ///
    /// `nil` before the first.
    package internal(set) var rollout: RolloutMachine?
    /// The deploy that begins as soon as the running rollout has ended.
    package internal(set) var queued: QueuedDeploy?
    /// The rollout that the last event or command ended, when the one that waited for it began in
    /// the same step.
    ///
    /// `nil` otherwise: then ``rollout`` says how it ended.
    package internal(set) var replaced: RolloutMachine?

    /// Restores a service from its parts; with the configuration alone, one that never served.
    package init(
        configuration: ServiceConfiguration,
        live: LiveRelease? = nil,
        previous: ReleaseName? = nil,
        rollout: RolloutMachine? = nil,
        queued: QueuedDeploy? = nil
    ) {
        self.configuration = configuration
        self.live = live
        self.previous = previous
        self.rollout = rollout
        self.queued = queued
    }
}

/// The release that serves, with the instances that serve it and what is known of each.
package struct LiveRelease: Hashable, Sendable {
    package var release: ReleaseName
    package var slot: Slot?
    /// All of them in the role of the stable release.
    package var roster: Roster
    /// The table in force, with its one side as the stable one.
    package var traffic: Traffic

    package init(release: ReleaseName, slot: Slot?, roster: Roster, traffic: Traffic) {
        self.release = release
        self.slot = slot
        self.roster = roster
        self.traffic = traffic
    }
}

/// A deploy that waits for the running rollout to end.
package struct QueuedDeploy: Hashable, Codable, Sendable {
    package var id: RolloutID
    package var release: ReleaseName
    package var actor: Actor

    package init(id: RolloutID, release: ReleaseName, actor: Actor) {
        self.id = id
        self.release = release
        self.actor = actor
    }
}

// MARK: - Observations

extension ServiceMachine {
    /// Takes in an observation, such as a result of an effect, a probe's finding or a tick.
    ///
    /// - Parameters:
    ///   - event: what happened. A command is followed or refused like one of an operator.
    ///   - now: when.
    /// - Returns: the effects to perform, in this order, once the new state is durable.
    package mutating func handle(_ event: RolloutEvent, now: Timestamp) -> [RolloutEffect] {
        replaced = nil
        guard rollout != nil else { return observe(event, now: now) }
        guard isRunning else {
            // Answers that come after the end are the ended rollout's to be surprised at.
            let isHealth = observesHealth(event, now: now)
            return isHealth ? [] : rollout?.handle(event, now: now) ?? []
        }
        return advance(event, now: now)
    }

    /// Tells the running rollout something and draws the conclusions if that ends it.
    mutating func advance(_ event: RolloutEvent, now: Timestamp) -> [RolloutEffect] {
        let effects = rollout?.handle(event, now: now) ?? []
        return effects + settle(now: now)
    }

    private mutating func observe(_ event: RolloutEvent, now: Timestamp) -> [RolloutEffect] {
        if observesHealth(event, now: now) || event == .tick { return [] }
        return [.recordFault("\(configuration.name): an event without a rollout: ignored")]
    }

    /// Keeps the health of the instances that serve while no rollout runs.
    private mutating func observesHealth(_ event: RolloutEvent, now: Timestamp) -> Bool {
        switch event {
        case .instanceHealthy(let id):
            if live?.roster[id]?.condition.isHealthy == false {
                live?.roster.set(.healthy(since: now), of: [id])
            }
        case .instanceUnhealthy(let id, let evidence):
            if live?.roster[id]?.condition.isHealthy == true {
                live?.roster.set(.unhealthy(since: now, evidence: evidence), of: [id])
            }
        case .instanceFailed(let id, let evidence):
            live?.roster.set(.failed(evidence: evidence), of: [id])
        case .promote, .pause, .continue, .rollback, .supersede, .effectSucceeded, .effectFailed,
            .checkFinished, .verdict, .tick:
            return false
        }
        return true
    }
}

// MARK: - What a driver asks

extension ServiceMachine {
    /// Whether a rollout is under way.
    package var isRunning: Bool { rollout.map { $0.outcome == nil } ?? false }

    /// The effects that are waited for: see ``RolloutMachine/outstandingEffects``.
    package var outstandingEffects: [RolloutEffect] { rollout?.outstandingEffects ?? [] }

    /// The next instant at which a tick is wanted.
    ///
    /// `nil`: none.
    package var nextDeadline: Timestamp? { isRunning ? rollout?.nextDeadline : nil }

    /// Every instance that is not known to be gone, of both releases.
    package var instances: [Roster.Entry] {
        let roster = isRunning ? rollout?.roster : live?.roster
        return (roster?.entries ?? []).filter { $0.condition != .stopped }
    }

    /// The table that the proxy last confirmed.
    ///
    /// `nil` before the first.
    ///
    /// Instances that are not in its rotations get no new request; they stay in the proxy's own
    /// table, as draining ones, for as long as ``instances`` names them.
    package var traffic: Traffic? {
        isRunning ? rollout?.traffic.confirmed : live?.traffic
    }

    /// The release that counts as live: the candidate once its rollout is done for the operator.
    package var liveRelease: ReleaseName? {
        guard let rollout, isRunning, rollout.phase.isDone else { return live?.release }
        return rollout.plan.candidate
    }

    /// The slot of the live release.
    ///
    /// `nil` for a rolling service.
    package var liveSlot: Slot? {
        guard let rollout, isRunning, rollout.phase.isDone else { return live?.slot }
        return rollout.plan.slot
    }
}

extension RolloutPhase {
    /// Whether nothing is left but to be rid of the stable release.
    var isDone: Bool {
        switch self {
        case .warm, .draining: true
        case .starting, .verifying, .awaitingPromotion, .shifting, .baking, .replacing, .monitoring,
            .reverting, .finished:
            false
        }
    }
}
