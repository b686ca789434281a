/// What one rollout set out to do.
///
/// Fixed at its start and never edited.
package struct RolloutPlan: Hashable, Sendable {
    package var id: RolloutID
    package var service: ServiceName
    package var candidate: ReleaseName
    /// The release to return to, with its instances.
    ///
    /// `nil` on the first deployment of a service.
    package var stable: StableRelease?
    /// Where the candidate runs: the idle slot.
    ///
    /// `nil` for a rolling service.
    package var slot: Slot?
    package var instanceCount: Int
    package var strategy: StrategyConfiguration
    package var startTimeout: Duration
    package var minimumHealthyTime: Duration
    package var drainTimeout: Duration
    package var checks: [PlannedCheck]
    package var onAnomaly: AnomalyPolicy
    /// Verdicts on the candidate's traffic will come: soaks and watched batches wait for them.
    package var isAnalysed: Bool
    /// A rollback to a release that is no longer warm: gates, checks, steps and bakes are left out.
    package var isRollback: Bool
    package var actor: Actor
    package var startedAt: Timestamp

    package init(
        id: RolloutID,
        service: ServiceName,
        candidate: ReleaseName,
        stable: StableRelease?,
        slot: Slot?,
        instanceCount: Int,
        strategy: StrategyConfiguration,
        startTimeout: Duration,
        minimumHealthyTime: Duration,
        drainTimeout: Duration,
        checks: [PlannedCheck],
        onAnomaly: AnomalyPolicy,
        isAnalysed: Bool = false,
        isRollback: Bool,
        actor: Actor,
        startedAt: Timestamp
    ) {
        self.id = id
        self.service = service
        self.candidate = candidate
        self.stable = stable
        self.slot = slot
        self.instanceCount = instanceCount
        self.strategy = strategy
        self.startTimeout = startTimeout
        self.minimumHealthyTime = minimumHealthyTime
        self.drainTimeout = drainTimeout
        self.checks = checks
        self.onAnomaly = onAnomaly
        self.isAnalysed = isAnalysed
        self.isRollback = isRollback
        self.actor = actor
        self.startedAt = startedAt
    }
}

/// The release that serves when a rollout begins, with the instances that serve it.
package struct StableRelease: Hashable, Codable, Sendable {
    package var release: ReleaseName
    package var slot: Slot?
    package var instances: [Instance]

    package init(release: ReleaseName, slot: Slot?, instances: [Instance]) {
        self.release = release
        self.slot = slot
        self.instances = instances
    }
}

/// A check as the machine knows it: when it runs and how long it may take, not how it asks.
package struct PlannedCheck: Hashable, Sendable {
    package var name: String
    package var stage: CheckStage
    /// With every try.
    ///
    /// `nil`: the rollout was planned before it was written down.
    package var longestTime: Duration?

    package init(name: String, stage: CheckStage, longestTime: Duration? = nil) {
        self.name = name
        self.stage = stage
        self.longestTime = longestTime
    }
}
