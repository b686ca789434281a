extension ServiceMachine {
    /// Follows an operator's command, or refuses it.
    ///
    /// - Parameter newRollout: the ID for a rollout, should the command begin one. Greater than any
    ///   that was passed before; unused ones are lost.
    package mutating func handle(
        _ command: EngineCommand,
        newRollout: RolloutID,
        now: Timestamp
    ) -> (reply: CommandReply, effects: [RolloutEffect]) { (.refused(reason: ""), []) }
    /// Takes in an observation.
    package mutating func handle(_ event: RolloutEvent, now: Timestamp) -> [RolloutEffect] { [] }
    package var nextDeadline: Timestamp? { nil }
    package var outstandingEffects: [RolloutEffect] { [] }
    package func availability(of verb: Verb, now: Timestamp) -> VerbAvailability {
        .refused(reason: "")
    }
    /// Every instance that is not known to be gone, of both releases.
    package var instances: [Roster.Entry] { [] }
    /// What the proxy's table should be by the last confirmed change. `nil` before the first.
    package var traffic: Traffic? { nil }
}
