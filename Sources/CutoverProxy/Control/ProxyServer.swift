import CLinux
import CutoverWire
import Glibc

/// The proxy: its control socket, its durable table, and its loops, on the thread that calls `run`.
package final class ProxyServer {
    private let options: ProxyOptions
    private let adoptionTimeout: Duration
    private let file: TableFile
    private let socket: ControlSocket
    private let loops: LoopGroup
    private let startedAt = clinux_realtime()

    private var registry: Registry
    private var peers: [ControlPeer] = []

    /// The table that is durable, whole.
    private var table: ProxyTable?

    /// The last table that every loop has said to have: `table`, unless one did not answer.
    private var live: ProxyTable?

    /// Set when the proxy is to end.
    private var ending: Ending?

    /// When a request came last over the control socket.
    private var lastRequest: ContinuousClock.Instant?

    /// When addresses that were taken are tried again.
    private var nextOpening = ContinuousClock.now

    /// How the proxy is to end; the values are the time for running requests, in milliseconds.
    private enum Ending {
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

    /// Asks the proxy to end, from any thread; the value is the time for running requests in
    /// milliseconds.
    package let stopRequests: StopRequests

    /// Takes the control socket, starts the loops and serves the durable table, if there is one.
    package convenience init(_ options: ProxyOptions) throws(ProxyFault) {
        try self.init(options, file: TableFile(path: options.tableFile))
    }

    init(
        _ options: ProxyOptions,
        file: TableFile,
        adoptionTimeout: Duration = LoopGroup.replyTimeout
    ) throws(ProxyFault) {
        self.options = options
        self.adoptionTimeout = adoptionTimeout
        stopRequests = try StopRequests()
        self.file = file
        socket = try ControlSocket(path: options.controlSocket)
        let saved = Self.read(file)
        loops = try LoopGroup(threads: options.threads, addresses: saved?.addresses.count ?? 0)
        registry = Registry(loops: loops.count)
        if let saved {
            restore(saved)
        }
    }

    /// Serves until the end is asked for and done.
    package func run() {
        while true {
            if let ending {
                return end(ending)
            }
            pollOnce()
        }
    }

    private static func read(_ file: TableFile) -> ProxyTable? {
        do throws(ProxyFault) {
            return try file.read()
        } catch {
            report(error.description)
            return nil
        }
    }

    /// Serves the durable table.
    ///
    /// What cannot be served is reported: one address that is taken keeps no other from being
    /// served. Without a table the engine is told that none is live, so that it applies its own.
    private func restore(_ saved: ProxyTable) {
        if let reason = TableRules.refusal(of: saved, after: nil) {
            return report("the table file \(options.tableFile) is refused: \(reason)")
        }
        let former = Handover.ask(options.controlSocket)
        defer { former.map { _ = close($0.peer) } }
        do throws(ProxyFault) {
            registry.take(former?.listeners ?? [:], for: saved)
            let opening = try registry.openListeners(saved, tolerating: saved.addresses)
            table = saved
            noteMissing(opening)
            try makeLive(saved)
            if let former {
                Handover.confirm(former.peer)
            }
        } catch {
            report(error.description)
        }
    }
}

// MARK: - The control socket

extension ProxyServer {
    private func pollOnce() {
        let isPaused = socket.isExhausted
        socket.keepReserve()
        var entries = [
            pollfd(fd: isPaused ? -1 : socket.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stopRequests.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        entries += peers.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
        let limit: Int32 = isPaused ? 250 : registry.missing.isEmpty ? -1 : 1_000
        let count = poll(&entries, nfds_t(entries.count), limit)
        openMissing()
        guard count > 0 else {
            return
        }
        var kept: [ControlPeer] = []
        for (var peer, entry) in zip(peers, entries.dropFirst(2)) {
            if entry.revents == 0 || serve(&peer) {
                kept.append(peer)
            } else {
                close(peer.descriptor)
            }
        }
        peers = kept
        if entries[0].revents != 0 {
            while let descriptor = socket.accept() {
                peers.append(ControlPeer(descriptor: descriptor))
            }
        }
        if entries[1].revents != 0, let grace = stopRequests.takeAll().min() {
            ending = ending ?? .replaced(graceMilliseconds: grace)
        }
    }

    /// Does what a peer's descriptor is ready for; false when the peer is to be dropped.
    private func serve(_ peer: inout ControlPeer) -> Bool {
        guard peer.events == Int16(POLLIN) ? peer.read() : peer.flush() else {
            return false
        }
        do throws(WireError) {
            while let request = try peer.next() {
                guard let response = answer(request), peer.send(response) else {
                    return false
                }
            }
            return true
        } catch {
            report("a message on the control socket was no request: \(error)")
            return false
        }
    }

    /// Answers one request; `nil` when what became of it is not known.
    private func answer(_ request: ProxyRequest) -> ProxyResponse? {
        lastRequest = .now
        switch request {
        case .hello:
            return .hello(
                ProxyHello(
                    version: wireVersion,
                    pid: getpid(),
                    startedAt: startedAt,
                    generation: live?.generation ?? 0,
                    epoch: live?.epoch ?? 0
                )
            )
        case .apply(let table):
            return apply(table)
        case .stats:
            registry.prune()
            return .stats(
                registry.stats(generation: live?.generation ?? 0, epoch: live?.epoch ?? 0)
            )
        case .cut(let keys, let epoch):
            if let reason = refusal(of: epoch) {
                return .refused(reason: reason)
            }
            return loops.cut(registry.numbers(of: keys)).map { .cut(count: $0) }
        case .shutdown(let grace, let epoch):
            if let reason = refusal(of: epoch) {
                return .refused(reason: reason)
            }
            ending = .unwanted(graceMilliseconds: grace)
            return .stopping
        case .table:
            return .table(table)
        }
    }

    /// Why a change of this epoch is refused: its engine has lost the lease.
    private func refusal(of epoch: UInt64) -> String? {
        guard let table, epoch < table.epoch else {
            return nil
        }
        return "epoch \(epoch) is older than the live one, \(table.epoch): "
            + "another engine has taken over"
    }

    /// Binds, makes durable, makes live, in this order.
    ///
    /// The first leaves what was when it fails, and so does the second until the file is replaced.
    /// From then on the answer is that nobody knows: asked again, it goes on from there.
    private func apply(_ new: ProxyTable) -> ProxyResponse? {
        if let reason = TableRules.refusal(of: new, after: table) {
            return .refused(reason: reason)
        }
        if new == live {
            return .applied(generation: new.generation)
        }
        let opening: ListenerOpening
        do throws(ProxyFault) {
            opening = try registry.openListeners(new, tolerating: Set(registry.missing.keys))
            do throws(ProxyFault) {
                try file.write(new)
            } catch {
                registry.closeListeners(opening.opened)
                throw error
            }
        } catch {
            return .refused(reason: error.description)
        }
        do throws(ProxyFault) {
            try file.syncDirectory()
        } catch {
            registry.closeListeners(opening.opened)
            report(error.description)
            return nil
        }
        table = new
        noteMissing(opening)
        do throws(ProxyFault) {
            try makeLive(new)
            return .applied(generation: new.generation)
        } catch {
            report(error.description)
            return nil
        }
    }

    /// Hands a table to every loop and waits until each has it.
    private func makeLive(_ new: ProxyTable) throws(ProxyFault) {
        registry.prune()
        let plan = registry.plan(for: new)
        let adopted = loops.adopt(plan, within: adoptionTimeout)
        // Sooner or later each loop closes what the plan does not name.
        registry.forgetListeners(except: new)
        guard adopted == loops.count else {
            throw ProxyFault(
                "\(adopted) of \(loops.count) threads took generation \(new.generation)"
            )
        }
        live = new
    }

    private func noteMissing(_ opening: ListenerOpening) {
        for (address, reason) in opening.missing where registry.missing[address] == nil {
            report("\(reason.description); it is tried again each second")
        }
        registry.missing = opening.missing
    }

    /// Tries again to listen where somebody else did when the proxy started.
    private func openMissing() {
        guard let table, !registry.missing.isEmpty, nextOpening <= .now else {
            return
        }
        nextOpening = .now + .seconds(1)
        do throws(ProxyFault) {
            let opening = try registry.openListeners(table, tolerating: table.addresses)
            noteMissing(opening)
            guard !opening.opened.isEmpty else {
                return
            }
            try makeLive(table)
            report("listens again: \(opening.opened.map(\.description).joined(separator: ", "))")
        } catch {
            report(error.description)
        }
    }
}

// MARK: - The end

extension ProxyServer {
    private func end(_ ending: Ending) {
        if case .replaced(let grace) = ending {
            handOver(for: min(.milliseconds(Int(grace)), Handover.window))
        }
        loops.stop(graceMilliseconds: ending.grace)
        // The addresses are free: the next proxy can serve while this one finishes what runs.
        leaveSocket()
        let deadline = ContinuousClock.now + .milliseconds(Int(ending.grace)) + .seconds(2)
        while !loops.haveEnded, ContinuousClock.now < deadline {
            loops.awaitReplies()
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
        guard let lastRequest, lastRequest > now - Handover.window, live != nil, window > .zero
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
            let sockets = registry.listeners.values.flatMap(\.descriptors)
            if isTrusted(peer), Handover.give(sockets, to: peer, by: deadline) {
                return
            }
        }
    }
}
