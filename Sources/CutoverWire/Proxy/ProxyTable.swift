/// Everything the proxy has to know to forward requests: always the whole of it, never a
/// difference.
package struct ProxyTable: Hashable, Sendable {
    /// Grows with every change; a table with an older generation than the live one is refused.
    package var generation: UInt64

    /// The lease of the engine that made it; an older epoch than the live one is refused.
    package var epoch: UInt64

    /// One per service.
    package var routes: [ProxyRoute]

    /// The absolute path of a file that gets one JSON object a line for each request; `nil`: none.
    package var accessLog: String?

    /// Where counters are served as Prometheus text, beside the control socket; `nil`: nowhere.
    package var metrics: SocketAddress?

    /// Puts a table together.
    package init(
        generation: UInt64,
        epoch: UInt64,
        routes: [ProxyRoute],
        accessLog: String? = nil,
        metrics: SocketAddress? = nil
    ) {
        self.generation = generation
        self.epoch = epoch
        self.routes = routes
        self.accessLog = accessLog
        self.metrics = metrics
    }

    /// Where its routes listen, previews included.
    package var addresses: Set<SocketAddress> {
        Set(routes.flatMap { [$0.listen, $0.preview].compactMap(\.self) })
    }
}

/// One service: where clients reach it, and which instances answer.
package struct ProxyRoute: Hashable, Sendable {
    /// The service's name, unique in the table.
    package var service: String

    /// Where its clients connect; services may share it when their `matches` tell them apart and
    /// what their settings say about clients' connections is the same.
    package var listen: SocketAddress

    /// Which requests at `listen` are its own; none stands for all that no other service claims.
    package var matches: [RouteMatch]

    /// Where a validator reaches the preview side alone, or `nil`.
    package var preview: SocketAddress?

    /// The sides that share the traffic by weight.
    package var sides: [ProxySide]

    /// The index in `sides` that the preview listener reaches; `nil` answers 503 there.
    package var previewSide: Int?

    /// While it is set, requests of `listen` wait instead of being forwarded.
    package var hold: ProxyHold?

    /// Timeouts and limits.
    package var settings: ProxySettings

    /// Puts a route together.
    package init(
        service: String,
        listen: SocketAddress,
        matches: [RouteMatch] = [],
        preview: SocketAddress? = nil,
        sides: [ProxySide],
        previewSide: Int? = nil,
        hold: ProxyHold? = nil,
        settings: ProxySettings = ProxySettings()
    ) {
        self.service = service
        self.listen = listen
        self.matches = matches
        self.preview = preview
        self.sides = sides
        self.previewSide = previewSide
        self.hold = hold
        self.settings = settings
    }
}

extension ProxyRoute {
    /// Its matches, or the one for every request.
    package var matchesOrAll: [RouteMatch] { matches.isEmpty ? [RouteMatch()] : matches }
}

/// Instances of one release that take a share of the traffic together.
package struct ProxySide: Hashable, Sendable {
    /// `blue`, `green`, `stable` or `candidate`.
    package var name: String

    /// The release that its instances run.
    package var release: String

    /// Its share relative to the other sides' weights, 0 to 10,000; 0 takes no public traffic.
    package var weight: Int

    /// Its instances.
    package var backends: [ProxyBackend]

    /// Puts a side together.
    package init(name: String, release: String, weight: Int, backends: [ProxyBackend]) {
        self.name = name
        self.release = release
        self.weight = weight
        self.backends = backends
    }
}

/// One instance as the proxy sees it.
package struct ProxyBackend: Hashable, Sendable {
    /// The instance's key: the same for its whole life, and never that of another instance.
    package var key: String

    /// Where it listens.
    package var address: SocketAddress

    /// Whether its health checks pass; an unhealthy one is chosen only when nothing in the route is
    /// healthy.
    package var isHealthy: Bool

    /// Whether it is leaving: no new request, its in-flight count still reported, its responses
    /// close their client connections.
    package var isDraining: Bool

    /// Puts a backend together.
    package init(
        key: String,
        address: SocketAddress,
        isHealthy: Bool = true,
        isDraining: Bool = false
    ) {
        self.key = key
        self.address = address
        self.isHealthy = isHealthy
        self.isDraining = isDraining
    }
}
