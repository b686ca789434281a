/// Something that happened, as the machine is told.
///
/// Every event is legal in every phase.
package enum RolloutEvent: Hashable, Sendable {
    // MARK: Commands: may be refused, with a reason

    case promote(Actor)
    case pause(Actor)
    case `continue`(Actor)
    case rollback(Actor)
    /// A newer deploy of the same service: the candidate is given up, or a finished bake is wound
    /// up.
    case supersede(by: ReleaseName, Actor)

    // MARK: Observations: facts, never refused

    case instanceHealthy(InstanceID)
    /// `evidence` is one line for people, such as `GET /healthz: 503 in 4 ms`.
    case instanceUnhealthy(InstanceID, evidence: String)
    /// The runtime gave up restarting it, or could not start it at all.
    case instanceFailed(InstanceID, evidence: String)
    case effectSucceeded(EffectID)
    case effectFailed(EffectID, EffectFailure)
    case checkFinished(EffectID, CheckResult)
    case verdict(Verdict)
    /// The time is `nextDeadline` or later.
    case tick
}

/// Why an effect could not be performed.
package struct EffectFailure: Hashable, Codable, Sendable {
    /// One line for people: which driver, which operation, what went wrong.
    package var message: String
    /// The effect may have taken place although it failed, so that undoing needs an explicit step.
    ///
    /// `false` only when it is certain, also for performances under the same ID before a restart:
    /// of an effect that is performed again from ``RolloutMachine/outstandingEffects`` nobody
    /// knows.
    package var mayHaveBeenApplied: Bool

    package init(message: String, mayHaveBeenApplied: Bool) {
        self.message = message
        self.mayHaveBeenApplied = mayHaveBeenApplied
    }
}

/// What a check found.
package struct CheckResult: Hashable, Codable, Sendable {
    package var name: String
    package var passed: Bool
    /// One line for people, such as `GET /: 500, expected 200-299`.
    package var summary: String
    package var tries: Int
    package var duration: Duration

    package init(name: String, passed: Bool, summary: String, tries: Int, duration: Duration) {
        self.name = name
        self.passed = passed
        self.summary = summary
        self.tries = tries
        self.duration = duration
    }
}
