/// The watch over a candidate that takes traffic.
package struct Watch: Hashable, Sendable {
    /// Traffic before this instant must not be judged: it belongs to another step, or an operator
    /// has answered for it.
    package var since: Timestamp
    /// The latest verdict on traffic since then.
    package var verdict: Verdict?

    package init(since: Timestamp, verdict: Verdict? = nil) {
        self.since = since
        self.verdict = verdict
    }

    /// Whether a verdict on nothing but this watch's traffic says that all is well.
    var hasPassed: Bool { verdict?.conclusion == .pass }
}
