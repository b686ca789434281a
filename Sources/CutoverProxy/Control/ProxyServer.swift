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

    /// The table that is durable, whole.
    var table: ProxyTable?

    /// The last table that every loop has said to have: `table`, unless one did not answer.
    var live: ProxyTable?

    /// Serves the counters as `live` says, unless it says nowhere, or the address is taken.
    var metrics: MetricsListener?

    /// Why there is none although the durable table has an address for it.
    var metricsFault: ProxyFault?

    /// The proxy before, which accepts until it is told that its sockets are served here.
    var former: Int32?

    /// Set when the proxy is to end.
    var ending: Ending?

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
