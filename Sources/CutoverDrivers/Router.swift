package import CutoverCore
package import CutoverWire

/// Sends the requests of clients to instances.
package protocol Router: Sendable {
    /// What happens to the data plane by itself. One consumer.
    var events: AsyncStream<RouterEvent> { get }

    /// Finds the data plane running and adopts it, or starts it. Idempotent. From here on it is
    /// started again whenever it ends.
    func start() async throws(DriverError) -> RouterStatus

    /// Who the data plane is and which table is live, asked now.
    func status() async throws(DriverError) -> RouterStatus

    /// Replaces the table. Returns only when it is durable and live for every request that begins.
    func apply(_ table: ProxyTable) async throws(DriverError)

    /// Everything that was counted since the data plane started.
    func stats() async throws(DriverError) -> ProxyStats

    /// Waits until no request is in flight on these backends, which must be out of rotation in the
    /// live table. At the deadline the rest is cut.
    ///
    /// Ends early with an error when the task is cancelled; then nothing is cut.
    func drain(
        _ keys: [String],
        deadline: Timestamp
    ) async throws(DriverError) -> DrainReport

    /// Closes what is in flight on these draining backends; returns what that was.
    func cut(_ keys: [String]) async throws(DriverError) -> InFlightList

    /// Ends the data plane for good: no new connections, at most `grace` for what runs.
    func stop(grace: Duration) async throws(DriverError)
}

/// The data plane that answers.
package struct RouterStatus: Hashable, Sendable {
    package var processID: Int32
    package var startedAt: Timestamp
    /// Of the live table; 0 when there is none.
    package var generation: UInt64
    /// Of the live table; 0 when there is none.
    package var epoch: UInt64
    /// It was running already.
    package var isAdopted: Bool
    /// The last table that the data plane was given, as it has it itself: the live one, or a newer
    /// one that is not settled.
    ///
    /// `nil` when there is none, or when it could not be read: then `generation` tells which.
    package var table: ProxyTable?

    package init(
        processID: Int32,
        startedAt: Timestamp,
        generation: UInt64,
        epoch: UInt64,
        isAdopted: Bool,
        table: ProxyTable? = nil
    ) {
        self.processID = processID
        self.startedAt = startedAt
        self.generation = generation
        self.epoch = epoch
        self.isAdopted = isAdopted
        self.table = table
    }
}

/// How a drain ended.
package struct DrainReport: Hashable, Sendable {
    /// Requests that were cut at the deadline.
    package var cut: Int
    /// The oldest of them, as far as the data plane can name them.
    package var requests: [InFlightRequest]

    package init(cut: Int, requests: [InFlightRequest] = []) {
        self.cut = cut
        self.requests = requests
    }
}

/// Something that the engine is told about the data plane.
package enum RouterEvent: Hashable, Sendable {
    /// It ended although nobody asked; it is started again.
    case exited(ExitStatus)
    /// One that had been asked to end, and finished what ran while another served, has failed
    /// requests that nobody counted.
    case failedLeaving(ExitStatus)
    /// It runs again, with this table.
    case restarted(RouterStatus)
    /// It could not be started; the next try comes after `retryAfter`.
    case restartFailed(DriverError, retryAfter: Duration)
}
