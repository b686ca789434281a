import CutoverCore

/// What a client asks of a running engine, one JSON message in a frame.
enum ControlRequest: Codable, Sendable {
    case command(EngineCommand)
    case snapshot
    /// Answered by a snapshot, and by another whenever something changed, until the client leaves.
    case watch
    /// The last rows, newest first, of one service or of all.
    case journal(limit: Int, service: ServiceName?)
    /// The file that gets the output of an instance, by the name that is on screen.
    case logPath(service: ServiceName, instance: String)
    /// All instances, the proxy and the engine are to end; answered when they have.
    case stopEverything
}

/// What the engine answers.
enum ControlResponse: Codable, Sendable {
    case reply(CommandReply)
    case snapshot(EngineSnapshot)
    case journal([JournalEntry])
    case logPath(String)
    case stopped
    /// The request was not followed; nothing changed.
    case failed(reason: String)
}

/// A message with the version of the protocol that it is written in.
struct ControlEnvelope<Message: Codable & Sendable>: Codable, Sendable {
    var version: Int
    var message: Message
}

/// The version alone, which every version of the protocol must be able to read.
struct ControlVersion: Codable {
    var version: Int
}

/// What both ends of the control socket agree on.
enum ControlProtocol {
    static let version = 2
    static let socketName = "engine.sock"
    /// The longest message, so that no peer makes the other hold more.
    static let requestLimit = 65_536
    static let responseLimit = 16_777_216
}

/// Why a client got no answer.
package enum ControlError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nobody listens in this state directory.
    case noEngine(path: String)
    /// The engine would not follow the request.
    case refused(reason: String)
    /// The engine speaks another version of the protocol.
    case otherVersion(Int)
    /// Nothing came for so many seconds from the process that listens; `nil`: unknown which.
    case silent(processID: Int32?, seconds: Int)
    /// There can be no socket at this path; why.
    case unusablePath(String)
    /// The connection broke, or what came was no answer.
    case broken(String)

    package var description: String {
        switch self {
        case .noEngine(let path):
            "no engine is running (nothing listens on \(path)); start one with `cutover`, or with "
                + "`cutover run` without a terminal"
        case .refused(let reason):
            reason
        case .otherVersion(let version):
            "the running engine speaks version \(version) of the control protocol, this program "
                + "version \(ControlProtocol.version); use the same version of cutover for both"
        case .silent(let processID, let seconds):
            "the engine" + (processID.map { " (process \($0))" } ?? "")
                + " has not answered for \(seconds) s; if Ctrl-Z stopped it, `fg` in its terminal"
                + (processID.map { " or `kill -CONT \($0)`" } ?? "") + " lets it go on, and a "
                + "command may then still be followed: look with `cutover status`"
        case .unusablePath(let detail):
            detail
        case .broken(let detail):
            "the connection to the engine broke: \(detail)"
        }
    }
}
