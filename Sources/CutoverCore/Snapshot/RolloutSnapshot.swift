/// One rollout at one instant, ready to be shown.
package struct RolloutSnapshot: Hashable, Codable, Sendable {
    package var id: RolloutID
    /// Rises with each change of phase, step, batch or hold: commands are bound to it.
    package var revision: Int
    package var stable: ReleaseName?
    package var candidate: ReleaseName
    package var candidateSlot: Slot?
    package var actor: Actor
    package var startedAt: Timestamp
    package var finishedAt: Timestamp?
    package var progress: RolloutProgress
    /// The latest, while the candidate takes traffic and limits are configured.
    package var verdict: Verdict?
    /// In the order of the manifest.
    package var checks: [CheckSnapshot]

    package init(
        id: RolloutID,
        revision: Int,
        stable: ReleaseName?,
        candidate: ReleaseName,
        candidateSlot: Slot?,
        actor: Actor,
        startedAt: Timestamp,
        finishedAt: Timestamp?,
        progress: RolloutProgress,
        verdict: Verdict?,
        checks: [CheckSnapshot]
    ) {
        self.id = id
        self.revision = revision
        self.stable = stable
        self.candidate = candidate
        self.candidateSlot = candidateSlot
        self.actor = actor
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.progress = progress
        self.verdict = verdict
        self.checks = checks
    }
}

/// Where a rollout stands and why it does not advance: what the machine itself says of its phase.
package struct RolloutProgress: Hashable, Codable, Sendable {
    package var phase: PhaseName
    /// The phases in order, for the stepper.
    ///
    /// A rolling service has one step a batch.
    package var steps: [Step]
    /// Everything that blocks, the operator's hold first.
    ///
    /// Empty: it advances by itself.
    package var holds: [Hold]
    /// One sentence: what blocks, what clears it, when it expires, what happens then.
    ///
    /// Times are left to `countdown`, so that the sentence does not change each second.
    package var sentence: String
    package var countdown: Countdown?
    /// `nil` until it ended.
    package var outcome: Outcome?

    package init(
        phase: PhaseName,
        steps: [Step],
        holds: [Hold],
        sentence: String,
        countdown: Countdown?,
        outcome: Outcome?
    ) {
        self.phase = phase
        self.steps = steps
        self.holds = holds
        self.sentence = sentence
        self.countdown = countdown
        self.outcome = outcome
    }

    /// One step of the stepper.
    package struct Step: Hashable, Codable, Sendable {
        /// Such as `start`, `verify`, `gate`, `shift 20%`, `bake`, `warm`, `drain`, `batch 2`.
        package var title: String
        package var state: StepState

        package init(title: String, state: StepState) {
            self.title = title
            self.state = state
        }
    }

    package enum StepState: String, Hashable, Codable, Sendable {
        case todo
        case current
        /// Current, and held.
        case held
        case done
        case failed
    }

    /// A time that runs: a soak, a gate, a bake, a drain.
    package struct Countdown: Hashable, Codable, Sendable {
        /// What it measures, such as `bake`.
        package var title: String
        package var total: Duration
        /// When it is over.
        ///
        /// `nil` while the clock stands because the rollout is held.
        package var endsAt: Timestamp?
        /// What is left while the clock stands.
        package var remaining: Duration?
        /// What happens at its end, such as `rolls back`.
        package var then: String

        package init(
            title: String,
            total: Duration,
            endsAt: Timestamp?,
            remaining: Duration?,
            then: String
        ) {
            self.title = title
            self.total = total
            self.endsAt = endsAt
            self.remaining = remaining
            self.then = then
        }
    }
}

/// The name of a phase, without its data.
package enum PhaseName: String, Hashable, CaseIterable, Codable, Sendable {
    case starting
    case verifying
    case awaitingPromotion
    case shifting
    case baking
    case warm
    case draining
    case replacing
    case monitoring
    case reverting
    case finished
}

/// A check of the manifest with what it found.
package struct CheckSnapshot: Hashable, Codable, Sendable {
    package var name: String
    package var stage: CheckStage
    package var state: State

    package init(name: String, stage: CheckStage, state: State) {
        self.name = name
        self.stage = stage
        self.state = state
    }

    package enum State: Hashable, Codable, Sendable {
        case waiting
        case running
        case finished(CheckResult)
    }
}
