package import CutoverCore
package import CutoverWire
package import Logging

/// Routes through the proxy of this program, a detached process that outlives the engine.
package actor EmbeddedRouter: Router {
    package nonisolated let events: AsyncStream<RouterEvent>

    /// Of the engine's lease; every change carries it.
    let epoch: UInt64
    let program: ProxyProgram
    let channel: ProxyChannel
    let clock: DriverClock
    let logger: Logger
    var process: ProxyHold?
    /// The last table that the proxy acknowledged, for one that comes back without it.
    var acknowledged: ProxyTable?
    /// For a proxy that follows one that died.
    var kept: KeptListeners?
    /// Whether they are those of the proxy that runs.
    var isKeptCurrent = false
    /// Whether the proxy that runs has been given no table by this engine yet.
    var awaitsFirstTable = true
    /// How often copies were asked for, or an answer was waited for no longer.
    var keepAttempts = 0
    /// The most that are kept.
    var keptMaximum = KeptListeners.maximum
    /// Why there are none, or too few, as it was last told.
    var keepFault: String?
    /// Proxies that were asked to end, and finish what runs while another one serves.
    var leaving: [ProxyHold] = []
    /// Starts the proxy until it runs; never two at once.
    var restarting: Task<Void, Never>?
    /// Nobody wants the proxy any more: its end is no surprise.
    var isStopping = false

    /// This process may stand still any moment.
    var isSuspended = false

    let eventContinuation: AsyncStream<RouterEvent>.Continuation

    /// Makes a router that has not looked for its proxy yet.
    ///
    /// `executable` is the absolute path of this program, and `image` what is run in its place when
    /// another version may lie there by then; socket, table and log of the proxy are in
    /// `stateDirectory`. `threads` are the loops of the proxies that it starts, `nil` standing for
    /// one on each processor; one that runs keeps its own. `proxyMemory` bounds in bytes what
    /// passes; `drainTimeout`, in whole seconds, what a replaced proxy still does; `proxyUser` is
    /// whom the proxy becomes when the engine is root.
    package init(
        executable: String,
        image: String? = nil,
        stateDirectory: String,
        threads: Int?,
        proxyMemory: Int? = nil,
        drainTimeout: Duration? = nil,
        proxyUser: String? = nil,
        epoch: UInt64,
        clock: DriverClock,
        logger: Logger,
        engineEnvironment: [String: String] = EngineEnvironment.current
    ) {
        self.epoch = epoch
        program = ProxyProgram(
            executable: executable,
            image: image,
            stateDirectory: stateDirectory,
            threads: threads,
            environment: InstanceEnvironment.inherited(from: engineEnvironment),
            memory: proxyMemory,
            drainTimeout: drainTimeout,
            user: proxyUser
        )
        channel = ProxyChannel(client: ProxyClient(socketPath: program.controlPath))
        self.clock = clock
        self.logger = logger
        (events, eventContinuation) = AsyncStream.makeStream()
    }

    deinit {
        eventContinuation.finish()
    }

    package func start() async throws(DriverError) -> RouterStatus {
        isStopping = false
        let status = try await adoptOrLaunch()
        await keepListeners()
        return await withTable(status)
    }

    package func status() async throws(DriverError) -> RouterStatus {
        let hello = try await hello("status")
        return await withTable(RouterStatus(hello, isAdopted: process?.isChild != true))
    }

    /// Adds the table: what addresses the proxy listens on, only itself can tell.
    private func withTable(_ status: RouterStatus) async -> RouterStatus {
        var status = status
        do throws(DriverError) {
            status.table = try await channel.call("table") { client throws(ProxyClientError) in
                try client.table()
            }
        } catch {
            // Such as a proxy of a version that does not know the question: it works all the same.
            logger.notice("the proxy did not tell its table: \(error)")
        }
        return status
    }

    package func apply(_ table: ProxyTable) async throws(DriverError) {
        do throws(DriverError) {
            try await ask("apply") { client throws(ProxyClientError) in
                try client.apply(table)
            }
        } catch {
            if error.mayHaveBeenApplied, table.addresses != kept?.addresses {
                // What is kept may be of addresses that are served no more.
                forgetCurrency()
            }
            throw error
        }
        if awaitsFirstTable {
            // With its first table a proxy may open queues of its own beside those that it was
            // given.
            forgetCurrency()
            awaitsFirstTable = false
        }
        if table.generation >= acknowledged?.generation ?? 0 {
            acknowledged = table
        }
        await keepListeners(of: acknowledged)
    }

    package func stats() async throws(DriverError) -> ProxyStats {
        let stats = try await ask("stats") { client throws(ProxyClientError) in
            try client.stats()
        }
        // Behind the answer: a proxy that is gone or hangs is not asked for anything else.
        await keepListeners(of: acknowledged)
        return stats
    }

    package func cut(_ keys: [String]) async throws(DriverError) -> InFlightList {
        try await ask("cut") { [epoch] client throws(ProxyClientError) in
            try client.cut(keys, epoch: epoch)
        }
    }

    package func drain(
        _ keys: [String],
        deadline: Timestamp
    ) async throws(DriverError) -> DrainReport {
        let keys = Set(keys)
        while true {
            let isLast = clock.now() >= deadline
            do throws(DriverError) {
                // What a proxy that ends still has in flight is told by its end alone.
                if try await inFlight(on: keys) == 0, leaving.allSatisfy(\.handle.hasExited) {
                    return DrainReport(cut: 0)
                }
            } catch  where error.isRetryable && !isLast {
                // The proxy is being started again: what was in flight on it is gone.
            }
            if isLast {
                return try await cutRest(keys)
            }
            // Often enough that a drain seems to end at once, seldom enough to cost nothing.
            await clock.wait(.milliseconds(20))
            guard !Task.isCancelled else {
                throw channel.failure("drain", "given up by the engine", isRetryable: true)
            }
        }
    }

    /// Cuts what is left, and makes sure that nothing is.
    private func cutRest(_ keys: Set<String>) async throws(DriverError) -> DrainReport {
        let list = try await cut(keys.sorted())
        // The proxy cuts on draining backends only: on another one the requests go on.
        let left = try await inFlight(on: keys)
        guard left == 0 else {
            throw channel.failure(
                "drain",
                "\(left) requests are in flight on instances that are not out of rotation",
                isRetryable: true,
                mayHaveBeenApplied: list.count > 0
            )
        }
        return DrainReport(cut: Int(clamping: list.count), requests: list.requests)
    }

    /// A backend that the proxy does not know has left its table, and nothing is in flight on it.
    private func inFlight(on keys: Set<String>) async throws(DriverError) -> UInt64 {
        try await ask("drain") { client throws(ProxyClientError) in
            try client.inFlightCount(on: keys.sorted())
        }
    }

    /// Asks who the proxy is; throws for one of another version, of which nothing else is asked.
    ///
    /// It may serve traffic, so it is left alone; it is not replaced unasked, since it may be the
    /// newer one, and what it serves may be unreadable for this program's proxy.
    func hello(_ operation: String) async throws(DriverError) -> ProxyHello {
        let hello = try await channel.call(operation) { client throws(ProxyClientError) in
            try client.hello()
        }
        guard hello.version == wireVersion else {
            throw channel.failure(
                operation,
                "the proxy that runs, process \(hello.pid), speaks version \(hello.version) of "
                    + "the control protocol, this program \(wireVersion): it serves on as it is. "
                    + "Use the program that started it, or end it with `kill \(hello.pid)`: this "
                    + "program then starts its own, and requests that run get 30s to finish",
                isRetryable: true
            )
        }
        return hello
    }
}

extension RouterStatus {
    init(_ hello: ProxyHello, isAdopted: Bool) {
        self.init(
            processID: hello.pid,
            startedAt: Timestamp(milliseconds: Int64(clamping: hello.startedAt)),
            generation: hello.generation,
            epoch: hello.epoch,
            isAdopted: isAdopted
        )
    }
}
