/// One validation of the candidate.
package struct CheckConfiguration: Hashable, Sendable {
    /// Unique within the service.
    package var name: String
    package var stage: CheckStage
    package var kind: CheckKind
    /// For one try.
    package var timeout: Duration
    /// Further tries after a failed one, from 0.
    package var retries: Int

    package init(
        name: String,
        stage: CheckStage,
        kind: CheckKind,
        timeout: Duration,
        retries: Int
    ) {
        self.name = name
        self.stage = stage
        self.kind = kind
        self.timeout = timeout
        self.retries = retries
    }

    /// Between a failed try and the next.
    package static let pause = Duration.seconds(1)

    /// How long all tries take together when each takes as long as it may.
    package var longestTime: Duration { (timeout + Self.pause) * (retries + 1) }
}

/// When a check runs.
package enum CheckStage: String, Hashable, CaseIterable, Codable, Sendable {
    /// Before the gate, against the preview; a failure keeps the gate shut.
    case beforePromotion
    /// While baking, against the service; a failure holds or rolls back.
    case afterPromotion
}

/// How a check asks.
package enum CheckKind: Hashable, Sendable {
    case http(HTTPExpectation)
    /// Exit status 0 passes.
    ///
    /// It gets `CUTOVER_ADDRESS`, `CUTOVER_CANDIDATE` and `CUTOVER_STABLE`.
    case command([String])
}
