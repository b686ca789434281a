import CutoverCore

/// The states that frames show, each as the engine would tell it.
enum Scenario {
    static let blueGreenSteps = ["start", "verify", "gate", "shift 100%", "bake", "warm", "drain"]

    static let events = [
        event(100, .pause, "checkout", "paused at bake; c continues", by: "alice@pts/3"),
        event(99, .shift, "checkout", "100/0 to 0/100, generation 91"),
        event(98, .promote, "checkout", "green v42 gets all traffic", by: "alice@pts/3"),
        event(97, .check, "checkout", "smoke passed: GET / 200 in 12 ms"),
        event(96, .healthy, "checkout", "g1 g2 g3 g4 healthy for 3s"),
        event(95, .deploy, "checkout", "v42 into green, 4 instances", by: "alice@pts/3"),
        event(94, .healthy, "search", "i7 healthy for 3s"),
        event(93, .finished, "cart", "v88 promoted", by: "bob via command line"),
    ]

    // MARK: - Services around the one that matters

    static var others: [ServiceSnapshot] {
        let cart = ServiceBuilder("cart", port: 8082)
            .live("v88", slot: .blue, instances: instances("b", 4, release: "v88", rate: 400))
            .service
        let auth = ServiceBuilder("auth", port: 8083)
            .live("v12", slot: .green, instances: instances("g", 3, release: "v12", rate: 132))
            .service
        var mailer = ServiceBuilder("mailer", isRolling: true, port: 8084)
            .live("v3", slot: nil, instances: instances("i", 2, release: "v3", rate: 58)).service
        mailer.failedByProxy = 0
        return [cart, auth, mailer]
    }

    static var checkout: ServiceBuilder {
        ServiceBuilder("checkout").live("v41", slot: .blue, instances: instances("b", 4))
    }

    static func green(_ state: InstanceState = .healthy, rate: Double = 0) -> [InstanceSnapshot] {
        instances("g", 4, rollout: 18, release: "v42", state: state, rate: rate, p99: 41)
    }

    private static let running: [Verb: VerbAvailability] = [
        .deploy: .possible(effect: "gives up v42 first: it is discarded, then yours starts"),
        .pause: .possible(effect: "stops every step at once; traffic stays as it is"),
        .continue: .refused(reason: "nothing is held"),
        .rollback: .possible(effect: "discards green v42; blue v41 serves all along"),
        .promote: .refused(reason: "green v42 is not healthy yet (2 of 4)"),
    ]

    private static func availability(
        _ changes: [Verb: VerbAvailability]
    ) -> [Verb: VerbAvailability] {
        running.merging(changes) { $1 }
    }

    // MARK: - Blue-green

    static var steady: EngineSnapshot {
        let finished = checkout.rollout(
            to: "v41",
            share: 0,
            instances: [],
            progress: RolloutProgress(
                phase: .finished,
                steps: steps(blueGreenSteps, current: nil),
                holds: [],
                sentence: "v41 was promoted and v40 has stopped: r deploys v40 again, cold.",
                countdown: nil,
                outcome: .promoted
            ),
            availability: checkout.service.availability
        ).service
        return snapshot([finished] + others, events: Array(events.suffix(3)))
    }

    static var starting: EngineSnapshot {
        let instances = [
            instance("g1", number: 1, rollout: 18, release: "v42", state: .healthy, rate: 0),
            instance(
                "g2",
                number: 2,
                rollout: 18,
                release: "v42",
                state: .warming,
                note: "healthy 2s of 3s",
                rate: 0
            ),
            instance("g3", number: 3, rollout: 18, release: "v42", state: .starting, rate: 0),
            instance(
                "g4",
                number: 4,
                rollout: 18,
                release: "v42",
                state: .unhealthy,
                note: "3 restarts",
                rate: 0,
                evidence: .refusing
            ),
        ]
        let service = checkout.rollout(
            to: "v42",
            share: 0,
            instances: instances,
            progress: RolloutProgress(
                phase: .starting,
                steps: steps(blueGreenSteps, current: 0),
                holds: [],
                sentence: "Waits until all 4 instances of green v42 are healthy for 3s; if not in "
                    + "time, v42 is discarded and blue v41 serves on.",
                countdown: .init(
                    title: "start",
                    total: .seconds(60),
                    endsAt: noon + .seconds(42),
                    remaining: nil,
                    then: "discards v42"
                ),
                outcome: nil
            ),
            availability: running
        ).service
        return snapshot([service] + others, events: Array(events.suffix(3)))
    }

    static let passedChecks = [
        CheckSnapshot(
            name: "smoke",
            stage: .beforePromotion,
            state: .finished(
                CheckResult(
                    name: "smoke",
                    passed: true,
                    summary: "GET /: 200",
                    tries: 1,
                    duration: .milliseconds(12)
                )
            )
        ),
        CheckSnapshot(
            name: "login flow",
            stage: .beforePromotion,
            state: .finished(
                CheckResult(
                    name: "login flow",
                    passed: true,
                    summary: "exit status 0",
                    tries: 2,
                    duration: .milliseconds(840)
                )
            )
        ),
    ]

    static var gate: EngineSnapshot {
        snapshot([gateService()] + others, events: Array(events.suffix(5)))
    }

    static func gateService(checks: [CheckSnapshot] = passedChecks) -> ServiceSnapshot {
        checkout.rollout(
            to: "v42",
            share: 0,
            instances: green(),
            progress: RolloutProgress(
                phase: .awaitingPromotion,
                steps: steps(blueGreenSteps, current: 2),
                holds: [
                    .gate(
                        since: noon - .seconds(100),
                        promoteAt: nil,
                        expiresAt: noon + .seconds(1700)
                    )
                ],
                sentence: "The gate waits for you: p promotes green v42, r discards it. When it "
                    + "expires, v42 is discarded.",
                countdown: .init(
                    title: "gate",
                    total: .seconds(1800),
                    endsAt: noon + .seconds(1700),
                    remaining: nil,
                    then: "discards v42"
                ),
                outcome: nil
            ),
            checks: checks,
            availability: availability([
                .promote: .possible(
                    effect: "sends 100 % of the traffic to green v42 at once; blue v41 stays warm "
                        + "for 10m"
                ),
                .continue: .refused(
                    reason: "the gate wants p: continue lifts a pause or an anomaly"
                ),
            ])
        ).service
    }

    static func verdict(_ conclusion: Conclusion) -> Verdict {
        let failed = conclusion == .fail
        return Verdict(
            conclusion: conclusion,
            findings: [
                Finding(
                    metric: .latency(quantile: 0.99),
                    conclusion: conclusion,
                    candidate: failed ? 412 : 41,
                    stable: 38,
                    limit: 250,
                    candidateRequests: conclusion == .inconclusive ? 12 : 1204,
                    stableRequests: 4812,
                    requiredRequests: 50
                ),
                Finding(
                    metric: .errorRate,
                    conclusion: conclusion == .inconclusive ? .inconclusive : .pass,
                    candidate: 0.0041,
                    stable: 0,
                    limit: 0.01,
                    candidateRequests: conclusion == .inconclusive ? 12 : 1204,
                    stableRequests: 4812,
                    requiredRequests: 50
                ),
            ],
            window: .seconds(30),
            windowStart: noon - .seconds(30),
            at: noon
        )
    }

    static var anomaly: EngineSnapshot { snapshot([anomalyService] + others) }

    static var anomalyService: ServiceSnapshot {
        let blue = warm(instances("b", 4, rate: 0), inFlight: [3, 0, 0, 0], rest: "warm")
        var slow = instances("g", 4, rollout: 18, release: "v42", rate: 240, p99: 231)
        slow[1] = instance(
            "g2",
            number: 2,
            rollout: 18,
            release: "v42",
            state: .degraded,
            rate: 238,
            p99: 612,
            errors: 2,
            exceeded: [.latency(quantile: 0.99)]
        )
        var service = checkout.rollout(
            to: "v42",
            share: 100,
            instances: slow,
            progress: RolloutProgress(
                phase: .baking,
                steps: steps(blueGreenSteps, current: 4, state: .held),
                holds: [.anomaly(.verdict(verdict(.fail)), since: noon - .seconds(14))],
                sentence: "Held by an anomaly: p99 412ms of green v42 is over 250ms. r sends the "
                    + "traffic back to blue v41, c goes on with the bake.",
                countdown: .init(
                    title: "bake",
                    total: .seconds(300),
                    endsAt: nil,
                    remaining: .seconds(194),
                    then: "keeps blue v41 warm for 10m"
                ),
                outcome: nil
            ),
            verdict: verdict(.fail),
            availability: availability([
                .continue: .possible(
                    effect: "goes on with the bake although p99 is over its limit"
                ),
                .promote: .possible(effect: "ends the bake at once although p99 is over its limit"),
                .rollback: .possible(
                    effect: "sends 100 % of the traffic back to blue v41, then stops green v42"
                ),
                .pause: .refused(reason: "it is held already"),
            ])
        ).service
        service.sides[0].instances = blue
        return service
    }

    /// Instances that served and get no request.
    private static func warm(
        _ instances: [InstanceSnapshot],
        inFlight: [Int],
        rest: String
    ) -> [InstanceSnapshot] {
        zip(instances, inFlight).map { instance, inFlight in
            var instance = instance
            instance.traffic.inFlight = inFlight
            instance.state = inFlight > 0 ? .draining : .healthy
            instance.note = inFlight > 0 ? "" : rest
            return instance
        }
    }

    static var paused: EngineSnapshot {
        let service = checkout.rollout(
            to: "v42",
            share: 20,
            instances: green(rate: 60),
            progress: RolloutProgress(
                phase: .shifting,
                steps: steps(
                    [
                        "start", "verify", "gate", "shift 20%", "shift 50%", "shift 100%", "bake",
                        "warm",
                    ],
                    current: 3,
                    state: .held
                ),
                holds: [.operator(Actor(name: "alice@pts/3"), since: noon - .seconds(33))],
                sentence:
                    "Paused by alice@pts/3 at 20 %: c continues the soak, r goes back to v41.",
                countdown: .init(
                    title: "soak",
                    total: .seconds(30),
                    endsAt: nil,
                    remaining: .seconds(12),
                    then: "shifts to 50 %"
                ),
                outcome: nil
            ),
            verdict: verdict(.inconclusive),
            availability: availability([
                .continue: .possible(effect: "goes on with the soak at 20 %"),
                .pause: .refused(reason: "it is paused already; c continues"),
                .promote: .refused(reason: "paused by alice@pts/3; c continues"),
                .rollback: .possible(
                    effect: "sends 20 % of the traffic back to blue v41, then stops green v42"
                ),
            ])
        ).service
        return snapshot([service] + others)
    }

    static func promoted(_ phase: PhaseName, sentence: String, countdown: String) -> EngineSnapshot
    {
        var blue = warm(
            instances("b", 4, rate: 0),
            inFlight: phase == .draining ? [4, 3, 2, 0] : [0, 0, 0, 0],
            rest: phase == .draining ? "drained" : "warm"
        )
        for index in blue.indices {
            blue[index].traffic.total = 1_204_881
        }
        var service = checkout.rollout(
            to: "v42",
            share: 100,
            instances: green(rate: 240),
            progress: RolloutProgress(
                phase: phase,
                steps: steps(blueGreenSteps, current: phase == .warm ? 5 : 6),
                holds: [],
                sentence: sentence,
                countdown: .init(
                    title: countdown,
                    total: .seconds(600),
                    endsAt: noon + .seconds(598),
                    remaining: nil,
                    then: phase == .warm ? "drains and stops blue v41" : "cuts the rest"
                ),
                outcome: nil
            ),
            verdict: verdict(.pass),
            availability: availability([
                .rollback: .possible(
                    effect: "sends 100 % of the traffic back to blue v41, which is warm: at once"
                ),
                .promote: .refused(reason: "green v42 has all traffic already"),
                .pause: .refused(reason: "nothing advances that could be paused"),
            ])
        ).service
        service.sides[0].instances = blue
        service.live = ReleaseName(rawValue: "v42")
        service.liveSlot = .green
        return snapshot([service] + others)
    }

    static var warm: EngineSnapshot {
        promoted(
            .warm,
            sentence: "Green v42 serves. Blue v41 stays warm, so that r goes back at once.",
            countdown: "warm"
        )
    }

    static var draining: EngineSnapshot {
        promoted(
            .draining,
            sentence: "Waits for the 9 requests that blue v41 had begun; then it stops.",
            countdown: "drain"
        )
    }

    static var rolledBack: EngineSnapshot {
        let service = checkout.rollout(
            to: "v42",
            share: 0,
            instances: [],
            progress: RolloutProgress(
                phase: .finished,
                steps: steps(blueGreenSteps, current: 4, state: .failed),
                holds: [],
                sentence: "v42 was rolled back by alice@pts/3: blue v41 serves all traffic.",
                countdown: nil,
                outcome: .rolledBack(.operatorRequest(Actor(name: "alice@pts/3")))
            ),
            availability: checkout.service.availability
        ).service
        return snapshot([service] + others)
    }
}
