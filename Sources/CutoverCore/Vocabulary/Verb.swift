/// What an operator can ask of a service.
package enum Verb: String, Hashable, CaseIterable, Codable, Sendable {
    /// Starts a rollout of a release.
    case deploy
    /// Crosses the gate, or goes on to the next batch or step without waiting.
    case promote
    /// Stops every forward transition, at once; soaks and gates stop counting.
    case pause
    /// Lifts an operator's pause and an anomaly hold.
    case `continue`
    /// The one way back, in every phase.
    case rollback
}

/// Whether a verb is possible at this moment, what it would do, and if not, why not.
package enum VerbAvailability: Hashable, Codable, Sendable {
    /// One sentence with the effect in numbers, such as
    /// `sends 100 % of the traffic to green v42; blue v41 stays warm for 10m`.
    case possible(effect: String)
    /// One sentence with the reason and, where there is one, the way out.
    case refused(reason: String)
}
