/// Where a rollout stands, with everything that belongs to that place and to no other.
package enum RolloutPhase: Hashable, Sendable {
    /// The candidate's instances start and, once they are all ready, are put on the preview. No
    /// public request reaches them.
    ///
    /// Can become: verifying, awaitingPromotion, shifting, reverting.
    case starting(Starting)
    /// Checks run against the preview, or one has failed and keeps the gate shut.
    ///
    /// Can become: awaitingPromotion, shifting, reverting.
    case verifying(Verification)
    /// A promote gate: before any traffic in blue-green, after a batch in rolling.
    ///
    /// Can become: shifting, replacing, finished, reverting.
    case awaitingPromotion(Gate)
    /// The proxy moves weight to the candidate, one step at a time.
    ///
    /// Can become: shifting, baking, finished, reverting.
    case shifting(Shift)
    /// The candidate has all the traffic and is watched; the stable release stays alive.
    ///
    /// Can become: warm, reverting.
    case baking(Bake)
    /// Done for the operator; the stable release stays alive, so that the way back is instant.
    ///
    /// Can become: draining, reverting.
    case warm(PhaseClock)
    /// The stable release finishes the requests it had begun, then stops. No operation: about to
    /// stop.
    ///
    /// Can become: finished, reverting.
    case draining(Operation?)
    /// Instances of one batch are replaced.
    ///
    /// Can become: monitoring, replacing, finished, reverting.
    case replacing(Replacement)
    /// The instances replaced so far are watched.
    ///
    /// Can become: replacing, awaitingPromotion, finished, reverting.
    case monitoring(Monitor)
    /// The way back: traffic returns to the stable release, then the candidate drains and stops.
    ///
    /// Can become: finished.
    case reverting(Reversal)
    /// Can become: nothing.
    case finished(Outcome, at: Timestamp)
}

/// The data of ``RolloutPhase/starting(_:)``.
package struct Starting: Hashable, Sendable {
    /// The launch, then the preview's table.
    ///
    /// `nil` while the instances become ready.
    package var operation: Operation?
    /// `startTimeout`.
    package var clock: PhaseClock

    package init(operation: Operation?, clock: PhaseClock) {
        self.operation = operation
        self.clock = clock
    }
}

/// The data of ``RolloutPhase/verifying(_:)``.
package struct Verification: Hashable, Sendable {
    package var run: CheckRun
    /// `gateExpires`, counted from the last result if a check has failed; until then it says
    /// nothing.
    package var clock: PhaseClock

    package init(run: CheckRun, clock: PhaseClock) {
        self.run = run
        self.clock = clock
    }

    /// The failed check that keeps the gate shut.
    ///
    /// `nil` while any check is still running.
    package var failure: CheckResult? { run.pending.isEmpty ? run.failure : nil }
}

/// The data of ``RolloutPhase/awaitingPromotion(_:)``.
package struct Gate: Hashable, Sendable {
    /// The batch that it stands behind, from 1.
    ///
    /// `nil` in blue-green.
    package var batch: Int?
    /// `gateExpires`: then the rollout goes back.
    package var expiry: PhaseClock
    /// `promoteAfter`: then the gate opens by itself; `nil`: an operator's choice only.
    package var opening: PhaseClock?
    package var watch: Watch

    package init(batch: Int?, expiry: PhaseClock, opening: PhaseClock?, watch: Watch) {
        self.batch = batch
        self.expiry = expiry
        self.opening = opening
        self.watch = watch
    }
}

/// The data of ``RolloutPhase/shifting(_:)``.
package struct Shift: Hashable, Sendable {
    /// Index into the plan's steps, from 0.
    package var step: Int
    package var stage: Stage
    /// `progressDeadline`: from the entry, and again from the end of the soak.
    package var deadline: PhaseClock

    package init(step: Int, stage: Stage, deadline: PhaseClock) {
        self.step = step
        self.stage = stage
        self.deadline = deadline
    }

    /// First the table is applied, then the candidate is watched under it.
    package enum Stage: Hashable, Sendable {
        case applying(Operation)
        case soaking(PhaseClock, Watch)
    }
}

/// The data of ``RolloutPhase/baking(_:)``.
package struct Bake: Hashable, Sendable {
    package var clock: PhaseClock
    package var watch: Watch
    /// The checks after promotion.
    ///
    /// `nil`: there are none.
    package var checks: CheckRun?

    package init(clock: PhaseClock, watch: Watch, checks: CheckRun?) {
        self.clock = clock
        self.watch = watch
        self.checks = checks
    }
}

/// The data of ``RolloutPhase/replacing(_:)``.
package struct Replacement: Hashable, Sendable {
    /// From 1.
    package var batch: Int
    /// The planner's step in work.
    ///
    /// `nil` while started instances become ready, or while held.
    package var operation: Operation?
    /// `startTimeout` of the instances launched last; `nil` when none is waited for.
    package var start: PhaseClock?
    /// `progressDeadline`, counted from the last step of the planner.
    package var deadline: PhaseClock
    package var watch: Watch

    package init(
        batch: Int,
        operation: Operation?,
        start: PhaseClock?,
        deadline: PhaseClock,
        watch: Watch
    ) {
        self.batch = batch
        self.operation = operation
        self.start = start
        self.deadline = deadline
        self.watch = watch
    }
}

/// The data of ``RolloutPhase/monitoring(_:)``.
package struct Monitor: Hashable, Sendable {
    /// From 1.
    package var batch: Int
    package var clock: PhaseClock
    package var watch: Watch
    /// Behind the first batch the checks before promotion, behind the last those after it.
    package var checks: [CheckRun]
    /// `progressDeadline`, counted from the end of the watch, and again from the last result of a
    /// check.
    package var deadline: PhaseClock

    /// Whether any check has no result yet.
    package var isChecking: Bool { !checks.allSatisfy(\.pending.isEmpty) }

    package init(
        batch: Int,
        clock: PhaseClock,
        watch: Watch,
        checks: [CheckRun],
        deadline: PhaseClock
    ) {
        self.batch = batch
        self.clock = clock
        self.watch = watch
        self.checks = checks
        self.deadline = deadline
    }
}

/// The data of ``RolloutPhase/reverting(_:)``.
package struct Reversal: Hashable, Sendable {
    package var reason: RollbackReason
    /// Whether the candidate may have answered public requests before the way back began.
    package var tookTraffic: Bool
    package var beganAt: Timestamp
    package var operation: Operation?
    /// How long instances of the stable release that are started again are waited for.
    package var start: PhaseClock?
    /// Launches of instances of the stable release of which at least one came to nothing.
    package var failedLaunches: Int
    /// No launch before this instant, so that a release that cannot start is not tried in a circle.
    ///
    /// `nil` while nothing of the last launch has failed.
    package var launchAfter: Timestamp?

    package init(
        reason: RollbackReason,
        tookTraffic: Bool,
        beganAt: Timestamp,
        operation: Operation? = nil,
        start: PhaseClock? = nil,
        failedLaunches: Int = 0,
        launchAfter: Timestamp? = nil
    ) {
        self.reason = reason
        self.tookTraffic = tookTraffic
        self.beganAt = beganAt
        self.operation = operation
        self.start = start
        self.failedLaunches = failedLaunches
        self.launchAfter = launchAfter
    }
}
