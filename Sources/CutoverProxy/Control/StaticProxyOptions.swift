package import CutoverWire

/// What a proxy that nobody controls is to do.
package struct StaticProxyOptions: Hashable, Sendable {
    /// Where clients connect: an IPv4 address.
    package var listen: SocketAddress

    /// The instances that share the requests, each once.
    package var upstreams: [SocketAddress]

    /// The number of loops, 1 to 256; 0 stands for one on each processor, 64 at most, and
    /// no more than there is memory for.
    package var threads: Int

    /// Whether large bodies pass through the kernel alone, as `ProxySettings.splices`.
    package var splices: Bool

    /// How long running requests get after the first signal, in milliseconds.
    package var graceMilliseconds: UInt32

    /// As `ProxyOptions.memoryMaximum`.
    package var memoryMaximum = 0

    /// As `ProxyOptions.user`.
    package var user: String?

    /// Puts options together.
    package init(
        listen: SocketAddress,
        upstreams: [SocketAddress],
        threads: Int = 0,
        splices: Bool = false,
        graceMilliseconds: UInt32 = 30_000
    ) {
        self.listen = listen
        self.upstreams = upstreams
        self.threads = threads
        self.splices = splices
        self.graceMilliseconds = graceMilliseconds
    }
}

extension StaticProxyOptions {
    /// The table that says so: one service, one side.
    var table: ProxyTable {
        let backends = upstreams.map { ProxyBackend(key: $0.description, address: $0) }
        let side = ProxySide(name: "upstream", release: "", weight: 1, backends: backends)
        var settings = ProxySettings()
        settings.splices = splices
        let route = ProxyRoute(
            service: "proxy",
            listen: listen,
            sides: [side],
            settings: settings
        )
        return ProxyTable(generation: 1, epoch: 0, routes: [route])
    }
}
