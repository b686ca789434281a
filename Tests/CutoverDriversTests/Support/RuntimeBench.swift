import CutoverCore
import CutoverTestSupport
import CutoverWire
import Glibc
import Logging
import Synchronization

@testable import CutoverDrivers

/// A process runtime in a directory of its own, whose instances are shell scripts.
final class RuntimeBench: Sendable {
    let directory: TemporaryDirectory
    let runtime: ProcessRuntime
    private let recorded = Mutex<[InstanceProcess]>([])

    init(limits: LogLimits = LogLimits(), startLimit: Duration = .seconds(20)) throws {
        directory = try TemporaryDirectory()
        runtime = try Self.runtime(in: directory, limits: limits, startLimit: startLimit)
    }

    static func runtime(
        in directory: TemporaryDirectory,
        limits: LogLimits = LogLimits(),
        startLimit: Duration = .seconds(20)
    ) throws -> ProcessRuntime {
        try ProcessRuntime(
            stateDirectory: directory.path,
            clock: .test,
            logger: .quiet,
            logLimits: limits,
            startLimit: startLimit,
            engineEnvironment: [
                "PATH": "/usr/bin:/bin", "LANG": "C", "LC_TIME": "C", "SECRET": "of the engine",
            ]
        )
    }

    /// Another runtime over the same directory, as a later engine has it.
    func successor() throws -> ProcessRuntime { try Self.runtime(in: directory) }

    var records: [InstanceProcess] { recorded.withLock(\.self) }

    func start(_ launch: InstanceLaunch) async throws -> InstanceProcess {
        try await runtime.start(launch) { process in
            self.recorded.withLock { $0.append(process) }
        }
    }

    func start(_ script: String, number: Int = 1) async throws -> InstanceProcess {
        try await start(launch(["sh", "-c", script], number: number))
    }

    func launch(
        _ command: [String],
        number: Int = 1,
        environment: [String: String] = [:],
        environmentFile: String? = nil,
        directory: String? = nil,
        endpoints: InstanceEndpoints = .ports(42_000...42_999)
    ) -> InstanceLaunch {
        InstanceLaunch(
            service: ServiceName(rawValue: "web"),
            instance: .numbered(number),
            configuration: RuntimeConfiguration(
                command: command,
                directory: directory ?? self.directory.path,
                environment: environment,
                environmentFile: environmentFile,
                endpoints: endpoints,
                stopGrace: .seconds(5),
                restart: RestartConfiguration()
            )
        )
    }

    /// Waits for the lines of a file that a script writes and ends with a line `end`.
    func lines(of name: String) async throws -> [String] {
        try await value(of: "the whole of \(name)") {
            let lines = directory.read(name)?.split(separator: "\n").map(String.init) ?? []
            return lines.last == "end" ? lines.dropLast() : nil
        }
    }

    /// Ends what the test has left.
    func stopAll() async throws {
        for process in await runtime.list() {
            _ = try await runtime.stop(process.id, grace: .zero)
        }
    }
}

/// What a process of this machine has; zero and empty where there is none.
extension InstanceProcess {
    private static let nobody = ProcessIdentity(
        processID: 0,
        startTime: 0,
        bootID: "",
        token: ""
    )

    var processID: Int32 {
        get { (identity ?? Self.nobody).processID }
        set { identity?.processID = newValue }
    }

    var startTime: UInt64 {
        get { (identity ?? Self.nobody).startTime }
        set { identity?.startTime = newValue }
    }

    var bootID: String {
        get { (identity ?? Self.nobody).bootID }
        set { identity?.bootID = newValue }
    }

    var token: String {
        get { (identity ?? Self.nobody).token }
        set { identity?.token = newValue }
    }

    var mark: String { (identity ?? Self.nobody).mark }

    /// 0 where it listens on a socket.
    var port: UInt16 {
        if case .ipv4(_, let port) = address { port } else { 0 }
    }
}

/// Whether a process with this ID runs.
func isRunning(_ processID: Int32) -> Bool {
    ProcessTable.stat(of: processID).map { !$0.isOver } ?? false
}

extension Instance {
    static func numbered(_ number: Int) -> Instance {
        Instance(
            id: InstanceID(rollout: RolloutID(rawValue: 7), number: number),
            name: "g\(number)",
            release: ReleaseName(rawValue: "v42"),
            slot: .green
        )
    }
}

extension DriverClock {
    /// Real time, with the wall clock as the engine's.
    static let test = DriverClock.realTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

extension Logger {
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
