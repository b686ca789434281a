import CutoverCore
import CutoverScreen

/// What the message row says: what was done and how to undo it, or why nothing was done.
struct Message: Hashable, Sendable {
    enum Severity: Hashable, Sendable {
        /// Done, with its inverse.
        case done
        /// Nothing was done, and why.
        case refused
        /// Tried, and failed.
        case failed
    }

    let severity: Severity
    let text: String
    let at: Timestamp
    /// The command that it tells of; `nil`: none, so that nothing can overtake it.
    var subject: Subject?

    /// A command as far as later facts are held against what was said of it.
    struct Subject: Hashable, Sendable {
        let service: ServiceName
        let verb: Verb
        /// The rollout on screen when the key was pressed.
        let rollout: RolloutID?

        init(_ command: EngineCommand) {
            service = command.service
            verb = command.action.verb
            rollout = command.expected?.rollout
        }

        /// The rollout came after `instant` to what a reply of before does not know of: it waits
        /// for somebody, goes back by itself, or is over.
        func isOvertaken(by rollout: RolloutSnapshot, since instant: Timestamp) -> Bool {
            // The one that makes room for a deploy has to end; that is as it was said.
            if verb == .deploy, rollout.id == self.rollout { return false }
            if let end = rollout.finishedAt, end > instant { return true }
            if rollout.progress.phase == .reverting { return verb != .rollback }
            return rollout.progress.holds.contains { hold in
                switch hold {
                case .anomaly(_, let since), .deadline(let since), .gate(let since, _, _):
                    since > instant
                case .operator: false
                }
            }
        }
    }

    /// How long it stands before advice takes its place again.
    static let lifetime = Duration.seconds(30)

    var role: Role {
        switch severity {
        case .done: .messageOk
        case .refused: .messageWarn
        case .failed: .messageBad
        }
    }
}
