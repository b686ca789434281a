import CutoverCore

/// Short ways to make the values that the tests begin with.
enum Fixture {
    static func configuration(
        _ strategy: StrategyConfiguration,
        instanceCount: Int = 2,
        checks: [CheckConfiguration] = [],
        analysis: AnalysisConfiguration? = nil,
        minimumHealthyTime: Duration = .seconds(2)
    ) -> ServiceConfiguration {
        ServiceConfiguration(
            name: ServiceName(rawValue: "shop"),
            listen: "127.0.0.1:8080",
            preview: nil,
            instanceCount: instanceCount,
            knownReleases: [],
            runtime: RuntimeConfiguration(
                command: ["server"],
                directory: "/",
                environment: [:],
                environmentFile: nil,
                endpoints: .ports(9000...9100),
                stopGrace: .seconds(10),
                restart: RestartConfiguration()
            ),
            health: HealthConfiguration(
                probe: .tcp,
                interval: .seconds(1),
                timeout: .seconds(1),
                rise: 2,
                fall: 3,
                startGrace: .zero,
                minimumHealthyTime: minimumHealthyTime,
                startTimeout: .seconds(60)
            ),
            strategy: strategy,
            checks: checks,
            drainTimeout: .seconds(30),
            analysis: analysis
        )
    }

    /// A release that serves, healthy since the beginning of time.
    static func live(_ release: ReleaseName, isRolling: Bool, count: Int) -> LiveRelease {
        let slot: Slot? = isRolling ? nil : .blue
        let instances = (1...count).map { number in
            Instance(
                id: InstanceID(rollout: RolloutID(rawValue: 1), number: number),
                name: isRolling ? "i\(number)" : "b\(number)",
                release: release,
                slot: slot
            )
        }
        return LiveRelease(
            release: release,
            slot: slot,
            roster: Roster(
                entries: instances.map { instance in
                    Roster.Entry(
                        instance: instance,
                        role: .stable,
                        condition: .healthy(since: Timestamp(milliseconds: 0))
                    )
                }
            ),
            traffic: Traffic(
                stable: TrafficSide(
                    release: release,
                    slot: slot,
                    rotation: instances.map(\.id),
                    weight: isRolling ? count : 100
                ),
                candidate: nil
            )
        )
    }

    static func check(_ name: String, _ stage: CheckStage) -> CheckConfiguration {
        CheckConfiguration(
            name: name,
            stage: stage,
            kind: .command(["true"]),
            timeout: .seconds(5),
            retries: 0
        )
    }
}

extension ReleaseName: ExpressibleByStringLiteral {
    /// A release by its name, as tests write it.
    public init(stringLiteral value: String) {
        self.init(rawValue: value)
    }
}
