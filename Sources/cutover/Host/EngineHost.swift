import CutoverCore
import CutoverDrivers
import CutoverEngine
import CutoverStore
import Foundation
import Logging

/// The engine with everything that it acts through: the graph of objects is built here and nowhere
/// else.
final class EngineHost: EngineLink {
    private let engine: Engine
    private let socket: ControlSocket
    private let runtime: any Runtime
    private let router: EmbeddedRouter

    private init(
        engine: Engine,
        socket: ControlSocket,
        runtime: any Runtime,
        router: EmbeddedRouter
    ) {
        self.engine = engine
        self.socket = socket
        self.runtime = runtime
        self.router = router
    }

    /// Takes the state directory and goes on where the journal stands.
    ///
    /// - Throws: the exit status, after the reason was printed.
    static func start(_ project: Project) async throws -> EngineHost {
        do {
            return try await begin(project)
        } catch let error as any CustomStringConvertible {
            complain(error.description)
            throw ExitStatus.engineUnavailable.code
        }
    }

    private static func begin(_ project: Project) async throws -> EngineHost {
        let directory = try StateDirectory(preparing: project.stateDirectory)
        let store = try Store(directory, at: SystemClock.wall)
        let clock = SystemClock(notBefore: try store.loadNewestInstant())
        let logger = FileLog.logger(at: directory.file("engine.log"))
        let now: @Sendable () -> Timestamp = { clock.now }
        let driverClock = DriverClock.realTime(now: now)
        let runtime = ServiceRuntimes(
            processes: try ProcessRuntime(
                stateDirectory: directory.path,
                clock: driverClock,
                logger: logger
            ),
            external: ExternalRuntime(clock: driverClock)
        )
        let router = EmbeddedRouter(
            executable: Executable.path,
            image: Executable.image,
            stateDirectory: directory.path,
            threads: project.configuration.proxy.threads,
            proxyMemory: project.configuration.proxy.memory,
            drainTimeout: project.configuration.proxy.drainTimeout,
            proxyUser: project.configuration.proxy.user,
            epoch: store.epoch,
            clock: driverClock,
            logger: logger
        )
        let mark = CommandMark(stateDirectory: directory.path)
        let drivers = EngineDrivers(
            runtime: runtime,
            router: router,
            prober: NetworkProber(clock: driverClock, mark: mark),
            checks: NetworkCheckRunner(clock: driverClock, mark: mark)
        )
        let engine = try await Engine.start(
            project.configuration,
            store: store,
            drivers: drivers,
            clock: clock,
            logger: logger
        )
        let manifest = AdoptedManifest(path: project.manifest, digest: project.digest)
        try manifest.write(in: directory.path)
        let socket = try ControlSocket(engine, in: directory, logger: logger)
        return EngineHost(engine: engine, socket: socket, runtime: runtime, router: router)
    }

    func snapshots() -> AsyncStream<EngineSnapshot> { engine.subscribe() }

    func send(_ command: EngineCommand) async -> CommandReply { await engine.send(command) }

    func log(of instance: InstanceID, service: ServiceName) async -> [String] {
        await runtime.logTail(of: instance, lines: 500)
    }

    func suspend() async { await router.suspend() }

    func resume() async { await router.resume() }

    /// Ends the engine; instances and proxy go on unless told otherwise.
    func stop(_ mode: StopMode = .leaveRunning) async {
        await engine.stop(mode)
        socket.close()
    }
}
