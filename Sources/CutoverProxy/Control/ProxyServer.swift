import CLinux
import CutoverWire
import Glibc

/// The proxy: its control socket, its durable table, and its loops, on the thread that calls `run`.
package final class ProxyServer {
    /// How long the loops get to answer.
    ///
    /// They look between two events, so this is never reached.
    static let replyTimeout = Duration.seconds(10)

    let options: ProxyOptions
    let adoptionTimeout: Duration
    let file: TableFile
    let socket: ControlSocket
    let replies: Mailbox<LoopReply>
    let loops: [LoopThread]
    let startedAt = clinux_realtime()

    var registry: Registry
    var peers: [ControlPeer] = []

    /// The table that is durable, whole.
    var table: ProxyTable?

    /// The last table that every loop has said to have: `table`, unless one did not answer.
    var live: ProxyTable?

    /// Serves the counters as `live` says, unless it says nowhere, or the address is taken.
    var metrics: MetricsListener?

    /// Why there is none although the durable table has an address for it.
    var metricsFault: ProxyFault?

    /// Set when the proxy is to end.
    var ending: Ending?

    /// Of the last command that loops reply to.
    var lastTicket: UInt64 = 0

    /// The loops that have ended.
    var endedLoops = 0

    /// When a request came last over the control socket.
    var lastRequest: ContinuousClock.Instant?

    /// When addresses that were taken are tried again.
    var nextOpening = ContinuousClock.now

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
        adoptionTimeout: Duration = replyTimeout
    ) throws(ProxyFault) {
        let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let count = options.threads == 0 ? min(processors, 256) : options.threads
        guard (1...256).contains(count) else {
            throw ProxyFault("\(count) threads are not within 1 to 256")
        }
        guard let replies = Mailbox<LoopReply>(), let stops = Mailbox<UInt32>() else {
            throw ProxyFault("no descriptor is left: raise the limit of open files")
        }
        let memory = try Self.memory(options.memoryMaximum, loops: count)
        let descriptors = clinux_raise_descriptor_limit()
        self.options = options
        self.adoptionTimeout = adoptionTimeout
        self.replies = replies
        stopRequests = StopRequests(mailbox: stops)
        self.file = file
        socket = try ControlSocket(path: options.controlSocket)
        registry = Registry(loops: count)
        let saved = Self.read(file)
        // Each loop has a socket at each address.
        let own = 64 + (saved?.addresses.count ?? 0)
        let connections = min(131_072, max(64, Int(min(descriptors, 1 << 30)) / count - own))
        var loops: [LoopThread] = []
        for index in 0..<count {
            loops.append(
                try LoopThread(
                    index: index,
                    connectionsMaximum: connections,
                    memoryMaximum: memory,
                    replies: replies
                )
            )
        }
        self.loops = loops
        try awaitStart()
        if let saved {
            restore(saved)
        }
    }

    /// The memory of one loop.
    private static func memory(_ wanted: Int, loops: Int) throws(ProxyFault) -> Int {
        let pages = max(0, sysconf(Int32(_SC_PHYS_PAGES)))
        let all = wanted > 0 ? wanted : pages * sysconf(Int32(_SC_PAGESIZE)) / 2
        guard all / loops >= ProxyOptions.memoryMinimum else {
            throw ProxyFault(
                "\(all) bytes of memory are too little for \(loops) threads: give "
                    + "\(ProxyOptions.memoryMinimum * loops) or more, or take fewer threads"
            )
        }
        return all / loops
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
}
