/// How the health of an instance is found out.
package struct HealthConfiguration: Hashable, Sendable {
    package var probe: Probe
    /// From the end of one probe to the start of the next.
    package var interval: Duration
    /// A probe without a complete answer after this long has failed.
    ///
    /// Shorter than `startTimeout`.
    package var timeout: Duration
    /// Consecutive successes that make an instance healthy, from 1.
    package var rise: Int
    /// Consecutive failures that make it unhealthy, from 1.
    package var fall: Int
    /// After a start, failures do not count for this long.
    package var startGrace: Duration
    /// A candidate must stay healthy this long before it counts as ready.
    ///
    /// With `rise` successes at `interval` it fits into `startTimeout`.
    package var minimumHealthyTime: Duration
    /// A candidate that is not ready after this long has failed.
    package var startTimeout: Duration

    package init(
        probe: Probe,
        interval: Duration,
        timeout: Duration,
        rise: Int,
        fall: Int,
        startGrace: Duration,
        minimumHealthyTime: Duration,
        startTimeout: Duration
    ) {
        self.probe = probe
        self.interval = interval
        self.timeout = timeout
        self.rise = rise
        self.fall = fall
        self.startGrace = startGrace
        self.minimumHealthyTime = minimumHealthyTime
        self.startTimeout = startTimeout
    }
}

/// One way to ask an instance whether it is well.
package enum Probe: Hashable, Sendable {
    case http(HTTPExpectation)
    /// A connection that is accepted.
    case tcp
    /// A command with the instance's variables; exit status 0 is healthy.
    case command([String])
}

/// A GET request and what its answer must be like.
///
/// Redirects are never followed.
package struct HTTPExpectation: Hashable, Sendable {
    /// Begins with `/`.
    package var path: String
    /// Request headers.
    package var headers: [String: String]
    package var status: ClosedRange<Int>
    /// Response headers that must be present with exactly this value; names in any case.
    package var expectedHeaders: [String: String]
    /// Text that the first 64 KiB of the body must contain.
    ///
    /// `nil`: any body.
    package var bodyContains: String?

    package init(
        path: String,
        headers: [String: String] = [:],
        status: ClosedRange<Int> = 200...299,
        expectedHeaders: [String: String] = [:],
        bodyContains: String? = nil
    ) {
        self.path = path
        self.headers = headers
        self.status = status
        self.expectedHeaders = expectedHeaders
        self.bodyContains = bodyContains
    }
}
