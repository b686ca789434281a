import CLinux
import CutoverWire
import Glibc

/// The proxy: its control socket, its durable table, and its loops, on the thread that calls `run`.
package final class ProxyServer {
    let options: ProxyOptions
    let adoptionTimeout: Duration
    let file: TableFile
    let socket: ControlSocket
    let loops: LoopGroup
    let startedAt = clinux_realtime()

    var registry: Registry
    var peers: [ControlPeer] = []
    var accessLogs: AccessLogs

    /// The last table that the loops were given.
    var table: ProxyTable?

    /// The last table that is durable and that every loop has said to have: `table`, unless the
    /// disk failed or a loop did not answer.
    var live: ProxyTable?

    /// Serves the counters as `table` says, unless it says nowhere, or the address is taken.
    var metrics: MetricsListener?

    /// Why there is none although the table has an address for it.
    var metricsFault: ProxyFault?

    /// The proxy before, which accepts until it is told that its sockets are served here.
    var former: Int32?

    /// Set when the proxy is to end.
    var ending: Ending?

    /// When a request came last over the control socket.
    var lastRequest: ContinuousClock.Instant?

    /// The failures of each service as somebody read them last.
    var toldFailures: [String: UInt64] = [:]

    /// When it has ended: requests that failed behind the last reading of its counters.
    package internal(set) var untoldFailures: UInt64 = 0

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
        adoptionTimeout: Duration = LoopGroup.replyTimeout
    ) throws(ProxyFault) {
        self.options = options
        self.adoptionTimeout = adoptionTimeout
        stopRequests = try StopRequests()
        self.file = file
        socket = try ControlSocket(path: options.controlSocket)
        let saved = Self.read(file)
        loops = try LoopGroup(
            threads: options.threads,
            addresses: saved?.addresses.count ?? 0,
            memoryMaximum: options.memoryMaximum
        )
        registry = Registry(loops: loops.count)
        accessLogs = AccessLogs(loops: loops.count)
        begin(saved)
    }

    /// How long this thread runs at a time.
    ///
    /// A switch is a few wakes of it, each behind what a loop with much to do has left of its own
    /// slice, some milliseconds, when they share a processor.
    private static let sliceNanoseconds: UInt64 = 100_000

    /// Serves until the end is asked for and done.
    package func run() {
        // Refused, it is the same proxy, whose switches take some milliseconds more.
        _ = clinux_shorten_slice(Self.sliceNanoseconds)
        while true {
            if let ending {
                return end(ending)
            }
            pollOnce()
        }
    }
}
