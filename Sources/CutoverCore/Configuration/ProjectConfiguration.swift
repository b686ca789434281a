/// Everything that a manifest says, checked and with every default filled in.
package struct ProjectConfiguration: Hashable, Sendable {
    package var project: String
    /// Shown in the header; `production` and `prod` raise the confirmations of forward verbs by one
    /// level.
    package var environment: String?
    package var proxy: ProxyConfiguration
    /// What happens to a live rollout when the terminal goes away.
    package var onDisconnect: DisconnectPolicy
    /// In the order of the manifest.
    ///
    /// Names are unique.
    package var services: [ServiceConfiguration]

    package init(
        project: String,
        environment: String?,
        proxy: ProxyConfiguration,
        onDisconnect: DisconnectPolicy,
        services: [ServiceConfiguration]
    ) {
        self.project = project
        self.environment = environment
        self.proxy = proxy
        self.onDisconnect = onDisconnect
        self.services = services
    }
}

/// What happens to a live rollout when the dashboard loses its terminal.
package enum DisconnectPolicy: String, Hashable, CaseIterable, Codable, Sendable {
    case hold
    case `continue`
    case rollback
}

/// How the data plane runs.
package struct ProxyConfiguration: Hashable, Sendable {
    /// Event loops, 1 to 64; `nil`: one for each processor of the machine that the proxy runs on.
    package var threads: Int?
    /// The absolute path of a file that gets a line for each request; `nil`: none.
    package var accessLog: String?
    /// Where Prometheus reads the counters, `HOST:PORT`; `nil`: on the control socket alone.
    package var metrics: String?
    /// Bytes for requests and responses that pass; `nil`: half of the machine's memory.
    package var memory: Int?
    /// How long a proxy that another one replaces goes on with what it has in flight.
    package var drainTimeout: Duration
    /// Whom the proxy becomes when it is started as root; `nil`: nobody else.
    package var user: String?

    package static let drainTimeoutDefault = Duration.seconds(30)

    package init(
        threads: Int? = nil,
        accessLog: String? = nil,
        metrics: String? = nil,
        memory: Int? = nil,
        drainTimeout: Duration = drainTimeoutDefault,
        user: String? = nil
    ) {
        self.threads = threads
        self.accessLog = accessLog
        self.metrics = metrics
        self.memory = memory
        self.drainTimeout = drainTimeout
        self.user = user
    }
}
