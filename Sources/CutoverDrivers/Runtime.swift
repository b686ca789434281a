package import CutoverCore

/// Starts, finds again and stops instances.
///
/// Where somebody else runs them, starting is taking an address and stopping is letting it go.
/// Instances outlive the engine. What survives it is a record for each, which the engine persists
/// before the instance's program runs and hands to `adopt` when it starts again.
package protocol Runtime: Sendable {
    /// Exits that nobody asked for, in the order in which they happened. One consumer.
    var exits: AsyncStream<InstanceExit> { get }

    /// Makes sure that the instance runs. Idempotent: one that runs already is left alone.
    ///
    /// An instance that exited is started again with the address that it had. `record` is called
    /// once for each new process, and the program runs only after it returned: when it throws, or
    /// the engine dies in it, the process ends unseen. So there is never an instance without a
    /// record.
    ///
    /// The result is the record of the process that runs. Health is another matter.
    func start(
        _ launch: InstanceLaunch,
        recording record: @escaping @Sendable (InstanceProcess) async throws -> Void
    ) async throws(DriverError) -> InstanceProcess

    /// Takes over what an earlier engine recorded, each only when it is proven to be the same
    /// process.
    ///
    /// Nothing else is ever signalled. The address of one that is gone stays reserved for it.
    func adopt(_ records: [InstanceProcess]) async -> [InstanceID: Adoption]

    /// The instances that run, by ID.
    func list() async -> [InstanceProcess]

    /// What is known of an instance that was started or adopted and not stopped since.
    func inspect(_ id: InstanceID) async -> InstanceInspection?

    /// Stops an instance with everything that it left behind, and forgets it.
    ///
    /// Idempotent: an unknown one is stopped already. After `grace` it is ended by force. The
    /// result says how it ended, `nil` when it was not running.
    func stop(_ id: InstanceID, grace: Duration) async throws(DriverError) -> InstanceExit?

    /// The last lines that an instance wrote, oldest first, each cut at 4 KiB, as bytes read as
    /// UTF-8: control characters are still in them.
    func logTail(of id: InstanceID, lines: Int) async -> [String]

    /// Keeps logs within their bounds. The engine calls it about once a second.
    func rotateLogs() async
}
