/// How a service replaces one release by the next.
package enum StrategyConfiguration: Hashable, Sendable {
    case blueGreen(BlueGreenConfiguration)
    case rolling(RollingConfiguration)
}

/// Green is deployed beside blue, validated, then takes the traffic; blue stays warm for a while.
package struct BlueGreenConfiguration: Hashable, Sendable {
    /// The gate opens by itself after this long, shorter than `gateExpires`.
    ///
    /// `nil`: never.
    package var promoteAfter: Duration?
    /// A gate that nobody opened for this long rolls back.
    package var gateExpires: Duration
    /// Ascending percentages for the candidate, ending with 100.
    package var shift: [Int]
    /// How long each step but the last is watched.
    package var soak: Duration
    /// What happens when a soak ends with too few requests for a verdict.
    package var whenInconclusive: InconclusivePolicy
    /// A shift that makes no progress for this long is held.
    package var progressDeadline: Duration
    /// How long the promoted release is watched before the rollout counts as done.
    package var bake: Duration
    /// How long the old release stays alive after that: rollback is instant meanwhile.
    package var keepWarm: Duration

    package init(
        promoteAfter: Duration? = nil,
        gateExpires: Duration = .seconds(1800),
        shift: [Int] = [100],
        soak: Duration = .seconds(30),
        whenInconclusive: InconclusivePolicy = .wait,
        progressDeadline: Duration = .seconds(600),
        bake: Duration = .seconds(60),
        keepWarm: Duration = .seconds(600)
    ) {
        self.promoteAfter = promoteAfter
        self.gateExpires = gateExpires
        self.shift = shift
        self.soak = soak
        self.whenInconclusive = whenInconclusive
        self.progressDeadline = progressDeadline
        self.bake = bake
        self.keepWarm = keepWarm
    }
}

/// What an inconclusive verdict does at the end of a soak or of a watched batch.
package enum InconclusivePolicy: String, Hashable, CaseIterable, Codable, Sendable {
    /// Watches on until there are enough requests or the progress deadline holds the rollout.
    case wait
    case proceed
}

/// Instances are replaced one or a few at a time, and each batch is watched before the next.
package struct RollingConfiguration: Hashable, Sendable {
    /// Instances replaced together, from 1 to the smaller of the wanted number and
    /// `surge + unavailable`.
    package var batchSize: Int
    /// How many instances beyond the wanted number may run.
    ///
    /// `surge + unavailable` is at least 1.
    package var surge: Int
    /// How many instances may be missing from the wanted number.
    ///
    /// Fewer than that number.
    package var unavailable: Int
    /// How long each batch is watched.
    package var monitor: Duration
    package var whenInconclusive: InconclusivePolicy
    /// Batches, from 1 to their number, after which an operator must promote.
    package var gateAfter: Set<Int>
    /// A gate that nobody opened for this long rolls back.
    package var gateExpires: Duration
    /// A batch that makes no progress for this long is held.
    package var progressDeadline: Duration

    package init(
        batchSize: Int = 1,
        surge: Int = 1,
        unavailable: Int = 0,
        monitor: Duration = .seconds(15),
        whenInconclusive: InconclusivePolicy = .proceed,
        gateAfter: Set<Int> = [],
        gateExpires: Duration = .seconds(1800),
        progressDeadline: Duration = .seconds(600)
    ) {
        self.batchSize = batchSize
        self.surge = surge
        self.unavailable = unavailable
        self.monitor = monitor
        self.whenInconclusive = whenInconclusive
        self.gateAfter = gateAfter
        self.gateExpires = gateExpires
        self.progressDeadline = progressDeadline
    }
}
