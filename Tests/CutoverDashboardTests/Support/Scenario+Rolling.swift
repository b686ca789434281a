import CutoverCore

extension Scenario {
    private static func rolling(
        phase: PhaseName,
        holds: [Hold],
        state: RolloutProgress.StepState,
        sentence: String,
        countdown: RolloutProgress.Countdown?,
        verdict: Verdict?,
        new: [InstanceSnapshot]
    ) -> EngineSnapshot {
        let old = (3...6).map { number in
            instance("i\(number)", number: number, release: "v7", rate: 88, p99: 62)
        }
        var builder = ServiceBuilder("search", isRolling: true, port: 8081)
            .live("v7", slot: nil, instances: old)
        builder.service.availability[.rollback] = .possible(
            effect: "replaces the 2 instances of v8 by v7 again, one at a time"
        )
        builder.service.availability[.pause] = .possible(effect: "stops before the next batch")
        builder.service.availability[.continue] =
            holds.isEmpty
            ? .refused(reason: "nothing is held")
            : .possible(effect: "goes on with batch 3 although the error rate is over its limit")
        builder.service.availability[.promote] = .possible(effect: "begins batch 3 without waiting")
        let service = builder.rollout(
            to: "v8",
            share: 33,
            instances: new,
            progress: RolloutProgress(
                phase: phase,
                steps: steps((1...6).map { "batch \($0)" }, current: 1, state: state),
                holds: holds,
                sentence: sentence,
                countdown: countdown,
                outcome: nil
            ),
            verdict: verdict,
            availability: [:]
        ).service
        return snapshot(
            [service] + others,
            events: [
                event(100, .healthy, "search", "i8 healthy for 3s"),
                event(99, .drained, "search", "i2 drained: 0 in flight after 0.4s"),
                event(98, .phase, "search", "batch 2 of 6 begins"),
            ]
        )
    }

    static var rollingBatch: EngineSnapshot {
        rolling(
            phase: .replacing,
            holds: [],
            state: .current,
            sentence: "Batch 2 of 6: waits until i8 is healthy for 3s, then i2 drains and stops.",
            countdown: nil,
            verdict: verdict(.pass),
            new: [
                instance("i7", number: 7, rollout: 18, release: "v8", rate: 88, p99: 60),
                instance(
                    "i8",
                    number: 8,
                    rollout: 18,
                    release: "v8",
                    state: .warming,
                    note: "healthy 2s of 3s",
                    rate: 0
                ),
            ]
        )
    }

    static var rollingHeld: EngineSnapshot {
        var failing = verdict(.fail)
        failing.findings = [
            Finding(
                metric: .errorRate,
                conclusion: .fail,
                candidate: 0.125,
                stable: 0,
                limit: 0.05,
                candidateRequests: 96,
                stableRequests: 388,
                requiredRequests: 50
            )
        ]
        return rolling(
            phase: .monitoring,
            holds: [.anomaly(.verdict(failing), since: noon - .seconds(9))],
            state: .held,
            sentence: "held: errors 12.5 %, limit 5 %, n = 96; continue goes on, rollback returns "
                + "to v7",
            countdown: .init(
                title: "watch",
                total: .seconds(15),
                endsAt: nil,
                remaining: .seconds(6),
                then: "begins batch 3"
            ),
            verdict: failing,
            new: [
                instance("i7", number: 7, rollout: 18, release: "v8", rate: 88, p99: 60, errors: 9),
                instance(
                    "i8",
                    number: 8,
                    rollout: 18,
                    release: "v8",
                    state: .degraded,
                    rate: 88,
                    p99: 61,
                    errors: 12,
                    exceeded: [.errorRate]
                ),
            ]
        )
    }

    static var empty: EngineSnapshot {
        var web = ServiceBuilder("web").service
        var worker = ServiceBuilder("worker", isRolling: true, port: 8081).service
        for verb in Verb.allCases {
            let words: VerbAvailability =
                verb == .deploy
                ? .possible(effect: "starts 4 instances; they serve as soon as they are healthy")
                : .refused(reason: "no release was deployed yet; d deploys the first one")
            web.availability[verb] = words
            worker.availability[verb] = words
        }
        web.knownReleases = [ReleaseName(rawValue: "good"), ReleaseName(rawValue: "slow")]
        return snapshot([web, worker], environment: nil, events: [])
    }

    static var forty: EngineSnapshot {
        let services = (1...40).map { number in
            let name = "service-\(number < 10 ? "0" : "")\(number)"
            let slot: Slot = number % 2 == 0 ? .blue : .green
            return ServiceBuilder(name, port: 8000 + number)
                .live("v\(number)", slot: slot, instances: instances("b", 20, rate: Double(number)))
                .service
        }
        return snapshot([gateService()] + services.dropFirst())
    }

    /// Names and texts that try to break the screen.
    static var hostile: EngineSnapshot {
        let long = String(repeating: "extraordinarily-long-name-", count: 12)
        let escape = "\u{1B}[31mred\u{1B}]0;title\u{7}\u{9B}2J\u{202E}rtl\u{200D}\u{FEFF}\r\n\t"
        let wide = "決済サービス🚀⚡e\u{301}\u{301}\u{301}"
        var services = [long, escape, wide].enumerated().map { index, name in
            var service = gateService()
            service.name = ServiceName(rawValue: name)
            service.rollout?.candidate = ReleaseName(rawValue: name)
            service.rollout?.actor = Actor(name: name)
            service.rollout?.progress.sentence = name + " " + name
            service.rollout?.progress.steps[2].title = name
            service.rollout?.progress.countdown?.title = name
            service.rollout?.progress.countdown?.then = name
            service.rollout?.checks = [
                CheckSnapshot(
                    name: name,
                    stage: .beforePromotion,
                    state: .finished(
                        CheckResult(
                            name: name,
                            passed: false,
                            summary: name,
                            tries: 1,
                            duration: .zero
                        )
                    )
                )
            ]
            service.rollout?.progress.holds.append(
                .anomaly(.unhealthy([name], evidence: name), since: noon)
            )
            service.availability = service.availability.mapValues { _ in .possible(effect: name) }
            service.listen = name + ":80"
            service.preview = name
            service.knownReleases = [ReleaseName(rawValue: name)]
            service.traffic.rate = index == 0 ? .infinity : 1e300
            service.traffic.p99 = index == 1 ? .nan : 1e12
            service.failedByProxy = index == 2 ? .max / 2 : 0
            for side in service.sides.indices {
                service.sides[side].release = ReleaseName(rawValue: name)
                for index in service.sides[side].instances.indices {
                    service.sides[side].instances[index].name = name
                    service.sides[side].instances[index].address = name
                    service.sides[side].instances[index].note = name
                    service.sides[side].instances[index].release = ReleaseName(rawValue: name)
                    service.sides[side].instances[index].evidence = InstanceEvidence(
                        probes: [
                            ProbeResult(
                                at: noon,
                                passed: false,
                                status: -1,
                                bytes: .max,
                                duration: .zero,
                                error: name
                            )
                        ],
                        lastExit: name,
                        log: [name, escape, wide]
                    )
                }
            }
            return service
        }
        services[0].sides[1].instances[0].state = .unhealthy
        var snapshot = snapshot(
            services,
            environment: escape,
            events: [long, escape, wide].enumerated().map { index, name in
                event(Int64(index), .anomaly, name, name, by: name)
            },
            faults: [escape]
        )
        snapshot.project = wide
        snapshot.proxy = .unreachable(reason: escape, since: noon - .seconds(9))
        return snapshot
    }
}
