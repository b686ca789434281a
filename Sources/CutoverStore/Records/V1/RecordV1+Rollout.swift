import CutoverCore

extension RecordV1 {
    struct Rollout: Codable {
        var plan: Plan
        var phase: Phase
        var holds: [Hold]
        var roster: [RosterEntry]
        var traffic: TrafficRecord
        var checkResults: [CheckResult]
        var lastEffect: Int
        var lastInstance: Int
        var revision: Int
        var furthestStep: Int
        var settledAt: Instant

        init(_ machine: RolloutMachine) {
            plan = Plan(machine.plan)
            phase = Phase(machine.phase)
            holds = machine.holds
            roster = machine.roster.entries.map(RosterEntry.init)
            traffic = TrafficRecord(machine.traffic)
            checkResults = machine.checkResults
            lastEffect = machine.lastEffect
            lastInstance = machine.lastInstance
            revision = machine.revision
            furthestStep = machine.furthestStep
            settledAt = Instant(machine.settledAt)
        }

        var value: RolloutMachine {
            RolloutMachine(
                plan: plan.value,
                phase: phase.value,
                holds: holds,
                roster: Roster(entries: roster.map(\.value)),
                traffic: traffic.value,
                checkResults: checkResults,
                lastEffect: lastEffect,
                lastInstance: lastInstance,
                revision: revision,
                furthestStep: furthestStep,
                settledAt: settledAt.value
            )
        }
    }

    /// A service without its rollout, which has a row of its own.
    struct Service: Codable {
        var live: Live?
        var previous: ReleaseName?
        var rollout: RolloutID?
        var queued: Queued?

        struct Live: Codable {
            var release: ReleaseName
            var slot: Slot?
            var roster: [RosterEntry]
            var traffic: Traffic
        }

        struct Queued: Codable {
            var id: RolloutID
            var release: ReleaseName
            var actor: Actor
        }

        init(_ record: ServiceRecord) {
            live = record.live.map { live in
                Live(
                    release: live.release,
                    slot: live.slot,
                    roster: live.roster.entries.map(RosterEntry.init),
                    traffic: live.traffic
                )
            }
            previous = record.previous
            rollout = record.rollout
            queued = record.queued.map { queued in
                Queued(id: queued.id, release: queued.release, actor: queued.actor)
            }
        }

        func value(of name: ServiceName) -> ServiceRecord {
            ServiceRecord(
                name: name,
                live: live.map { live in
                    LiveRelease(
                        release: live.release,
                        slot: live.slot,
                        roster: Roster(entries: live.roster.map(\.value)),
                        traffic: live.traffic
                    )
                },
                previous: previous,
                rollout: rollout,
                queued: queued.map { queued in
                    QueuedDeploy(id: queued.id, release: queued.release, actor: queued.actor)
                }
            )
        }
    }
}
