/// One service: what serves, what is rolled out, and what was asked for next.
///
/// The unit that an engine holds per service. Like ``RolloutMachine`` it is a value that is told
/// everything and answers with what is to be done.
package struct ServiceMachine: Hashable, Sendable {
    /// What the manifest says. May be replaced at any time: the next rollout is planned from it.
    package var configuration: ServiceConfiguration
    /// What serves outside a rollout, and what the running rollout returns to. `nil` before the
    /// first deployment is promoted.
    package internal(set) var live: LiveRelease?
    /// The release that a rollback of the live one returns to. `nil`: there is none.
    package internal(set) var previous: ReleaseName?
    /// The running rollout, or the last one that ended. `nil` before the first.
    package internal(set) var rollout: RolloutMachine?
    /// The deploy that begins as soon as the running rollout has ended.
    package internal(set) var queued: QueuedDeploy?

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
    package var roster: Roster
    /// The table in force.
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
