import CutoverCore

@testable import cutover

let web = ServiceName(rawValue: "web")

/// A service in a snapshot, made of what a test of the command line cares about.
struct ServiceSketch {
    var live: String? = "v1"
    /// The state of the one instance that gets all requests; `nil`: there is none.
    var serving: InstanceState? = .healthy
    var rollout: RolloutSketch?
    /// Who asked for which release, and the ID of its rollout.
    var queued: (id: Int, release: String)?

    var snapshot: EngineSnapshot {
        EngineSnapshot(
            at: Timestamp(milliseconds: 1_000),
            project: "shop",
            environment: nil,
            services: [service],
            proxy: .running(processID: 7, generation: 1),
            events: [],
            faults: []
        )
    }

    var service: ServiceSnapshot {
        ServiceSnapshot(
            name: web,
            isRolling: false,
            listen: "127.0.0.1:8080",
            preview: nil,
            live: live.map(ReleaseName.init(rawValue:)),
            liveSlot: nil,
            rollout: rollout?.snapshot,
            queued: queued.map { queued in
                QueuedDeploy(
                    id: RolloutID(rawValue: queued.id),
                    release: ReleaseName(rawValue: queued.release),
                    actor: Actor(name: "bob")
                )
            },
            sides: serving.map { [side($0)] } ?? [],
            traffic: TrafficFigures(),
            rateHistory: [],
            knownReleases: [],
            availability: [:],
            failedByProxy: 0
        )
    }

    private func side(_ state: InstanceState) -> SideSnapshot {
        let release = ReleaseName(rawValue: live ?? "v1")
        let instance = InstanceSnapshot(
            id: InstanceID(rollout: RolloutID(rawValue: 1), number: 1),
            name: "b1",
            release: release,
            address: "127.0.0.1:9100",
            state: state,
            note: "",
            processID: 42,
            startedAt: nil,
            restarts: 0,
            traffic: TrafficFigures(),
            evidence: InstanceEvidence(
                probes: [
                    ProbeResult(
                        at: Timestamp(milliseconds: 900),
                        passed: false,
                        status: 503,
                        bytes: 0,
                        duration: .milliseconds(3),
                        error: "503, expected 200-299"
                    )
                ],
                lastExit: "signal 9 (SIGKILL)"
            )
        )
        return SideSnapshot(
            role: .stable,
            slot: nil,
            release: release,
            share: 100,
            traffic: TrafficFigures(),
            instances: [instance]
        )
    }
}

/// A rollout in a snapshot.
struct RolloutSketch {
    var id = 2
    var revision = 1
    var candidate = "v2"
    var phase = PhaseName.starting
    var holds: [Hold] = []
    var countdown: RolloutProgress.Countdown?
    var outcome: Outcome?

    var snapshot: RolloutSnapshot {
        RolloutSnapshot(
            id: RolloutID(rawValue: id),
            revision: revision,
            stable: ReleaseName(rawValue: "v1"),
            candidate: ReleaseName(rawValue: candidate),
            candidateSlot: nil,
            actor: Actor(name: "alice"),
            startedAt: Timestamp(milliseconds: 0),
            finishedAt: outcome.map { _ in Timestamp(milliseconds: 500) },
            progress: RolloutProgress(
                phase: phase,
                steps: [],
                holds: holds,
                sentence: "\(candidate) is in \(phase.rawValue)",
                countdown: countdown,
                outcome: outcome
            ),
            verdict: nil,
            checks: []
        )
    }
}
