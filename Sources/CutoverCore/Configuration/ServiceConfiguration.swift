/// One service of the manifest, with every default filled in.
package struct ServiceConfiguration: Hashable, Sendable {
    package var name: ServiceName
    /// Where clients reach it, `HOST:PORT` with an IPv4 host.
    package var listen: String
    /// How the proxy treats its requests and clients.
    package var route: RouteConfiguration
    /// A second listener that reaches only the candidate.
    ///
    /// `nil`: none.
    package var preview: String?
    /// Wanted instances, 1 to 100.
    package var instanceCount: Int
    /// Releases that the deploy form offers besides the ones already seen.
    package var knownReleases: [ReleaseName]
    package var runtime: RuntimeConfiguration
    package var health: HealthConfiguration
    package var strategy: StrategyConfiguration
    /// In the order of the manifest.
    package var checks: [CheckConfiguration]
    /// How long requests that have begun may take once their instance gets no new ones; then they
    /// are cut.
    package var drainTimeout: Duration
    /// `nil`: traffic is not analysed.
    package var analysis: AnalysisConfiguration?

    package init(
        name: ServiceName,
        listen: String,
        route: RouteConfiguration = RouteConfiguration(),
        preview: String?,
        instanceCount: Int,
        knownReleases: [ReleaseName],
        runtime: RuntimeConfiguration,
        health: HealthConfiguration,
        strategy: StrategyConfiguration,
        checks: [CheckConfiguration],
        drainTimeout: Duration,
        analysis: AnalysisConfiguration?
    ) {
        self.name = name
        self.listen = listen
        self.route = route
        self.preview = preview
        self.instanceCount = instanceCount
        self.knownReleases = knownReleases
        self.runtime = runtime
        self.health = health
        self.strategy = strategy
        self.checks = checks
        self.drainTimeout = drainTimeout
        self.analysis = analysis
    }
}
