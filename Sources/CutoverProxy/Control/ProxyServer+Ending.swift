import CLinux
import CutoverWire
import Glibc

// The end of the process: by whom, and how the next one follows.

extension ProxyServer {
    /// How the proxy is to end; the values are the time for running requests, in milliseconds.
    enum Ending {
        /// By a signal: whoever watches starts another one, which takes over.
        case replaced(graceMilliseconds: UInt32)
        /// By the engine, for good.
        case unwanted(graceMilliseconds: UInt32)

        var isFinal: Bool {
            switch self {
            case .replaced: false
            case .unwanted: true
            }
        }

        var grace: UInt32 {
            switch self {
            case .replaced(let grace), .unwanted(let grace): grace
            }
        }
    }

    func end(_ ending: Ending) {
        metrics = nil
        if case .replaced(let grace) = ending {
            handOver(for: min(.milliseconds(Int(grace)), Handover.window))
        }
        loops.stop(graceMilliseconds: ending.grace, isFinal: ending.isFinal)
        // The addresses are free: the next proxy can serve while this one finishes what runs.
        leaveSocket()
        let deadline = ContinuousClock.now + .milliseconds(Int(ending.grace)) + .seconds(2)
        while !loops.haveEnded, ContinuousClock.now < deadline {
            loops.awaitReplies()
        }
        accessLogs.finish()
        untoldFailures = failuresSinceTold
    }

    /// Requests that failed behind the last reading of the counters, which nobody reads any more.
    private var failuresSinceTold: UInt64 {
        registry.stats(generation: 0, epoch: 0).services.reduce(0) { sum, service in
            let told = toldFailures[service.service] ?? 0
            // A service that left the table and came back counts from zero.
            return sum + (service.failures >= told ? service.failures - told : service.failures)
        }
    }

    /// Leaves name and lock to the next proxy, and only then lets the peers know: whoever finds his
    /// connection closed may start that proxy at once.
    private func leaveSocket() {
        socket.release()
        for peer in peers {
            close(peer.descriptor)
        }
        peers = []
    }

    /// Serves on until another proxy has taken over the listening sockets, for a while.
    ///
    /// Only somebody who watches starts another one, and who watches asks all the time.
    private func handOver(for window: Duration) {
        let now = ContinuousClock.now
        guard let lastRequest, lastRequest > now - Handover.window, table != nil, window > .zero
        else {
            return
        }
        let path = Handover.path(options.controlSocket)
        unlink(path)
        let listener = clinux_listen_unix(path)
        guard listener >= 0 else {
            return report("no handover at \(path): \(systemMessage(-listener))")
        }
        defer {
            unlink(path)
            close(listener)
        }
        leaveSocket()
        let deadline = now + window
        while true {
            var entries = [listener, stopRequests.descriptor].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            guard poll(&entries, 2, milliseconds(until: deadline)) != 0, entries[1].revents == 0
            else {
                return
            }
            var address: UInt32 = 0
            let peer = clinux_accept(listener, &address)
            guard peer >= 0 else {
                continue
            }
            defer { close(peer) }
            if isTrusted(peer), Handover.give(registry.queues, to: peer, by: deadline) {
                return
            }
        }
    }
}
