/// One run of the checks of one stage.
package struct CheckRun: Hashable, Sendable {
    package var id: EffectID
    package var stage: CheckStage
    /// When the checks without a result are asked for again: their results must have been lost.
    package var due: Timestamp
    /// How often they were asked for, from 1.
    package var attempt: Int
    /// Every check of the run, in the order of the manifest.
    package var names: [String]
    /// In the order in which they came in.
    package var results: [CheckResult]

    package init(
        id: EffectID,
        due: Timestamp,
        attempt: Int = 1,
        stage: CheckStage,
        names: [String],
        results: [CheckResult] = []
    ) {
        self.id = id
        self.due = due
        self.attempt = attempt
        self.stage = stage
        self.names = names
        self.results = results
    }

    /// The checks without a result, in the order of the manifest.
    package var pending: [String] {
        names.filter { name in !results.contains { $0.name == name } }
    }

    /// The first check that failed, in the order in which they came in.
    package var failure: CheckResult? {
        results.first { !$0.passed }
    }

    /// The effect that asks for the checks without a result.
    var outstandingEffect: RolloutEffect? {
        pending.isEmpty ? nil : .runChecks(id, stage, pending)
    }
}
