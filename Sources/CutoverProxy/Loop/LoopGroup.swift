import CLinux
import Glibc

/// The loops of a proxy, as the thread that leads them sees them.
final class LoopGroup {
    /// How long the loops get to answer.
    ///
    /// They look between two events, so this is never reached.
    static let replyTimeout = Duration.seconds(10)

    private let loops: [LoopThread]
    private let replies: Mailbox<LoopReply>

    /// Of the last command that loops reply to.
    private var lastTicket: UInt64 = 0

    private var endedLoops = 0

    /// Starts this many loops, 0 standing for the number of `defaultCount`, with sockets at this
    /// many addresses each.
    ///
    /// A loop that does not run would leave the connections of its sockets unanswered, so either
    /// all run or it throws.
    /// `memoryMaximum` is that of `ProxyOptions`.
    init(threads: Int, addresses: Int, memoryMaximum: Int = 0) throws(ProxyFault) {
        let all = Self.memory(memoryMaximum)
        let count = threads == 0 ? Self.defaultCount(memory: all) : threads
        guard (1...256).contains(count) else {
            throw ProxyFault("\(count) threads are not within 1 to 256")
        }
        guard let replies = Mailbox<LoopReply>() else {
            throw .noDescriptor
        }
        self.replies = replies
        guard all / count >= ProxyOptions.memoryMinimum else {
            throw ProxyFault(
                "\(all) bytes of memory are too little for \(count) threads: give "
                    + "\(ProxyOptions.memoryMinimum * count) or more, or take fewer threads"
            )
        }
        let descriptors = Int(min(clinux_raise_descriptor_limit(), 1 << 30))
        let connections = min(131_072, max(64, descriptors / count - 64 - addresses))
        var loops: [LoopThread] = []
        for index in 0..<count {
            loops.append(
                try LoopThread(
                    index: index,
                    connectionsMaximum: connections,
                    memoryMaximum: all / count,
                    pipesMaximum: PipePool.maximum(loops: count),
                    replies: replies
                )
            )
        }
        self.loops = loops
        let started = collect { if case .started(let runs) = $0 { runs } else { false } }
        guard started.count == count else {
            post(.stop(graceMilliseconds: 0))
            throw ProxyFault(
                "\(started.count) of \(count) loops could start: no memory or no descriptor is left"
            )
        }
    }

    /// The memory of all loops together.
    private static func memory(_ wanted: Int) -> Int {
        let pages = max(0, sysconf(Int32(_SC_PHYS_PAGES)))
        return wanted > 0 ? wanted : pages * sysconf(Int32(_SC_PAGESIZE)) / 2
    }

    /// One loop for each processor, 64 at most, and no more than there is memory for.
    static func defaultCount(
        memory: Int,
        processors: Int = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    ) -> Int {
        max(1, min(processors, 64, memory / ProxyOptions.memoryMinimum))
    }

    /// What each loop counts for itself.
    var counters: [CounterBlock] { loops.map(\.counters) }

    /// How many there are.
    var count: Int { loops.count }

    /// Whether none runs any more.
    var haveEnded: Bool { endedLoops == loops.count }

    /// Has every loop take a plan; returns how many have said in time that it is live.
    func adopt(_ plan: TablePlan, within timeout: Duration = replyTimeout) -> Int {
        let ticket = ask { .adopt(plan, ticket: $0) }
        return collect(for: timeout) { if case .adopted(ticket) = $0 { true } else { false } }.count
    }

    /// Asks every loop for requests in flight; `nil` when one does not answer, which may yet do
    /// what it was asked to.
    func list(_ command: (UInt64) -> LoopCommand) -> [InFlightRecords]? {
        let ticket = ask(command)
        let replies = collect { if case .inFlight(_, ticket) = $0 { true } else { false } }
        guard replies.count == loops.count else {
            return nil
        }
        return replies.compactMap {
            if case .inFlight(let records, _) = $0 { records } else { nil }
        }
    }

    /// Has every loop end when nothing runs on it, or after this long; returns when none listens
    /// any more.
    ///
    /// Unless it is final another process may go on with copies of the listeners.
    func stop(graceMilliseconds: UInt32, isFinal: Bool = true) {
        post(.stop(graceMilliseconds: graceMilliseconds, isFinal: isFinal))
        _ = collect { if case .closed = $0 { true } else { false } }
    }

    /// Waits a moment for replies; those that end a loop are counted.
    @discardableResult
    func awaitReplies() -> [LoopReply] {
        var entry = pollfd(fd: replies.descriptor, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, 100)
        let all = replies.takeAll()
        for case .stopped in all {
            endedLoops += 1
        }
        return all
    }

    private func post(_ command: LoopCommand) {
        for loop in loops {
            loop.commands.post(command)
        }
    }

    /// Sends a command to every loop; the ticket tells its replies from late ones of another.
    private func ask(_ command: (UInt64) -> LoopCommand) -> UInt64 {
        lastTicket += 1
        post(command(lastTicket))
        return lastTicket
    }

    /// Waits for one reply of each loop.
    private func collect(
        for timeout: Duration = replyTimeout,
        where isAwaited: (LoopReply) -> Bool
    ) -> [LoopReply] {
        let deadline = ContinuousClock.now + timeout
        var found: [LoopReply] = []
        while found.count < loops.count, !haveEnded, ContinuousClock.now < deadline {
            found += awaitReplies().filter(isAwaited)
        }
        return found
    }
}
