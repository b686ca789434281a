package import CutoverCore

extension ServiceConfiguration {
    /// A service with short times, two instances and blue-green unless told otherwise.
    ///
    /// It listens on `port`; its preview is the port after.
    package static func fixture(
        name: String = "web",
        port: Int = 8080,
        instances: Int = 2,
        strategy: StrategyConfiguration = .blueGreen(
            BlueGreenConfiguration(bake: .seconds(10), keepWarm: .seconds(30))
        ),
        checks: [CheckConfiguration] = [],
        analysis: AnalysisConfiguration? = nil
    ) -> ServiceConfiguration {
        ServiceConfiguration(
            name: ServiceName(rawValue: name),
            listen: "127.0.0.1:\(port)",
            preview: "127.0.0.1:\(port + 1)",
            instanceCount: instances,
            knownReleases: [ReleaseName(rawValue: "v9")],
            runtime: RuntimeConfiguration(
                command: ["server"],
                directory: "/",
                environment: [:],
                environmentFile: nil,
                endpoints: .ports(9000...9999),
                stopGrace: .seconds(5),
                restart: RestartConfiguration(limit: 3)
            ),
            health: HealthConfiguration(
                probe: .tcp,
                interval: .seconds(1),
                timeout: .seconds(1),
                rise: 2,
                fall: 3,
                startGrace: .seconds(0),
                minimumHealthyTime: .seconds(2),
                startTimeout: .seconds(30)
            ),
            strategy: strategy,
            checks: checks,
            drainTimeout: .seconds(20),
            analysis: analysis
        )
    }
}
