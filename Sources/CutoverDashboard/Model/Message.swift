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
