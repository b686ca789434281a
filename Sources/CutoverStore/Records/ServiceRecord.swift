package import CutoverCore

/// What is remembered of a service besides its rollout.
package struct ServiceRecord: Hashable, Sendable {
    package var name: ServiceName
    package var live: LiveRelease?
    package var previous: ReleaseName?
    /// The running rollout, or the last one that ended.
    package var rollout: RolloutID?
    package var queued: QueuedDeploy?

    package init(
        name: ServiceName,
        live: LiveRelease?,
        previous: ReleaseName?,
        rollout: RolloutID?,
        queued: QueuedDeploy?
    ) {
        self.name = name
        self.live = live
        self.previous = previous
        self.rollout = rollout
        self.queued = queued
    }

    package init(_ machine: ServiceMachine) {
        self.init(
            name: machine.configuration.name,
            live: machine.live,
            previous: machine.previous,
            rollout: machine.rollout?.plan.id,
            queued: machine.queued
        )
    }
}
