/// Where a proxy process finds its control socket and its durable table.
package struct ProxyOptions: Hashable, Sendable {
    /// The path of the Unix socket; its directory must belong to this user alone.
    package var controlSocket: String

    /// The path of the durable table; written by `apply`, read at the start.
    package var tableFile: String

    /// The number of loops, 1 to 256; 0 stands for one on each processor, 64 at most, and
    /// no more than there is memory for.
    package var threads: Int

    /// How long running requests get after SIGTERM, in milliseconds.
    package var graceMilliseconds: UInt32

    /// How much memory the bytes of requests and responses may take, in bytes, all loops together;
    /// 0 stands for half of the machine's memory.
    package var memoryMaximum = 0

    /// Whose rights the process takes on when it is started as root; `nil`: it keeps its own.
    package var user: String?

    /// Whether standard input is a Unix socket that brings listening sockets, as `ListenerHandover`
    /// sends them: those of a proxy that is gone.
    package var inheritsListeners = false

    /// The least that `memoryMaximum` may be for each loop.
    package static let memoryMinimum = 4 << 20

    /// Puts options together.
    package init(
        controlSocket: String,
        tableFile: String,
        threads: Int = 0,
        graceMilliseconds: UInt32 = 30_000
    ) {
        self.controlSocket = controlSocket
        self.tableFile = tableFile
        self.threads = threads
        self.graceMilliseconds = graceMilliseconds
    }
}
