import Glibc

/// What the commands of probes and checks carry in their environment, so that a later engine finds
/// those that the death of this one left.
package struct CommandMark: Hashable, Sendable {
    /// The process that runs the engine: its ID and its start time.
    private let engine: String
    private let stateDirectory: String

    private static let kind = "command"

    /// The mark of this process as the engine of a state directory.
    package init(stateDirectory: String) {
        self.init(engine: getpid(), stateDirectory: stateDirectory)
    }

    init(engine processID: Int32, stateDirectory: String) {
        engine = "\(processID)-\(ProcessTable.stat(of: processID)?.startTime ?? 0)"
        self.stateDirectory = stateDirectory
    }

    /// The value of the variable `ProcessIdentity.markKey`.
    var value: String { "\(Self.kind) \(engine) \(stateDirectory)" }

    /// Whether a value of that variable is of another engine of the same state directory, which is
    /// therefore dead: there is only one at a time.
    func isOfFormerEngine(_ value: String) -> Bool {
        let parts = value.split(separator: " ", maxSplits: 2)
        return parts.count == 3 && parts[0] == Self.kind && parts[1] != engine
            && parts[2] == stateDirectory
    }
}
