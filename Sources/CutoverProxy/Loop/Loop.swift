import CLinux
import Glibc

/// One thread of the data plane, with its own listeners, connections, pools and counters.
///
/// One epoll instance drives it; see <doc:CutoverProxy> for how it works as a whole.
///
/// Nothing here is shared with another thread but immutable plans, atomic counters, and the
/// mailboxes.
struct Loop: ~Copyable {
    /// Bytes of one read of a body, and of the memory that all reads of the loop share.
    static let scratchBytes = 131_072

    /// Bytes of a read that begins with a request's head: a body behind it stays in the kernel for
    /// the most part, since it is read only as fast as the instance takes it.
    static let headReadBytes = 16_384

    /// The largest unfinished head with what came behind it.
    static let inputBytes = 73_728

    /// A block for a head: a full input, rewritten, with what the edge adds.
    static let headBlockBytes = inputBytes + 8_192

    /// A block for bytes that a socket did not take: one read, behind a rewritten head.
    static let outputBlockBytes = scratchBytes + headBlockBytes

    /// Between two looks at deadlines, in milliseconds.
    static let sweepInterval: UInt32 = 250

    /// At a loop's end, how long an idle client may still send the request that was on its way, in
    /// milliseconds.
    static let dismissal: UInt32 = 1_000

    /// How long a loop's end waits for those whom it cut, in milliseconds.
    static let partingTimeout: UInt32 = 1_000

    /// Reads of one connection in a row: one that is always readable must not keep the others
    /// waiting.
    static let readsMaximum = 8

    /// Events that one wait may report.
    static let eventsMaximum = 512

    /// Attempts to get one request to an instance.
    static let attemptsMaximum: UInt8 = 3

    /// The same while instances refuse the connection, which they do at once, and others are good:
    /// when a machine with several of them dies, no request should find only those.
    static let refusedAttemptsMaximum: UInt8 = 16

    /// How long a connection to an instance is kept without a request, in milliseconds.
    static let upstreamKeepAlive: UInt32 = 60_000

    /// How long other instances are preferred to one that took no connection, in milliseconds.
    static let suspicion: UInt32 = 1_000

    /// Which loop of the process it is, from 0.
    let index: Int

    let epoll: Int32
    let commands: Mailbox<LoopCommand>
    let replies: Mailbox<LoopReply>

    var slab: Slab
    let budget: MemoryBudget
    var heads: BlockPool
    var outputs: BlockPool
    var labels: BlockPool

    /// What the loop counts for itself.
    let counters: CounterBlock

    /// Where bytes are read to; nothing in it survives the handling of one event.
    let scratch: Block

    /// Where responses' heads are written; nothing in it survives the handling of one event.
    let assembly: Block

    /// What the last wait reported.
    private let events: UnsafeMutablePointer<clinux_event>

    /// Connections that had their reads and have more to read, as tokens: they go on behind the
    /// events of the next wait, which then waits for nothing.
    private var postponed: [UInt64] = []
    /// The ones among them whose turn it is; empty between turns.
    private var resumed: [UInt64] = []

    /// Clients whose request waits for room, as tokens, in the order in which they came.
    var waiting: [UInt64] = []

    var pipes: PipePool

    var routing: RoutingState
    var listeners: [Listener] = []
    var request = RequestHead()
    var response = ResponseHead()
    var requestIDs = RequestID()

    /// The clients whose address is not of IPv4, by the slots of their connections: a load balancer
    /// has named them.
    var distantClients: [Int32: ClientAddress] = [:]

    /// What the access log will say of running requests.
    var access: AccessTrails

    /// The loop's clock in milliseconds, read after each wait; it wraps after 49 days.
    var now: UInt32 = 0
    var lastSweep: UInt32 = 0

    /// Set by `stop`: when what still runs is cut.
    var stopDeadline: UInt32?

    /// When a request that waits is to be looked at, on the loop's clock; 0 is never.
    var releaseAt: UInt32 = 0

    /// The connections of each address, where they are limited.
    var clients = ClientTable()

    /// Whether what ran was cut; what is left takes its leave until `stopDeadline`.
    private var isClosing = false

    /// Idle connections, the one that may be closed first last.
    var spares: [Spare] = []

    /// Whether accepting pauses until the next sweep, for want of descriptors.
    var isAcceptPaused = false

    /// Whether the last look found nothing idle that could make room for a connection to an
    /// instance; forgotten at the next sweep.
    var lacksRoom = false

    var reserve = DescriptorReserve()

    /// Opens the epoll instance and reserves the slab; `nil` when the system has no room.
    init?(
        index: Int,
        connectionsMaximum: Int,
        commands: Mailbox<LoopCommand>,
        replies: Mailbox<LoopReply>,
        memoryMaximum: Int = .max,
        pipesMaximum: Int = PipePool.processMaximum,
        counters: CounterBlock = CounterBlock(count: LoopCounter.allCases.count)
    ) {
        guard let slab = Slab(capacity: connectionsMaximum),
            let scratch = Block(zeroed: Self.scratchBytes),
            let assembly = Block(zeroed: Self.outputBlockBytes)
        else {
            return nil
        }
        let epoll = clinux_epoll_create()
        guard epoll >= 0, clinux_epoll_add(epoll, commands.descriptor, CLINUX_IN, 0, Self.wake) == 0
        else {
            return nil
        }
        self.index = index
        self.epoll = epoll
        self.commands = commands
        self.replies = replies
        self.slab = slab
        self.counters = counters
        budget = MemoryBudget(maximum: memoryMaximum, counters: CounterWriter(counters))
        heads = BlockPool(blockBytes: Self.headBlockBytes, spareMaximum: 1_024, budget: budget)
        outputs = BlockPool(blockBytes: Self.outputBlockBytes, spareMaximum: 16, budget: budget)
        labels = BlockPool(
            blockBytes: RequestLabel.byteCount,
            spareMaximum: 1_024,
            budget: budget
        )
        pipes = PipePool(maximum: pipesMaximum)
        self.scratch = scratch
        self.assembly = assembly
        events = .allocate(capacity: Self.eventsMaximum)
        routing = RoutingState(loop: index)
        access = AccessTrails(loop: index, budget: budget)
        readClock()
        lastSweep = now
    }

    deinit {
        scratch.release()
        assembly.release()
        events.deallocate()
        close(epoll)
    }

    /// Runs until a `stop` command is done.
    mutating func run() {
        while turn(waitingAtMost: waitLimit) {}
    }

    /// Waits for events, at most this many milliseconds, and handles them; false when a `stop`
    /// command is done.
    mutating func turn(waitingAtMost limit: Int32) -> Bool {
        swap(&postponed, &resumed)
        let wait = !resumed.isEmpty ? 0 : waiting.isEmpty ? limit : min(limit, Self.roomInterval)
        let count = clinux_epoll_wait(epoll, events, Int32(Self.eventsMaximum), wait)
        readClock()
        for index in 0..<Int(max(count, 0)) {
            dispatch(events[index].token, events[index].events)
        }
        if !resumed.isEmpty {
            resumeReading()
        }
        if releaseAt != 0, isPast(releaseAt) {
            releaseWaiting()
        }
        if !waiting.isEmpty {
            admitWaiting()
        }
        if now &- lastSweep >= Self.sweepInterval {
            sweep()
        }
        return stopDeadline == nil || !isOver()
    }

    /// Whether a loop that is to end has ended: all requests are over or cut, and whoever was cut
    /// has seen it, or had a moment to.
    private mutating func isOver() -> Bool {
        if let deadline = stopDeadline, !isClosing, isDrained || isPast(deadline) {
            isClosing = true
            stopDeadline = after(Self.partingTimeout)
            cutEverything()
        }
        guard let deadline = stopDeadline, isClosing, slab.count == 0 || isPast(deadline) else {
            return false
        }
        closeEverything()
        replies.post(.stopped)
        return true
    }

    /// How long a wait may last, in milliseconds: for ever while nothing can time out.
    private var waitLimit: Int32 {
        guard releaseAt == 0 else {
            return min(max(Int32(bitPattern: releaseAt &- now), 0), Int32(Self.sweepInterval))
        }
        return slab.count == 0 && !isAcceptPaused && stopDeadline == nil
            ? -1 : Int32(Self.sweepInterval)
    }

    private mutating func readClock() {
        now = UInt32(truncatingIfNeeded: clinux_monotonic_coarse())
    }

    /// Whether a time on the loop's clock is over.
    func isPast(_ deadline: UInt32) -> Bool {
        Int32(bitPattern: now &- deadline) >= 0
    }

    /// A time on the loop's clock; never 0, which stands for no deadline.
    @inline(__always)
    func after(_ milliseconds: UInt32) -> UInt32 {
        (now &+ milliseconds) | 1
    }
}

// MARK: - Events

extension Loop {
    /// Leaves the rest of what a connection has to read to the next turn.
    mutating func postpone(_ index: Int32) {
        if !slab[index].flags.contains(.postponed) {
            slab[index].flags.insert(.postponed)
            postponed.append(slab.token(index))
        }
    }

    @inline(never)
    private mutating func resumeReading() {
        for place in resumed.indices {
            if let index = slab.find(resumed[place]) {
                slab[index].flags.remove(.postponed)
                dispatch(resumed[place], 0)
            }
        }
        resumed.removeAll(keepingCapacity: true)
    }

    /// Tokens with this bit are not connections: the mailbox, or a listener's place behind it.
    static let special: UInt64 = 1 << 31
    static let wake = special

    /// Handles one event.
    @inline(__always)
    private mutating func dispatch(_ token: UInt64, _ events: UInt32) {
        guard token & Self.special == 0 else {
            if token == Self.wake {
                handleCommands()
            } else {
                accept(Int(token & ~Self.special) - 1)
            }
            return
        }
        guard let index = slab.find(token) else {
            return
        }
        if events & (CLINUX_IN | CLINUX_RDHUP | CLINUX_HUP | CLINUX_ERR) != 0 {
            slab[index].flags.insert(.readable)
        }
        if events & (CLINUX_RDHUP | CLINUX_HUP | CLINUX_ERR) != 0 {
            slab[index].flags.insert(.peerClosed)
        }
        if slab[index].role == .client {
            clientEvent(index, token, events)
        } else {
            upstreamEvent(index, token, events)
        }
    }

    private mutating func clientEvent(_ client: Int32, _ token: UInt64, _ events: UInt32) {
        if events & CLINUX_ERR != 0, slab[client].phase == .tunnel {
            tunnelBroke(client)
            return
        }
        let isBroken = events & (CLINUX_ERR | CLINUX_HUP) != 0
        if isBroken {
            switch slab[client].phase {
            case .exchange, .flush, .held:
                clientAborted(client)
                return
            default:
                break
            }
        }
        if events & CLINUX_OUT != 0, slab[client].hasOutput {
            flushOutput(client)
            guard slab.find(token) != nil else {
                return
            }
        }
        switch slab[client].phase {
        case .head: readHead(client)
        case .proxyHeader: readProxyHeader(client)
        case .exchange: continueExchange(client)
        case .held: heldEvent(client)
        case .linger: discardInput(client)
        case .tunnel: pump(client)
        default: break
        }
    }

    private mutating func upstreamEvent(_ upstream: Int32, _ token: UInt64, _ events: UInt32) {
        switch slab[upstream].phase {
        case .connect:
            connectEvent(upstream, events)
        case .idle:
            idleEvent(upstream)
        case .responseHead, .responseBody:
            if events & CLINUX_OUT != 0, slab[slab[upstream].peer].hasRequestBytes {
                sendRequest(upstream)
                guard slab.find(token) != nil else {
                    return
                }
            }
            readResponse(upstream)
        case .tunnel where events & CLINUX_ERR != 0:
            tunnelBroke(upstream)
        case .tunnel:
            if events & CLINUX_OUT != 0, slab[upstream].hasOutput {
                flushOutput(upstream)
                guard slab.find(token) != nil else {
                    return
                }
            }
            pump(upstream)
        case .linger:
            discardInput(upstream)
        default:
            break
        }
    }
}
