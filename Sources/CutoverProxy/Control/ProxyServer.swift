import CLinux
import CutoverWire
import Glibc

/// The proxy: its control socket, its durable table, and its loops, on the thread that calls `run`.
package final class ProxyServer {
    /// How long the loops get to take a table.
    ///
    /// They look between two events, so this is never reached.
    private static let adoptionTimeout = Duration.seconds(10)

    private let options: ProxyOptions
    private let file: TableFile
    private let socket: ControlSocket
    private let replies: Mailbox<LoopReply>
    private let loops: [LoopThread]
    private let startedAt = clinux_realtime()

    private var registry: Registry
    private var peers: [ControlPeer] = []

    /// The table that is durable and live, whole.
    private var table: ProxyTable?

    /// Set when the proxy is to end: the time for running requests, in milliseconds.
    private var stopGrace: UInt32?

    /// Asks the proxy to end, from any thread; the value is the time for running requests in
    /// milliseconds.
    package let stopRequests: StopRequests

    /// Takes the control socket, starts the loops and serves the durable table, if there is one.
    package init(_ options: ProxyOptions) throws(ProxyFault) {
        let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let count = options.threads == 0 ? min(processors, 256) : options.threads
        guard (1...256).contains(count) else {
            throw ProxyFault("\(count) threads are not within 1 to 256")
        }
        guard let replies = Mailbox<LoopReply>(), let stops = Mailbox<UInt32>() else {
            throw ProxyFault("no descriptor is left: raise the limit of open files")
        }
        let descriptors = clinux_raise_descriptor_limit()
        self.options = options
        self.replies = replies
        stopRequests = StopRequests(mailbox: stops)
        file = TableFile(path: options.tableFile)
        socket = try ControlSocket(path: options.controlSocket)
        registry = Registry(loops: count)
        let connections = min(131_072, max(64, Int(min(descriptors, 1 << 30)) / count - 64))
        var loops: [LoopThread] = []
        for index in 0..<count {
            loops.append(
                try LoopThread(index: index, connectionsMaximum: connections, replies: replies)
            )
        }
        self.loops = loops
        restore()
    }

    /// Serves until the end is asked for and done.
    package func run() {
        while stopGrace == nil {
            pollOnce()
        }
        stop(graceMilliseconds: stopGrace ?? 0)
    }

    /// Serves the durable table.
    ///
    /// What cannot be served is reported, and the engine is told that no table is
    /// live, so that it applies its own.
    private func restore() {
        do throws(ProxyFault) {
            guard let saved = try file.read() else {
                return
            }
            if let reason = TableRules.refusal(of: saved, after: nil) {
                throw ProxyFault("the table file \(options.tableFile) is refused: \(reason)")
            }
            _ = try registry.openListeners(saved)
            try makeLive(saved)
        } catch {
            report(error.description)
        }
    }
}

/// The way to ask a running proxy to end.
package struct StopRequests: Sendable {
    fileprivate let mailbox: Mailbox<UInt32>

    /// Ends the proxy when what runs is done, or after this long.
    package func post(graceMilliseconds: UInt32) {
        mailbox.post(graceMilliseconds)
    }
}

// MARK: - The control socket

extension ProxyServer {
    private func pollOnce() {
        var entries = [
            pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stopRequests.mailbox.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        entries += peers.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
        guard poll(&entries, nfds_t(entries.count), -1) > 0 else {
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
        if entries[1].revents != 0, let grace = stopRequests.mailbox.takeAll().min() {
            stopGrace = grace
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
        switch request {
        case .hello:
            return .hello(
                ProxyHello(
                    version: wireVersion,
                    pid: getpid(),
                    startedAt: startedAt,
                    generation: table?.generation ?? 0,
                    epoch: table?.epoch ?? 0
                )
            )
        case .apply(let table):
            return apply(table)
        case .stats:
            registry.prune()
            return .stats(
                registry.stats(generation: table?.generation ?? 0, epoch: table?.epoch ?? 0)
            )
        case .cut(let keys):
            return cut(keys)
        case .shutdown(let grace):
            stopGrace = grace
            return .stopping
        case .table:
            return .table(table)
        }
    }

    /// Binds, makes durable, makes live, in this order: only the first two can fail, and both leave
    /// what was.
    private func apply(_ new: ProxyTable) -> ProxyResponse? {
        if let reason = TableRules.refusal(of: new, after: table) {
            return .refused(reason: reason)
        }
        if new == table {
            return .applied(generation: new.generation)
        }
        do throws(ProxyFault) {
            let opened = try registry.openListeners(new)
            do throws(ProxyFault) {
                try file.write(new)
            } catch {
                registry.closeListeners(opened)
                throw error
            }
        } catch {
            return .refused(reason: error.description)
        }
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
        for loop in loops {
            loop.commands.post(.adopt(plan))
        }
        registry.forgetListeners(except: new)
        table = new
        let adopted = collect(for: Self.adoptionTimeout) { reply in
            if case .adopted(new.generation) = reply { true } else { false }
        }
        guard adopted.count == loops.count else {
            throw ProxyFault(
                "\(adopted.count) of \(loops.count) threads took generation \(new.generation)"
            )
        }
    }

    private func cut(_ keys: [String]) -> ProxyResponse? {
        let numbers = registry.numbers(of: keys)
        for loop in loops {
            loop.commands.post(.cut(numbers))
        }
        let counts = collect(for: Self.adoptionTimeout) { reply in
            if case .cut = reply { true } else { false }
        }
        guard counts.count == loops.count else {
            return nil
        }
        return .cut(
            count: counts.reduce(0) { sum, reply in
                if case .cut(let count) = reply { sum + count } else { sum }
            }
        )
    }

    /// Waits for one reply of each loop.
    private func collect(
        for timeout: Duration,
        where isAwaited: (LoopReply) -> Bool
    ) -> [LoopReply] {
        let deadline = ContinuousClock.now + timeout
        var found: [LoopReply] = []
        while found.count < loops.count, ContinuousClock.now < deadline {
            var entry = pollfd(fd: replies.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&entry, 1, 100)
            found += replies.takeAll().filter(isAwaited)
        }
        return found
    }

    private func stop(graceMilliseconds grace: UInt32) {
        for loop in loops {
            loop.commands.post(.stop(graceMilliseconds: grace))
        }
        _ = collect(for: .milliseconds(Int(grace)) + .seconds(2)) { reply in
            if case .stopped = reply { true } else { false }
        }
        for peer in peers {
            close(peer.descriptor)
        }
        peers = []
    }
}
