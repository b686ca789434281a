extension RolloutMachine {
    package static func start(
        plan: RolloutPlan,
        observed: [InstanceID: Roster.Condition] = [:],
        now: Timestamp
    ) -> (machine: RolloutMachine, effects: [RolloutEffect]) {
        (
            RolloutMachine(
                plan: plan,
                phase: .finished(.promoted, at: now),
                holds: [],
                roster: Roster(),
                traffic: TrafficRecord(confirmed: nil),
                lastEffect: 0,
                revision: 1
            ), []
        )
    }
    package mutating func handle(_ event: RolloutEvent, now: Timestamp) -> [RolloutEffect] { [] }
    package var nextDeadline: Timestamp? { nil }
    package var outstandingEffects: [RolloutEffect] { [] }
    package var outcome: Outcome? { nil }
    /// Traffic before this instant must not be judged. `nil` while nothing is to be judged.
    package var watchedSince: Timestamp? { nil }
    package func progress(now: Timestamp) -> RolloutProgress {
        RolloutProgress(
            phase: .finished,
            steps: [],
            holds: [],
            sentence: "",
            countdown: nil,
            outcome: nil
        )
    }
    package func availability(of verb: Verb, now: Timestamp) -> VerbAvailability {
        .refused(reason: "")
    }
    package var checks: [CheckSnapshot] { [] }
}
