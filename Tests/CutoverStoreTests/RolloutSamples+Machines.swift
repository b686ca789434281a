import CutoverCore

extension RolloutSamples {
    static let blueGreen = StrategyConfiguration.blueGreen(
        BlueGreenConfiguration(promoteAfter: .seconds(90), shift: [20, 50, 100])
    )
    static let rolling = StrategyConfiguration.rolling(
        RollingConfiguration(batchSize: 2, gateAfter: [3, 1])
    )

    static let holds: [Hold] = [
        .operator(Actor(name: "alice@pts/3"), since: start + .seconds(61)),
        .anomaly(.verdict(verdict), since: start + .seconds(62)),
        .gate(since: start, promoteAt: nil, expiresAt: start + .seconds(1800)),
        .deadline(since: start + .seconds(63)),
    ]

    static let conditions: [Roster.Condition] = [
        .starting(evidence: nil),
        .starting(evidence: "connection refused"),
        .healthy(since: start + .seconds(5)),
        .unhealthy(since: start + .seconds(6), evidence: "GET /healthz: 503"),
        .failed(evidence: "exit status 1"),
        .stopping,
        .stopped,
    ]

    static let checks = [
        PlannedCheck(name: "smoke", stage: .beforePromotion),
        PlannedCheck(name: "after", stage: .afterPromotion),
    ]

    static func plan(
        _ strategy: StrategyConfiguration,
        id: RolloutID = id,
        checks: [PlannedCheck] = checks
    ) -> RolloutPlan {
        RolloutPlan(
            id: id,
            service: ServiceName(rawValue: "web"),
            candidate: green.release,
            stable: StableRelease(release: blue.release, slot: .blue, instances: [blue]),
            slot: .green,
            instanceCount: 1,
            strategy: strategy,
            startTimeout: .seconds(60),
            minimumHealthyTime: .milliseconds(2500),
            drainTimeout: .seconds(30),
            checks: checks,
            onAnomaly: .rollback,
            isAnalysed: true,
            isRollback: false,
            actor: Actor(name: "alice@pts/3"),
            startedAt: start
        )
    }

    static func machine(
        in phase: RolloutPhase,
        strategy: StrategyConfiguration = blueGreen,
        id: RolloutID = id,
        checks: [PlannedCheck] = checks
    ) -> RolloutMachine {
        let entries = conditions.enumerated().map { number, condition in
            Roster.Entry(
                instance: number == 0 ? blue : green,
                role: number == 0 ? .stable : .candidate,
                condition: condition,
                isDrained: number == 1
            )
        }
        return RolloutMachine(
            plan: plan(strategy, id: id, checks: checks),
            phase: phase,
            holds: holds,
            roster: Roster(entries: entries),
            traffic: TrafficRecord(confirmed: traffic, attempted: [traffic]),
            checkResults: [check],
            lastEffect: 5,
            lastInstance: 4,
            revision: 9,
            furthestStep: 3,
            settledAt: start + .seconds(96)
        )
    }
}
