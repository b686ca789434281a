/// What an operator asks of the engine, bound to what the operator saw.
package struct EngineCommand: Hashable, Codable, Sendable {
    package var service: ServiceName
    package var action: Action
    /// What was on screen when the key was pressed.
    ///
    /// `nil`: whatever is there, as the command line asks.
    package var expected: Expectation?
    package var actor: Actor

    package init(service: ServiceName, action: Action, expected: Expectation?, actor: Actor) {
        self.service = service
        self.action = action
        self.expected = expected
        self.actor = actor
    }

    package enum Action: Hashable, Codable, Sendable {
        case deploy(ReleaseName)
        case promote
        case pause
        case `continue`
        case rollback

        package var verb: Verb {
            switch self {
            case .deploy: .deploy
            case .promote: .promote
            case .pause: .pause
            case .continue: .continue
            case .rollback: .rollback
            }
        }
    }

    /// A command whose target has moved on is refused, so that nobody promotes what was not seen.
    package struct Expectation: Hashable, Codable, Sendable {
        /// The rollout on screen; `nil`: none was.
        package var rollout: RolloutID?
        /// Compared for promote and continue, whose meaning depends on the very phase or hold.
        package var revision: Int

        package init(rollout: RolloutID?, revision: Int) {
            self.rollout = rollout
            self.revision = revision
        }
    }
}

/// What became of a command.
package enum CommandReply: Hashable, Codable, Sendable {
    /// What was done, and the rollout that it was done to.
    case accepted(Deed, rollout: RolloutMark? = nil)
    case refused(reason: String)
}

/// A rollout and where it stood: whoever has commanded it follows that one and no other.
package struct RolloutMark: Hashable, Codable, Sendable {
    package var id: RolloutID
    /// What a snapshot that is older than the command is told by.
    ///
    /// `nil`: it begins when the running one has ended.
    package var revision: Int?

    package init(id: RolloutID, revision: Int?) {
        self.id = id
        self.revision = revision
    }
}
