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

        var grace: UInt32 {
            switch self {
            case .replaced(let grace), .unwanted(let grace): grace
            }
        }
    }

    func end(_ ending: Ending) {
        metrics = nil
        switch ending {
        case .replaced(let grace):
            handOver(for: min(.milliseconds(Int(grace)), Handover.window)) { isWatched in
                // Copies that nobody accepts from, as those of an engine that has been stopped,
                // would keep clients waiting. One that watches gives them to the next proxy, also
                // when that comes late.
                loops.stop(graceMilliseconds: grace, isFinal: !isWatched)
            }
        case .unwanted(let grace):
            loops.stop(graceMilliseconds: grace)
        }
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

    /// Serves on until another proxy has taken over the listening sockets, for a while, then tells
    /// `stop` whether there is somebody who watches.
    ///
    /// Nobody else starts another one, and who watches asks all the time.
    private func handOver(for window: Duration, stop: (_ isWatched: Bool) -> Void) {
        let now = ContinuousClock.now
        guard let lastRequest, lastRequest > now - Handover.window, table != nil, window > .zero
        else {
            return stop(false)
        }
        let path = Handover.path(options.controlSocket)
        unlink(path)
        let listener = clinux_listen_unix(path)
        guard listener >= 0 else {
            report("no handover at \(path): \(systemMessage(-listener))")
            return stop(false)
        }
        defer {
            // Only now: one that came too late takes no copies that are about to end.
            unlink(path)
            close(listener)
        }
        leaveSocket()
        awaitFollower(at: listener, by: now + window)
        stop(true)
    }

    /// Gives another proxy the listening sockets; as long as none takes them, and nobody asks for
    /// the end once more, it waits until `deadline`.
    private func awaitFollower(at listener: Int32, by deadline: ContinuousClock.Instant) {
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
            if isTrusted(peer), ListenerHandover.send(registry.queues, to: peer, by: deadline),
                ListenerHandover.awaitConfirmation(of: peer, by: deadline)
            {
                return
            }
        }
    }
}
