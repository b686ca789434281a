import CutoverCore

/// The instant of every frame: 2026-08-22, 12:41:07 UTC.
let noon = Timestamp(milliseconds: 1_787_402_467_000)

/// A service to show, made of what a test cares about.
struct ServiceBuilder {
    var service: ServiceSnapshot

    init(_ name: String, isRolling: Bool = false, port: Int = 8080) {
        service = ServiceSnapshot(
            name: ServiceName(rawValue: name),
            isRolling: isRolling,
            listen: "127.0.0.1:\(port)",
            preview: isRolling ? nil : "127.0.0.1:\(port + 1000)",
            live: nil,
            liveSlot: nil,
            rollout: nil,
            sides: [],
            traffic: TrafficFigures(),
            rateHistory: [],
            knownReleases: [],
            availability: [:],
            failedByProxy: 0
        )
    }

    /// Makes a release live, with a rollout of the past.
    func live(_ release: String, slot: Slot?, instances: [InstanceSnapshot]) -> ServiceBuilder {
        var copy = self
        copy.service.live = ReleaseName(rawValue: release)
        copy.service.liveSlot = slot
        copy.service.sides = [
            side(.stable, slot: slot, release: release, share: 100, instances: instances)
        ]
        copy.service.knownReleases = ["v43", "v42", "v41", "v40"].map(ReleaseName.init(rawValue:))
        copy.service.standings = [
            ReleaseName(rawValue: release): ReleaseStanding(obstacle: .live)
        ]
        copy.service.traffic = copy.service.sides[0].traffic
        copy.service.rateHistory = (0..<120).map { second in
            let wave = Double((second * 37) % 11 - 5) / 50
            return copy.service.traffic.rate * (1 + wave)
        }
        copy.service.availability = [
            .deploy: .possible(
                effect: "starts its instances beside the live ones; no traffic moves by itself"
            ),
            .promote: .refused(reason: "no rollout is live; d deploys a release"),
            .pause: .refused(reason: "no rollout is live"),
            .continue: .refused(reason: "nothing is held"),
            .rollback: .refused(reason: "\(release) is the only release that was ever live"),
        ]
        return copy
    }

    /// Puts a rollout on top of the live release.
    func rollout(
        to candidate: String,
        share: Int,
        instances: [InstanceSnapshot],
        progress: RolloutProgress,
        verdict: Verdict? = nil,
        checks: [CheckSnapshot] = [],
        availability: [Verb: VerbAvailability]
    ) -> ServiceBuilder {
        var copy = self
        let slot = service.liveSlot?.other
        copy.service.rollout = RolloutSnapshot(
            id: RolloutID(rawValue: 18),
            revision: 7,
            stable: service.live,
            candidate: ReleaseName(rawValue: candidate),
            candidateSlot: slot,
            actor: Actor(name: "alice@pts/3"),
            startedAt: noon - .seconds(375),
            finishedAt: progress.outcome == nil ? nil : noon - .seconds(40),
            progress: progress,
            verdict: verdict,
            checks: checks
        )
        if progress.outcome == nil {
            let candidate = ReleaseName(rawValue: candidate)
            copy.service.standings = [candidate: ReleaseStanding(obstacle: .rollingOut)]
            if let live = service.live {
                copy.service.standings[live] = ReleaseStanding(obstacle: .returnTarget)
            }
        }
        if !copy.service.sides.isEmpty { copy.service.sides[0].share = 100 - share }
        if !instances.isEmpty {
            copy.service.sides.append(
                side(.candidate, slot: slot, release: candidate, share: share, instances: instances)
            )
        }
        for (verb, words) in availability { copy.service.availability[verb] = words }
        return copy
    }

    private func side(
        _ role: ReleaseRole,
        slot: Slot?,
        release: String,
        share: Int,
        instances: [InstanceSnapshot]
    ) -> SideSnapshot {
        var traffic = TrafficFigures()
        for instance in instances {
            traffic.total += instance.traffic.total
            traffic.errors += instance.traffic.errors
            traffic.inFlight += instance.traffic.inFlight
            traffic.rate += instance.traffic.rate
        }
        traffic.p50 = instances.compactMap(\.traffic.p50).max()
        traffic.p99 = instances.compactMap(\.traffic.p99).max()
        traffic.errorRate = traffic.total > 0 ? Double(traffic.errors) / Double(traffic.total) : 0
        return SideSnapshot(
            role: role,
            slot: slot,
            release: ReleaseName(rawValue: release),
            share: share,
            traffic: traffic,
            instances: instances
        )
    }
}

/// An instance with the figures of one that works.
func instance(
    _ name: String,
    number: Int,
    rollout: Int = 17,
    release: String = "v41",
    state: InstanceState = .healthy,
    note: String = "",
    rate: Double = 241,
    p99: Double? = 38,
    errors: UInt64 = 0,
    exceeded: [Metric] = [],
    evidence: InstanceEvidence? = nil
) -> InstanceSnapshot {
    let takesTraffic = rate > 0
    return InstanceSnapshot(
        id: InstanceID(rollout: RolloutID(rawValue: rollout), number: number),
        name: name,
        release: ReleaseName(rawValue: release),
        address: "127.0.0.1:\(9100 + number + (rollout - 17) * 100)",
        state: state,
        note: note,
        processID: 4000 + Int32(number),
        startedAt: noon - .seconds(rollout == 17 ? 500_000 : 300),
        restarts: 0,
        traffic: TrafficFigures(
            total: takesTraffic ? 1_200_000 + UInt64(number) * 1013 : 0,
            errors: errors,
            inFlight: takesTraffic ? 16 + number : 0,
            rate: takesTraffic ? rate + Double(number) : 0,
            errorRate: 0,
            p50: takesTraffic ? 9 : nil,
            p99: takesTraffic ? p99 : nil
        ),
        exceeded: exceeded,
        evidence: evidence ?? .working(number)
    )
}

extension InstanceEvidence {
    static func working(_ number: Int) -> InstanceEvidence {
        InstanceEvidence(
            probes: (0..<3).map { index in
                ProbeResult(
                    at: noon - .seconds(index + 1),
                    passed: true,
                    status: 200,
                    bytes: 2,
                    duration: .milliseconds(2 + number),
                    error: nil
                )
            },
            lastExit: nil,
            log: []
        )
    }

    static let refusing = InstanceEvidence(
        probes: (0..<3).map { index in
            ProbeResult(
                at: noon - .seconds(index + 1),
                passed: false,
                status: index == 2 ? 503 : nil,
                bytes: 0,
                duration: .milliseconds(3),
                error: index == 2 ? "503, expected 200-299" : "connection refused"
            )
        },
        lastExit: "exit status 1",
        log: ["reading configuration", "fatal: cannot open database: no such file or directory"]
    )
}

/// Several instances alike.
func instances(
    _ letter: String,
    _ count: Int,
    rollout: Int = 17,
    release: String = "v41",
    state: InstanceState = .healthy,
    rate: Double = 241,
    p99: Double? = 38
) -> [InstanceSnapshot] {
    (1...count).map { number in
        instance(
            "\(letter)\(number)",
            number: number,
            rollout: rollout,
            release: release,
            state: state,
            rate: rate,
            p99: p99
        )
    }
}

/// The steps of a rollout, of which one is current.
func steps(
    _ titles: [String],
    current: Int?,
    state: RolloutProgress.StepState = .current
) -> [RolloutProgress.Step] {
    titles.enumerated().map { index, title in
        guard let current else { return .init(title: title, state: .done) }
        return .init(
            title: title,
            state: index < current ? .done : index == current ? state : .todo
        )
    }
}

func event(
    _ sequence: Int64,
    _ kind: JournalEntry.Kind,
    _ service: String,
    _ text: String,
    by actor: String? = nil
) -> JournalEntry {
    JournalEntry(
        sequence: sequence,
        at: noon - .seconds(14 + (100 - sequence) * 31),
        service: ServiceName(rawValue: service),
        rollout: RolloutID(rawValue: 18),
        kind: kind,
        text: text,
        actor: actor.map(Actor.init(name:)) ?? .engine
    )
}

func snapshot(
    _ services: [ServiceSnapshot],
    environment: String? = "staging",
    events: [JournalEntry] = Scenario.events,
    faults: [String] = []
) -> EngineSnapshot {
    EngineSnapshot(
        at: noon,
        project: "shop",
        environment: environment,
        services: services,
        proxy: .running(processID: 812, generation: 91),
        events: events,
        faults: faults
    )
}
