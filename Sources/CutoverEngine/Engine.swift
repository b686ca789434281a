package import CutoverCore
package import CutoverStore
package import Logging

/// Drives the rollouts of a project: decides, remembers, acts, and shows.
///
/// A handle on the loop that does it. Whatever holds the handle, a dashboard, a headless host or
/// the control socket, sees the same snapshots and sends the same commands.
package final class Engine: Sendable {
    private let inbox: Inbox
    private let publisher: SnapshotPublisher
    private let running: Task<Void, Never>

    private init(inbox: Inbox, publisher: SnapshotPublisher, running: Task<Void, Never>) {
        self.inbox = inbox
        self.publisher = publisher
        self.running = running
    }

    /// Restores what the store holds, takes over proxy and instances, and goes on from there.
    ///
    /// Returns when the store is read. The proxy and the instances are being taken over then; the
    /// first snapshot comes when they are.
    ///
    /// - Parameters:
    ///   - configuration: what the manifest says.
    ///   - store: the memory, whose lock makes this the only engine of its directory.
    ///   - drivers: everything through which the engine acts.
    ///   - clock: where it has its time from.
    ///   - work: counts what it has in hand, for whoever waits until it has nothing.
    ///   - logger: for whoever has to find out later what happened.
    /// - Returns: the running engine.
    /// - Throws: ``EngineError`` when nothing was begun.
    package static func start(
        _ configuration: ProjectConfiguration,
        store: sending Store,
        drivers: EngineDrivers,
        clock: any EngineClock,
        work: WorkCount = WorkCount(),
        logger: Logger
    ) async throws(EngineError) -> Engine {
        let inbox = Inbox(work: work)
        let publisher = SnapshotPublisher()
        let loop = EngineLoop(
            configuration: configuration,
            store: store,
            drivers: drivers,
            clock: clock,
            inbox: inbox,
            publisher: publisher,
            logger: logger
        )
        try await loop.restore()
        await loop.noteLead()
        inbox.work.begin()
        let running = Task {
            await loop.adopt()
            inbox.work.end()
            await loop.run()
        }
        return Engine(inbox: inbox, publisher: publisher, running: running)
    }

    /// Follows a command or refuses it.
    ///
    /// Returns when the decision is on disk.
    package func send(_ command: EngineCommand) async -> CommandReply {
        await withCheckedContinuation { reply in
            if !inbox.send(.command(command, reply)) {
                reply.resume(returning: .refused(reason: "the engine has stopped"))
            }
        }
    }

    /// The newest snapshot, then each newer one, at most 20 a second; a slow reader misses some.
    package func subscribe() -> AsyncStream<EngineSnapshot> {
        publisher.subscribe()
    }

    /// The newest snapshot.
    ///
    /// `nil` for a moment after the start.
    package var snapshot: EngineSnapshot? {
        publisher.latest
    }

    /// The journal's last rows, newest first, of one service or of all.
    package func journal(
        limit: Int,
        of service: ServiceName? = nil
    ) async -> Result<[JournalEntry], StoreError> {
        await withCheckedContinuation { reply in
            if !inbox.send(.journal(limit: limit, service, reply)) {
                reply.resume(returning: .success([]))
            }
        }
    }

    /// The file that gets the output of an instance, by the name that is on screen.
    func logPath(of instance: String, in service: ServiceName) async -> String? {
        await withCheckedContinuation { reply in
            if !inbox.send(.logPath(instance, service, reply)) {
                reply.resume(returning: nil)
            }
        }
    }

    /// Ends the engine.
    ///
    /// The default leaves instances and proxy running for the next one.
    package func stop(_ mode: StopMode = .leaveRunning) async {
        await withCheckedContinuation { reply in
            if !inbox.send(.stop(mode, reply)) {
                reply.resume()
            }
        }
        await running.value
    }

    /// Returns when no message and no effect is in hand: nothing happens then until the alarm
    /// rings.
    package func idle() async {
        await inbox.work.idle()
    }
}
