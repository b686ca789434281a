/// One instance at one instant.
package struct InstanceSnapshot: Hashable, Codable, Sendable {
    package var id: InstanceID
    package var name: String
    package var release: ReleaseName
    /// Such as `127.0.0.1:9101`; empty while it has none.
    package var address: String
    package var state: InstanceState
    /// One short phrase beside the state, such as `healthy 2s of 3s` or `3 restarts`; may be empty.
    package var note: String
    package var processID: Int32?
    package var startedAt: Timestamp?
    package var restarts: Int
    package var traffic: TrafficFigures
    /// What its traffic is out of the limits with.
    ///
    /// Empty unless it is degraded.
    package var exceeded: [Metric]
    package var evidence: InstanceEvidence

    package init(
        id: InstanceID,
        name: String,
        release: ReleaseName,
        address: String,
        state: InstanceState,
        note: String,
        processID: Int32?,
        startedAt: Timestamp?,
        restarts: Int,
        traffic: TrafficFigures,
        exceeded: [Metric] = [],
        evidence: InstanceEvidence
    ) {
        self.id = id
        self.name = name
        self.release = release
        self.address = address
        self.state = state
        self.note = note
        self.processID = processID
        self.startedAt = startedAt
        self.restarts = restarts
        self.traffic = traffic
        self.exceeded = exceeded
        self.evidence = evidence
    }
}

/// What an instance is doing, as operators say it.
package enum InstanceState: String, Hashable, CaseIterable, Codable, Sendable {
    /// No process yet, or it has not answered a probe.
    case starting
    /// Answers, but not for the minimum healthy time yet.
    case warming
    case healthy
    /// Healthy by its probes, but its traffic is out of limits.
    case degraded
    case unhealthy
    /// Gets no new request, and the ones begun are finishing.
    case draining
    case stopped
}

/// Why an instance is in its state: kept after it stopped, so that a failure always shows its
/// cause.
package struct InstanceEvidence: Hashable, Codable, Sendable {
    /// Newest first, at most 5.
    package var probes: [ProbeResult]
    /// Such as `exit status 1` or `signal 15 (SIGTERM), stopped by Cutover`.
    ///
    /// `nil` while its first process lives.
    package var lastExit: String?
    /// How `lastExit` ends where the process ended because it was told to.
    package static let asTold = ", stopped by Cutover"
    /// The last lines that it wrote, oldest first, at most 20, as bytes read as UTF-8.
    package var log: [String]

    package init(probes: [ProbeResult] = [], lastExit: String? = nil, log: [String] = []) {
        self.probes = probes
        self.lastExit = lastExit
        self.log = log
    }
}

/// What one health probe found.
package struct ProbeResult: Hashable, Codable, Sendable {
    package var at: Timestamp
    package var passed: Bool
    /// HTTP status, or the exit status of a command.
    ///
    /// `nil` when there was no answer.
    package var status: Int?
    /// Bytes of the answer's body that were read.
    package var bytes: Int
    package var duration: Duration
    /// Why it failed, such as `connection refused` or `503, expected 200-299`; `nil` when
    /// it passed.
    package var error: String?

    package init(
        at: Timestamp,
        passed: Bool,
        status: Int?,
        bytes: Int,
        duration: Duration,
        error: String?
    ) {
        self.at = at
        self.passed = passed
        self.status = status
        self.bytes = bytes
        self.duration = duration
        self.error = error
    }
}
