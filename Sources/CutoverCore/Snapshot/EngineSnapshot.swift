/// Everything that a screen, a command or an attached dashboard shows, at one instant.
///
/// A value.
package struct EngineSnapshot: Hashable, Codable, Sendable {
    package var at: Timestamp
    package var project: String
    package var environment: String?
    /// In the order of the manifest.
    package var services: [ServiceSnapshot]
    package var proxy: ProxyHealth
    /// Newest first, at most 200, of all services.
    package var events: [JournalEntry]
    /// Operating failures that an operator must know of, such as a full disk.
    ///
    /// Empty when all is well.
    package var faults: [String]

    package init(
        at: Timestamp,
        project: String,
        environment: String?,
        services: [ServiceSnapshot],
        proxy: ProxyHealth,
        events: [JournalEntry],
        faults: [String]
    ) {
        self.at = at
        self.project = project
        self.environment = environment
        self.services = services
        self.proxy = proxy
        self.events = events
        self.faults = faults
    }
}

/// Whether the data plane answers.
package enum ProxyHealth: Hashable, Codable, Sendable {
    case running(processID: Int32, generation: UInt64)
    /// With the reason and since when the figures on screen are old.
    case unreachable(reason: String, since: Timestamp)
}

/// One line of the journal, for people.
package struct JournalEntry: Hashable, Codable, Sendable {
    /// Ascending; the order of the journal is by it, not by time.
    package var sequence: Int64
    package var at: Timestamp
    package var service: ServiceName?
    package var rollout: RolloutID?
    package var kind: Kind
    package var text: String
    package var actor: Actor

    package init(
        sequence: Int64,
        at: Timestamp,
        service: ServiceName?,
        rollout: RolloutID?,
        kind: Kind,
        text: String,
        actor: Actor
    ) {
        self.sequence = sequence
        self.at = at
        self.service = service
        self.rollout = rollout
        self.kind = kind
        self.text = text
        self.actor = actor
    }

    /// What an entry is about.
    ///
    /// The raw value is the word on screen, in capitals there.
    package enum Kind: String, Hashable, CaseIterable, Codable, Sendable {
        case deploy
        case promote
        case pause
        case `continue`
        case rollback
        case refused
        case phase
        case shift
        case healthy
        case unhealthy
        case exited
        case check
        case anomaly
        case drained
        case stopped
        case finished
        case proxy
        case fault
    }
}
