package import CutoverCore

/// One line that a commit adds to the journal.
///
/// The store gives it its sequence.
package struct JournalRow: Hashable, Sendable {
    package var service: ServiceName?
    package var rollout: RolloutID?
    package var kind: JournalEntry.Kind
    /// For people.
    package var text: String
    package var actor: Actor
    /// What the machine was told, for whoever asks why.
    ///
    /// `nil` for what no machine was told.
    package var event: String?
    /// What the machine wanted done then.
    package var effects: [String]

    package init(
        service: ServiceName?,
        rollout: RolloutID?,
        kind: JournalEntry.Kind,
        text: String,
        actor: Actor = .engine,
        event: String? = nil,
        effects: [String] = []
    ) {
        self.service = service
        self.rollout = rollout
        self.kind = kind
        self.text = text
        self.actor = actor
        self.event = event
        self.effects = effects
    }

    func entry(sequence: Int64, at: Timestamp) -> JournalEntry {
        JournalEntry(
            sequence: sequence,
            at: at,
            service: service,
            rollout: rollout,
            kind: kind,
            text: text,
            actor: actor
        )
    }
}
