/// Why a request to the proxy has no answer.
package struct ProxyClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Kind: Hashable, Sendable {
        /// Nobody listens on the socket: no proxy runs, or it is ending.
        case notRunning
        /// The connection could not be made or used.
        case connection
        /// The deadline passed.
        case timedOut
        /// The answer was not one that this version understands.
        case answerInvalid
        /// The answer does not belong to the request.
        case answerUnexpected
        /// The proxy said no; nothing changed.
        case refused
        /// The proxy could not do all of it.
        case unsettled
    }

    /// What happened.
    package let kind: Kind

    /// The control socket.
    package let socketPath: String

    /// The system's or the proxy's words.
    package let detail: String

    /// Whether the proxy may have done what was asked although no answer came: ask again, every
    /// request is idempotent.
    package let mayHaveBeenApplied: Bool

    package var description: String {
        let words =
            switch kind {
            case .notRunning: "no proxy listens"
            case .connection: "the connection to the proxy failed"
            case .timedOut: "the proxy did not answer in time"
            case .answerInvalid: "the proxy's answer could not be read"
            case .answerUnexpected: "the proxy answered another question"
            case .refused: "the proxy refused"
            case .unsettled: "the proxy could not finish"
            }
        return "\(words): \(detail) (\(socketPath))"
    }
}
