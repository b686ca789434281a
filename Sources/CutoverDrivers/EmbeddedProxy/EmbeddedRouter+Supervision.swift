import CutoverCore
import CutoverWire
import Glibc
import Logging

extension EmbeddedRouter {
    /// How long a proxy may take from its start to its first answer.
    private static let startTimeout = Duration.seconds(5)

    func adoptOrLaunch() async throws(DriverError) -> RouterStatus {
        do throws(DriverError) {
            return try await adopt()
        } catch  where error.isAbsence {
            return try await launch()
        }
    }

    /// Takes over the proxy that answers on the socket.
    func adopt() async throws(DriverError) -> RouterStatus {
        let hello = try await hello("adopt")
        if let process, process.handle.processID == hello.pid, !process.handle.hasExited {
            return RouterStatus(hello, isAdopted: !process.isChild)
        }
        guard let stat = ProcessTable.stat(of: hello.pid),
            let handle = ProcessHandle(processID: hello.pid, startTime: stat.startTime),
            try await self.hello("adopt").isSameProcess(as: hello)
        else {
            throw channel.failure(
                "adopt",
                "the proxy answered and was gone, or is another user's",
                isRetryable: true
            )
        }
        // Held first and asked again: so the process that is held is the one that answers.
        hold(ProxyHold(handle: handle, isChild: false))
        return RouterStatus(hello, isAdopted: true)
    }

    /// Starts a proxy and waits for its first answer.
    func launch() async throws(DriverError) -> RouterStatus {
        forgetCurrency()
        awaitsFirstTable = true
        let hold = try await startProgram()
        let deadline = ContinuousClock.now + Self.startTimeout
        while !hold.handle.hasExited, ContinuousClock.now < deadline {
            if let hello = try? await hello("start"), hello.pid == hold.handle.processID {
                self.hold(hold)
                return RouterStatus(hello, isAdopted: false)
            }
            try? await ContinuousClock().sleep(for: .milliseconds(5))
        }
        throw startFailure(await kill(hold))
    }

    /// Starts the proxy with what was kept, whose addresses it could not have beside it; without it
    /// only when two have not taken it.
    private func startProgram() async throws(DriverError) -> ProxyHold {
        for next in ["once more", "without them"] {
            guard let kept else { break }
            let (hold, hasTaken) = try await runProgram(with: kept)
            if hasTaken { return hold }
            let status = await kill(hold)
            guard status == .signalled(SIGKILL) else {
                // It ended by itself, for a reason of its own.
                throw startFailure(status)
            }
            logger.error(
                """
                the proxy, process \(hold.handle.processID), did not take the listening sockets \
                that were kept; it is started \(next)
                """
            )
        }
        kept = nil
        return try await runProgram(with: nil).hold
    }

    private func runProgram(
        with kept: KeptListeners?
    ) async throws(DriverError) -> (hold: ProxyHold, hasTaken: Bool) {
        do throws(ProgramFault) {
            return try await program.launch(with: kept)
        } catch {
            throw channel.failure("start", error.message, isRetryable: error.isTransient)
        }
    }

    private func kill(_ hold: ProxyHold) async -> ExitStatus {
        hold.handle.send(SIGKILL)
        await hold.handle.exited()
        return hold.handle.reap()
    }

    private func startFailure(_ status: ExitStatus) -> DriverError {
        let words = program.log.tail(lines: 3).joined(separator: " / ")
        let cause = words.isEmpty ? "\(program.log.path) is empty" : words
        return channel.failure(
            "start",
            "the proxy ended with \(status): \(cause)",
            isRetryable: true
        )
    }

    private func hold(_ hold: ProxyHold) {
        if let process, process.handle !== hold.handle, !process.handle.hasExited {
            leaving.append(process)
        }
        process = hold
        let handle = hold.handle
        // One process at a time, so these cannot overtake each other.
        Task { [weak self] in
            await handle.exited()
            await self?.proxyEnded(hold)
        }
    }

    private func proxyEnded(_ hold: ProxyHold) async {
        let status = hold.handle.reap()
        leaving.removeAll { $0.handle === hold.handle }
        guard process?.handle === hold.handle else {
            // Of a process that another engine started nobody tells how it ended.
            if !isStopping, status != .exited(code: 0), status != .unknown {
                logger.error("the proxy that was replaced ended: \(status)")
                eventContinuation.yield(.failedLeaving(status))
            }
            return
        }
        process = nil
        guard !isStopping else {
            return
        }
        logger.error("the proxy ended: \(status)")
        eventContinuation.yield(.exited(status))
        restart()
    }

    /// Asks the proxy.
    ///
    /// One that leaves its socket while it still runs was told to end: it keeps its listeners until
    /// another one has taken them over, so that one is started and asked.
    func ask<Value: Sendable>(
        _ operation: String,
        _ body: @escaping @Sendable (ProxyClient) throws(ProxyClientError) -> Value
    ) async throws(DriverError) -> Value {
        do throws(DriverError) {
            return try await channel.call(operation, body)
        } catch  where error.isAbsence {
            guard !isStopping, let process, !process.handle.hasExited else {
                throw error
            }
            logger.warning("the proxy, process \(process.handle.processID), is ending")
            self.process = nil
            leaving.append(process)
            restart()
            await restarting?.value
            return try await channel.call(operation, body)
        }
    }

    private func restart() {
        restarting =
            restarting
            ?? Task {
                await startUntilItRuns()
                restarting = nil
            }
    }

    /// Without a proxy no client is answered.
    private func startUntilItRuns() async {
        var pause = Duration.milliseconds(100)
        while !isStopping {
            do throws(DriverError) {
                let started = try await adoptOrLaunch()
                guard !isStopping else {
                    // Asked to stop while the new one came up.
                    return try await stop(grace: .zero)
                }
                try await reapply(over: started)
                await keepListeners()
                let status = try await status()
                // Its end may have been noticed in between, and left to this loop.
                guard process != nil else {
                    continue
                }
                eventContinuation.yield(.restarted(status))
                return
            } catch {
                logger.error("\(error)")
                eventContinuation.yield(.restartFailed(error, retryAfter: pause))
                await clock.wait(pause)
                pause = min(pause * 2, .seconds(5))
            }
        }
    }

    /// Gives the proxy the table that it acknowledged, when it came back without it.
    private func reapply(over status: RouterStatus) async throws(DriverError) {
        guard let acknowledged, status.generation < acknowledged.generation else {
            return
        }
        do throws(DriverError) {
            // Not by `ask`, which waits for the restart that this belongs to.
            try await channel.call("apply") { client throws(ProxyClientError) in
                try client.apply(acknowledged)
            }
        } catch  where !error.isRetryable {
            // Such as an address that another program has taken meanwhile. The engine, which hears
            // of the proxy next, leaves out what is refused: the other services must not wait.
            logger.error("the proxy's last table: \(error)")
        }
    }

    package func stop(grace: Duration) async throws(DriverError) {
        isStopping = true
        kept = nil
        let milliseconds = UInt32(clamping: grace.wholeMilliseconds)
        do throws(DriverError) {
            if process == nil {
                _ = try await adopt()
            }
            try await channel.call("stop") { [epoch] client throws(ProxyClientError) in
                try client.shutdown(graceMilliseconds: milliseconds, epoch: epoch)
            }
        } catch  where error.isAbsence {
            // What is held has left its socket, and is ending.
        }
        // The proxies themselves keep the grace; more than that means that one hangs.
        await end(leaving + [process].compactMap(\.self), within: grace + .seconds(2))
        process = nil
    }

    private func end(_ holds: [ProxyHold], within limit: Duration) async {
        await withTaskGroup { group in
            group.addTask {
                for hold in holds {
                    await hold.handle.exited()
                }
            }
            group.addTask {
                try? await ContinuousClock().sleep(for: limit)
            }
            await group.next()
            group.cancelAll()
        }
        for hold in holds {
            _ = await kill(hold)
        }
    }
}

extension ProxyHello {
    fileprivate func isSameProcess(as other: ProxyHello) -> Bool {
        pid == other.pid && startedAt == other.startedAt
    }
}
