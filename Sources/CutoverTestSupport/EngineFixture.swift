package import CutoverCore
import CutoverDrivers
package import CutoverEngine
package import CutoverStore
import Foundation
import Logging

/// An engine with its store in a temporary directory, in a world and a time that a test controls.
package final class EngineFixture {
    package let world: FixtureWorld
    package let clock: ManualClock
    package var configuration: ProjectConfiguration
    package private(set) var engine: Engine
    package private(set) var drivers: FixtureDrivers
    package private(set) var directory: StateDirectory
    private let root: String
    private var engines = 1

    /// Starts an engine for one service.
    package convenience init(_ service: ServiceConfiguration = .fixture()) async throws {
        try await self.init([service])
    }

    /// Starts an engine; what tests ask without a name is of the first service.
    package init(_ services: [ServiceConfiguration]) async throws {
        world = FixtureWorld()
        clock = ManualClock()
        root = "\(FileManager.default.temporaryDirectory.path)/cutover-engine-\(UUID().uuidString)"
        configuration = ProjectConfiguration(
            project: "test",
            environment: nil,
            proxy: ProxyConfiguration(),
            onDisconnect: .hold,
            services: services
        )
        directory = try StateDirectory(preparing: "\(root)/1")
        drivers = FixtureDrivers(world: world, clock: clock)
        engine = try await Self.start(configuration, directory, drivers, clock)
        await engine.idle()
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    private static func start(
        _ configuration: ProjectConfiguration,
        _ directory: StateDirectory,
        _ drivers: FixtureDrivers,
        _ clock: ManualClock
    ) async throws -> Engine {
        try await Engine.start(
            configuration,
            store: Store(directory, at: clock.now),
            drivers: EngineDrivers(
                runtime: ServiceRuntimes(
                    processes: drivers,
                    external: ExternalRuntime(clock: clock.driverClock)
                ),
                router: FixtureRouter(drivers),
                prober: drivers,
                checks: drivers
            ),
            clock: clock,
            work: clock.work,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Ends the engine as `kill -9` would and starts another on what it left on disk.
    package func restart(after change: (FixtureWorld) -> Void = { _ in }) async throws {
        engines += 1
        let next = "\(root)/\(engines)"
        // A copy: the files as they are at this instant, without anything that an orderly end
        // writes.
        try FileManager.default.copyItem(atPath: directory.path, toPath: next)
        drivers.cut()
        clock.forgetAlarm()
        await engine.stop()
        change(world)
        directory = try StateDirectory(preparing: next)
        drivers = FixtureDrivers(world: world, clock: clock)
        engine = try await Self.start(configuration, directory, drivers, clock)
        await engine.idle()
    }

    // MARK: - What tests ask

    package var service: ServiceSnapshot? { engine.snapshot?.services.first }

    package func service(_ name: String) -> ServiceSnapshot? {
        engine.snapshot?.services.first { $0.name.rawValue == name }
    }

    package var faults: [String] { engine.snapshot?.faults ?? [] }

    package var phase: PhaseName? { service?.rollout?.progress.phase }

    package var outcome: Outcome? { service?.rollout?.progress.outcome }

    /// The texts of the journal, oldest first.
    package var journal: [String] { (engine.snapshot?.events ?? []).reversed().map(\.text) }

    /// Where a rollout stands by a copy of what is on disk.
    ///
    /// `nil`: there is no such rollout.
    package func phaseInStore(of rollout: Int) throws -> PhaseName? {
        let copy = "\(root)/copy-\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: directory.path, toPath: copy)
        let store = try Store(StateDirectory(preparing: copy), at: clock.now)
        let machine = try store.loadRollout(RolloutID(rawValue: rollout))
        return machine?.progress(now: clock.now).phase
    }

    package func command(
        _ action: EngineCommand.Action,
        by name: String = "alice",
        of service: String? = nil
    ) -> EngineCommand {
        EngineCommand(
            service: service.map(ServiceName.init(rawValue:)) ?? configuration.services[0].name,
            action: action,
            expected: nil,
            actor: Actor(name: name)
        )
    }

    /// Sends a command and lets the engine finish what it leads to at once.
    @discardableResult
    package func send(
        _ action: EngineCommand.Action,
        by name: String = "alice",
        of service: String? = nil
    ) async -> CommandReply {
        let reply = await engine.send(command(action, by: name, of: service))
        await settle()
        return reply
    }

    @discardableResult
    package func deploy(_ release: String, of service: String? = nil) async -> CommandReply {
        await send(.deploy(ReleaseName(rawValue: release)), of: service)
    }

    /// Lets the engine finish, and publish what it found.
    package func settle() async {
        await engine.idle()
        await clock.advance(by: .milliseconds(60))
    }

    package func advance(by duration: Duration) async {
        await clock.advance(by: duration)
        await settle()
    }

    /// Moves the time until `condition` holds, for at most `limit`.
    package func advance(
        upTo limit: Duration = .seconds(600),
        until condition: (EngineFixture) -> Bool
    ) async -> Bool {
        let end = clock.now + limit
        while !condition(self) {
            guard clock.now < end else {
                return false
            }
            await advance(by: .milliseconds(250))
        }
        return true
    }
}
