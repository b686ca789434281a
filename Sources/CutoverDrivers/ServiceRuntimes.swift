package import CutoverCore

/// The runtime of each service, by what the manifest says of it: processes of this machine, or what
/// somebody else runs.
///
/// An instance stays with the runtime that began it, also when an edit of the manifest gives its
/// service another one: a record says of itself which that is.
package struct ServiceRuntimes: Runtime {
    private let processes: any Runtime
    private let external: any Runtime

    package init(processes: any Runtime, external: any Runtime) {
        self.processes = processes
        self.external = external
    }

    /// What somebody else runs has no end that is seen here.
    package var exits: AsyncStream<InstanceExit> { processes.exits }

    package func start(
        _ launch: InstanceLaunch,
        recording record: @escaping @Sendable (InstanceProcess) async throws -> Void
    ) async throws(DriverError) -> InstanceProcess {
        let isExternal = launch.configuration.endpoints.isExternal
        return try await (isExternal ? external : processes).start(launch, recording: record)
    }

    package func adopt(_ records: [InstanceProcess]) async -> [InstanceID: Adoption] {
        let own = await processes.adopt(records.filter { $0.identity != nil })
        let others = await external.adopt(records.filter { $0.identity == nil })
        return own.merging(others) { own, _ in own }
    }

    package func list() async -> [InstanceProcess] {
        (await processes.list() + external.list()).sorted { $0.id < $1.id }
    }

    package func inspect(_ id: InstanceID) async -> InstanceInspection? {
        if let inspection = await external.inspect(id) {
            return inspection
        }
        return await processes.inspect(id)
    }

    package func stop(
        _ id: InstanceID,
        grace: Duration
    ) async throws(DriverError) -> InstanceExit? {
        // The one that does not know it has nothing to stop.
        _ = try await external.stop(id, grace: grace)
        return try await processes.stop(id, grace: grace)
    }

    package func logTail(of id: InstanceID, lines: Int) async -> [String] {
        await processes.logTail(of: id, lines: lines)
    }

    package func rotateLogs() async {
        await processes.rotateLogs()
    }
}
