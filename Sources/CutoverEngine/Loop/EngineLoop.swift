import CutoverCore
import CutoverDrivers
import CutoverStore
import CutoverWire
import Logging

/// The one consumer of the inbox: it alone decides, writes and starts what is to be done.
///
/// A message is handled without suspending. What takes time runs in a task of its own and comes
/// back as another message. Nothing is started before the store has the decision on disk.
actor EngineLoop {
    private nonisolated let executor = QueueExecutor(label: "cutover.engine")
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    let store: Store
    let drivers: EngineDrivers
    let clock: any EngineClock
    let inbox: Inbox
    let publisher: SnapshotPublisher
    let logger: Logger
    var state: EngineState
    var tables: TableProgress
    var effects: [EffectID: RunningEffect] = [:]
    var schedule = Schedule()
    /// The highest ID that a rollout was given.
    var lastRollout = RolloutID(rawValue: 0)
    /// Instances whose record in the store is older than what is known.
    var unsaved: Set<InstanceID> = []
    /// Journal rows that were written since the store was pruned.
    var rowsSincePruning = 0
    var listeners: [Task<Void, Never>] = []
    var isStopping = false

    init(
        configuration: ProjectConfiguration,
        store: sending Store,
        drivers: EngineDrivers,
        clock: any EngineClock,
        inbox: Inbox,
        publisher: SnapshotPublisher,
        logger: Logger
    ) {
        tables = TableProgress(epoch: store.epoch)
        self.store = store
        self.drivers = drivers
        self.clock = clock
        self.inbox = inbox
        self.publisher = publisher
        self.logger = logger
        state = EngineState(configuration: configuration, now: clock.now)
    }

    var now: Timestamp { clock.now }

    /// Handles messages until the engine is told to stop.
    func run() async {
        for await message in inbox.messages {
            handle(message)
            settle()
            inbox.work.end()
        }
    }

    private func handle(_ message: EngineMessage) {
        switch message {
        case .command(let command, let reply):
            reply.resume(returning: follow(command))
        case .recordProcess(let process, let service, let reply):
            reply.resume(returning: record(process, of: service))
        case .instanceStarted(let id, let service, let result):
            instanceStarted(id, of: service, result)
        case .instanceStopped(let id, let service, let result, let log):
            instanceStopped(id, of: service, result, log: log)
        case .instanceExited(let exit, let log):
            instanceExited(exit, log: log)
        case .probed(let process, let service, let result):
            probed(process, of: service, result)
        case .effectEnded(let id, let service, let failure):
            effectEnded(id, of: service, failure)
        case .drained(let id, let service, let report):
            drained(id, of: service, report)
        case .checked(let id, let service, let report):
            checked(id, of: service, report)
        case .checksEnded(let id, let service, let missing):
            checksEnded(id, of: service, missing: missing)
        case .tableApplied(let table, let result, let found):
            tableApplied(table, result, found)
        case .counted(let result):
            counted(result)
        case .routerStarted(let result):
            routerStarted(result)
        case .router(let event):
            routerReported(event)
        case .logsRotated:
            logsRotated()
        case .alarm:
            alarmRang()
        case .journal(let limit, let service, let reply):
            reply.resume(returning: readJournal(limit: limit, of: service))
        case .logPath(let name, let service, let reply):
            let index = state.index(of: service)
            reply.resume(returning: index.flatMap { state.services[$0].logPath(of: name) })
        case .stop(let mode, let reply):
            stop(mode, reply)
        }
    }

    /// Starts what the last message made possible, shows it, and sets the alarm for what comes
    /// next.
    func settle() {
        guard !isStopping else {
            return
        }
        saveInstances()
        applyNextTable()
        publishWhenDue()
        setAlarm()
    }
}

/// An effect that is being performed.
struct RunningEffect {
    var task: Task<Void, Never>
    var service: ServiceName
    /// What a machine no longer waits for is given up: a drain must not cut requests of an instance
    /// that is in rotation again.
    var endsWithPhase: Bool
}
