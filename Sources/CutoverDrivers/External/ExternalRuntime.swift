package import CutoverCore
import CutoverWire

/// Instances that somebody else starts and stops, such as virtual machines or systemd units.
///
/// An instance is one of the addresses that the manifest lists. Starting one takes an address that
/// no other instance of the project has, stopping lets it go; neither touches what listens there.
/// Whether the right release does is for its health to say.
package actor ExternalRuntime: Runtime {
    /// Silent for ever: nobody here sees a process end.
    package nonisolated let exits = AsyncStream<InstanceExit> { _ in }

    private let clock: DriverClock
    private var instances: [InstanceID: InstanceProcess] = [:]
    private var starts: [InstanceID: Task<Result<InstanceProcess, DriverError>, Never>] = [:]

    package init(clock: DriverClock) {
        self.clock = clock
    }

    package func start(
        _ launch: InstanceLaunch,
        recording record: @escaping @Sendable (InstanceProcess) async throws -> Void
    ) async throws(DriverError) -> InstanceProcess {
        let id = launch.instance.id
        if let start = starts[id] {
            return try await start.value.get()
        }
        if let running = instances[id] {
            return running
        }
        let instance = InstanceProcess(
            id: id,
            identity: nil,
            address: try freeAddress(for: launch),
            logPath: "",
            startedAt: clock.now()
        )
        // It is taken before the record is written: the next one must not find it free meanwhile.
        instances[id] = instance
        let task = Task { await self.finish(instance, of: launch, record) }
        starts[id] = task
        return try await task.value.get()
    }

    private func finish(
        _ instance: InstanceProcess,
        of launch: InstanceLaunch,
        _ record: @Sendable (InstanceProcess) async throws -> Void
    ) async -> Result<InstanceProcess, DriverError> {
        defer { starts[instance.id] = nil }
        do {
            try await record(instance)
            return .success(instance)
        } catch {
            instances[instance.id] = nil
            let message =
                "\(instance.address) is not used, for that could not be recorded: \(error)"
            return .failure(Self.failure(launch, message, isRetryable: true))
        }
    }

    /// The address that stands where the instance stands in its rollout, or else the first that is
    /// free: instances that start together ask in any order, and the first is to have the first.
    private func freeAddress(for launch: InstanceLaunch) throws(DriverError) -> SocketAddress {
        guard case .external(let addresses) = launch.configuration.endpoints else {
            let message = "the manifest lists no addresses for \(launch.service)"
            throw Self.failure(launch, message, isRetryable: false)
        }
        let listed = addresses.addresses(in: launch.instance.slot)
        let taken = Set(instances.values.map(\.address))
        let own = listed.isEmpty ? 0 : max(0, launch.instance.id.number - 1) % listed.count
        let free = (listed[own...] + listed[..<own]).lazy.compactMap(SocketAddress.init)
            .first { !taken.contains($0) }
        guard let free else {
            let place = launch.instance.slot.map { " of \($0.rawValue)" } ?? ""
            let message =
                "each of the \(listed.count) addresses\(place) has an instance; this one waits for "
                + "another to be let go"
            throw Self.failure(launch, message, isRetryable: true)
        }
        return free
    }

    /// What was recorded goes on: there is no process that could be another one.
    package func adopt(_ records: [InstanceProcess]) -> [InstanceID: Adoption] {
        for record in records {
            instances[record.id] = record
        }
        return Dictionary(records.map { ($0.id, .running) }) { first, _ in first }
    }

    package func list() -> [InstanceProcess] {
        instances.values.sorted { $0.id < $1.id }
    }

    package func inspect(_ id: InstanceID) -> InstanceInspection? {
        instances[id].map { InstanceInspection(process: $0, state: .running) }
    }

    /// Lets the address go; what listens there goes on, and its requests with it.
    package func stop(
        _ id: InstanceID,
        grace: Duration
    ) async throws(DriverError) -> InstanceExit? {
        if let start = starts[id] {
            _ = await start.value
        }
        instances[id] = nil
        return nil
    }

    /// Nothing: what it writes is elsewhere.
    package func logTail(of id: InstanceID, lines: Int) -> [String] { [] }

    package func rotateLogs() {}

    private static func failure(
        _ launch: InstanceLaunch,
        _ message: String,
        isRetryable: Bool
    ) -> DriverError {
        DriverError(
            driver: "external",
            operation: "start",
            endpoint: launch.instance.name,
            message: message,
            isRetryable: isRetryable,
            mayHaveBeenApplied: false
        )
    }
}
