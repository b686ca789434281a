package import CutoverCore
import Glibc
package import Logging

/// Runs instances as processes of this machine, each in a session of its own.
///
/// They have no tie to this process: no pipe, no terminal, no parent that must live. What is here
/// can be lost at any moment and is rebuilt from the records by `adopt`.
package actor ProcessRuntime: Runtime {
    package nonisolated let exits: AsyncStream<InstanceExit>

    let clock: DriverClock
    let logger: Logger
    let logs: LogDirectory
    let sockets: SocketDirectory
    let logLimits: LogLimits
    let engineEnvironment: [String: String]
    let commandMark: CommandMark
    let startLimit: Duration

    var entries: [InstanceID: Entry] = [:]
    var ports = PortReservations()
    var starts: [InstanceID: Task<Result<InstanceProcess, DriverError>, Never>] = [:]

    private var isRotating = false

    private let exitContinuation: AsyncStream<InstanceExit>.Continuation
    private let endings: AsyncStream<Ending>.Continuation

    /// What is known of one instance.
    struct Entry {
        var process: InstanceProcess
        /// The entry of the environment that proves that a process belongs to it.
        var mark: String
        var phase: Phase
    }

    enum Phase {
        case running(ProcessHandle, isChild: Bool)
        case stopping(Task<Result<InstanceExit, DriverError>, Never>)
        case exited(ExitStatus)
    }

    /// A process that is over, as the watcher reports it.
    private struct Ending {
        var id: InstanceID
        var handle: ProcessHandle
    }

    /// Makes a runtime that holds nothing yet.
    ///
    /// Logs go to the folder `logs` of `stateDirectory`; throws when that cannot be used. Sockets
    /// go to its folder `run`. A program that does not run after `startLimit`, as one on a file
    /// system that hangs, is given up.
    package init(
        stateDirectory: String,
        clock: DriverClock,
        logger: Logger,
        logLimits: LogLimits = LogLimits(),
        startLimit: Duration = HeldProgram.releaseLimit,
        engineEnvironment: [String: String] = EngineEnvironment.current
    ) throws(DriverError) {
        self.clock = clock
        self.logger = logger
        self.logLimits = logLimits
        self.engineEnvironment = engineEnvironment
        self.startLimit = startLimit
        commandMark = CommandMark(stateDirectory: stateDirectory)
        logs = LogDirectory(path: "\(stateDirectory)/logs")
        sockets = SocketDirectory(path: "\(stateDirectory)/run")
        do throws(ProgramFault) {
            try logs.prepare()
        } catch {
            throw Self.failure("prepare", logs.path, error.message, isRetryable: error.isTransient)
        }
        (exits, exitContinuation) = AsyncStream.makeStream()
        let (inbox, endings) = AsyncStream<Ending>.makeStream()
        self.endings = endings
        // One inbox with one consumer: exits are reported in the order in which they happened.
        Task { [weak self] in
            for await ending in inbox {
                await self?.finish(ending)
            }
        }
    }

    deinit {
        endings.finish()
        exitContinuation.finish()
    }

    /// Reports the end of a process to `finish`, in order.
    func watch(_ id: InstanceID, _ handle: ProcessHandle) {
        handle.onExit { [endings] in
            endings.yield(Ending(id: id, handle: handle))
        }
    }

    private func finish(_ ending: Ending) async {
        guard let (entry, isChild) = running(ending) else {
            return
        }
        let family = ProcessFamily(
            leader: ending.handle,
            mark: entry.mark,
            isUnreapedChild: isChild
        )
        // What it left behind could hold its port, and nobody watches it any more.
        if let survivors = await family.kill() {
            logger.error("\(entry.process.logPath): left-over \(survivors)")
        }
        guard running(ending) != nil else {
            return
        }
        let status = ending.handle.reap()
        sockets.clear(entry.process.address)
        entries[ending.id]?.phase = .exited(status)
        exitContinuation.yield(
            InstanceExit(process: entry.process, status: status, at: clock.now())
        )
    }

    /// The entry of a process that nobody asked to end.
    private func running(_ ending: Ending) -> (Entry, isChild: Bool)? {
        guard let entry = entries[ending.id],
            case .running(let handle, let isChild) = entry.phase, handle === ending.handle
        else {
            return nil
        }
        return (entry, isChild)
    }

    package func list() -> [InstanceProcess] {
        entries.values
            .compactMap { entry in
                guard case .running = entry.phase else {
                    return nil
                }
                return entry.process
            }
            .sorted { $0.id < $1.id }
    }

    package func inspect(_ id: InstanceID) -> InstanceInspection? {
        entries[id].map { entry in
            let state: InstanceInspection.State =
                switch entry.phase {
                case .running: .running
                case .stopping: .stopping
                case .exited(let status): .exited(status)
                }
            return InstanceInspection(process: entry.process, state: state)
        }
    }

    package func logTail(of id: InstanceID, lines: Int) -> [String] {
        entries[id].map { LogFile(path: $0.process.logPath).tail(lines: lines) } ?? []
    }

    package func rotateLogs() async {
        // Copying can take longer than the second until the next call, and two copies of one log
        // would take each other's place.
        guard !isRotating else {
            return
        }
        isRotating = true
        defer { isRotating = false }
        let paths = entries.values.map(\.process.logPath).sorted()
        // Outside of the actor: copying must not hold up a start or a stop.
        await Self.rotate(paths, in: logs, limits: logLimits, logger: logger)
    }

    private nonisolated static func rotate(
        _ paths: [String],
        in logs: LogDirectory,
        limits: LogLimits,
        logger: Logger
    ) async {
        for path in paths {
            do throws(SystemError) {
                if case .discarded(let error) = try LogFile(path: path).rotate(limits) {
                    logger.error("\(path): no room for a copy, so its lines are given up: \(error)")
                }
            } catch  where error.code == ENOENT {
                continue  // Somebody removed it; the writer goes on in the nameless file.
            } catch {
                logger.warning("\(path): cannot rotate the log: \(error)")
            }
        }
        logs.prune(keeping: Set(paths), limit: limits.instances)
    }

    nonisolated static func failure(
        _ operation: String,
        _ endpoint: String,
        _ message: String,
        isRetryable: Bool,
        mayHaveBeenApplied: Bool = false
    ) -> DriverError {
        DriverError(
            driver: "process",
            operation: operation,
            endpoint: endpoint,
            message: message,
            isRetryable: isRetryable,
            mayHaveBeenApplied: mayHaveBeenApplied
        )
    }
}

extension ProcessIdentity {
    /// The variable that the process and its children carry.
    static let markKey = "CUTOVER_PROCESS"

    /// The entry of the environment that proves that a process belongs to this one.
    var mark: String { "\(Self.markKey)=\(token)" }
}
