import CutoverCore

/// One rollout in each phase, with every optional part once there and once not.
enum RolloutSamples {
    static let start = Timestamp(milliseconds: 1_700_000_000_000)
    static let id = RolloutID(rawValue: 7)

    static let blue = Instance(
        id: InstanceID(rollout: RolloutID(rawValue: 6), number: 1),
        name: "b1",
        release: ReleaseName(rawValue: "v41"),
        slot: .blue
    )
    static let green = Instance(
        id: InstanceID(rollout: id, number: 1),
        name: "g1",
        release: ReleaseName(rawValue: "v42"),
        slot: .green
    )

    static let traffic = Traffic(
        stable: TrafficSide(
            release: blue.release,
            slot: .blue,
            rotation: [blue.id],
            weight: 80
        ),
        candidate: TrafficSide(
            release: green.release,
            slot: .green,
            rotation: [green.id],
            weight: 20
        )
    )

    static let verdict = Verdict(
        conclusion: .fail,
        findings: [
            Finding(
                metric: .errorRate,
                conclusion: .fail,
                candidate: 0.25,
                stable: nil,
                limit: 0.05,
                candidateRequests: 120,
                stableRequests: 480,
                requiredRequests: 50
            ),
            Finding(
                metric: .latency(quantile: 0.99),
                conclusion: .inconclusive,
                candidate: 12.5,
                stable: 11,
                limit: 40,
                candidateRequests: 120,
                stableRequests: 480,
                requiredRequests: 200
            ),
        ],
        window: .seconds(30),
        windowStart: start + .seconds(60),
        at: start + .seconds(90)
    )

    static let check = CheckResult(
        name: "smoke",
        passed: false,
        summary: "GET /: 500, expected 200-299",
        tries: 3,
        duration: .milliseconds(42)
    )

    static let clock = PhaseClock(
        startedAt: start + .seconds(10),
        duration: .seconds(60),
        endsAt: start + .seconds(75)
    )

    static let watch = Watch(since: start + .seconds(60), verdict: verdict)

    static func operation(_ action: CutoverCore.Operation.Action) -> CutoverCore.Operation {
        CutoverCore.Operation(
            action: action,
            id: EffectID(rollout: id, sequence: 4),
            attempt: 1,
            state: .outstanding(due: start + .seconds(100))
        )
    }

    static let failedOperation = CutoverCore.Operation(
        action: .route(traffic),
        id: EffectID(rollout: id, sequence: 5),
        attempt: 2,
        state: .failed(
            EffectFailure(message: "proxy: apply: no answer", mayHaveBeenApplied: true),
            retryAt: start + .seconds(4)
        )
    )

    static let run = CheckRun(
        id: EffectID(rollout: id, sequence: 3),
        due: start + .seconds(30),
        stage: .beforePromotion,
        names: ["smoke", "contract"],
        results: [check]
    )

    /// By a name that is that of its golden file.
    static let phases: [(name: String, phase: RolloutPhase)] =
        [
            ("starting", .starting(Starting(operation: operation(.launch([green])), clock: clock))),
            ("starting-warming", .starting(Starting(operation: nil, clock: clock))),
            ("verifying", .verifying(Verification(run: run, clock: clock))),
            (
                "awaitingPromotion",
                .awaitingPromotion(
                    Gate(batch: nil, expiry: clock, opening: clock, watch: Watch(since: start))
                )
            ),
            (
                "awaitingPromotion-batch",
                .awaitingPromotion(Gate(batch: 2, expiry: clock, opening: nil, watch: watch))
            ),
            (
                "shifting-applying",
                .shifting(Shift(step: 0, stage: .applying(failedOperation), deadline: clock))
            ),
            (
                "shifting-soaking",
                .shifting(Shift(step: 1, stage: .soaking(clock, watch), deadline: clock))
            ),
            ("baking", .baking(Bake(clock: clock, watch: watch, checks: run))),
            ("baking-unchecked", .baking(Bake(clock: clock, watch: watch, checks: nil))),
            ("warm", .warm(clock)),
            (
                "draining",
                .draining(operation(.drain([blue.id], deadline: start + .seconds(200))))
            ),
            ("draining-done", .draining(nil)),
            (
                "replacing",
                .replacing(
                    Replacement(
                        batch: 2,
                        operation: operation(.stop([blue.id])),
                        start: clock,
                        deadline: clock,
                        watch: watch
                    )
                )
            ),
            (
                "monitoring",
                .monitoring(
                    Monitor(batch: 2, clock: clock, watch: watch, checks: [run], deadline: clock)
                )
            ),
            (
                "reverting",
                .reverting(
                    Reversal(
                        reason: .anomaly(.verdict(verdict)),
                        tookTraffic: true,
                        beganAt: start + .seconds(95),
                        operation: operation(.route(traffic)),
                        start: clock,
                        failedLaunches: 2,
                        launchAfter: start + .seconds(99)
                    )
                )
            ),
            (
                "reverting-early",
                .reverting(
                    Reversal(
                        reason: .instancesFailed("g1: exit status 1"),
                        tookTraffic: false,
                        beganAt: start
                    )
                )
            ),
        ] + outcomes.map { ("finished-\($0.0)", .finished($0.1, at: start + .seconds(300))) }

    private static let outcomes: [(String, Outcome)] = [
        ("promoted", .promoted),
        ("rolledBack", .rolledBack(.operatorRequest(Actor(name: "alice@pts/3")))),
        ("superseded", .superseded(by: ReleaseName(rawValue: "v43"))),
        ("startTimeout", .failed(.startTimeout())),
        ("gateExpired", .failed(.gateExpired)),
        ("check", .failed(.anomaly(.check(check)))),
        ("unhealthy", .rolledBack(.anomaly(.unhealthy(["g1"], evidence: "503")))),
        ("effect", .rolledBack(.anomaly(.effectFailed("proxy: gone")))),
        ("madeRoom", .rolledBack(.superseded(by: ReleaseName(rawValue: "v43")))),
        ("gaveUp", .failed(.effectFailed("no port is free"))),
    ]
}
