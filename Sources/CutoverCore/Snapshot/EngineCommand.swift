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
    case accepted(Deed)
    case refused(reason: String)
}
