import CutoverCore
import Foundation

/// What `cutover status --json` prints: a format of its own, which only ever grows.
struct StatusJSON {
    let text: String

    init(_ snapshot: EngineSnapshot, _ services: [ServiceSnapshot]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let project = Document(
            version: 1,
            project: snapshot.project,
            at: snapshot.at.milliseconds,
            exitStatus: ExitStatus(standing: services, faults: snapshot.faults).rawValue,
            faults: snapshot.faults,
            services: services.map(Document.Service.init)
        )
        text = String(decoding: try encoder.encode(project), as: UTF8.self)
    }

    private struct Document: Encodable {
        var version: Int
        var project: String
        /// Milliseconds since 1970, as every instant here.
        var at: Int64
        /// That of the command.
        var exitStatus: Int32
        var faults: [String]
        var services: [Service]

        struct Service: Encodable {
            var name: String
            var listen: String
            /// Which requests there are its own; none: all that no other service claims.
            var matches: [String]
            var live: String?
            var liveSlot: String?
            var failedByProxy: UInt64
            /// A proxy died with its counters, so that more may have failed.
            var failedUncounted: Bool
            /// What `--wait` for its rollout would end with.
            var exitStatus: Int32
            var isDown: Bool
            var rollout: Rollout?
            /// The deploy that begins when the rollout has ended.
            var queued: Queued?
            var sides: [Side]

            init(_ service: ServiceSnapshot) {
                name = service.name.rawValue
                listen = service.listen
                matches = service.matches
                live = service.live?.rawValue
                liveSlot = service.liveSlot?.rawValue
                failedByProxy = service.failedByProxy
                failedUncounted = service.failedUncounted
                exitStatus = ExitStatus(of: service).rawValue
                isDown = service.isDown
                rollout = service.rollout.map(Rollout.init)
                queued = service.queued.map(Queued.init)
                sides = service.sides.map(Side.init)
            }
        }

        struct Rollout: Encodable {
            var id: Int
            var revision: Int
            var stable: String?
            var candidate: String
            var phase: String
            var isHeld: Bool
            var holds: [Hold]
            var countdown: Countdown?
            var checks: [Check]
            var verdict: Verdict?
            /// `promoted`, `rolledBack`, `superseded` or `failed`, and why.
            var outcome: String?
            var outcomeReason: String?
            var sentence: String
            var actor: String
            var startedAt: Int64
            var finishedAt: Int64?

            init(_ rollout: RolloutSnapshot) {
                id = rollout.id.rawValue
                revision = rollout.revision
                stable = rollout.stable?.rawValue
                candidate = rollout.candidate.rawValue
                phase = rollout.progress.phase.rawValue
                isHeld = !rollout.progress.holds.isEmpty
                holds = rollout.progress.holds.map(Hold.init)
                countdown = rollout.progress.countdown.map(Countdown.init)
                checks = rollout.checks.map(Check.init)
                verdict = rollout.verdict.map(Verdict.init)
                outcome = rollout.progress.outcome?.word
                outcomeReason = rollout.progress.outcome?.summary(candidate: rollout.candidate)
                sentence = rollout.progress.sentence
                actor = rollout.actor.name
                startedAt = rollout.startedAt.milliseconds
                finishedAt = rollout.finishedAt?.milliseconds
            }
        }

        struct Side: Encodable {
            var role: String
            var slot: String?
            var release: String
            var share: Int
            var requests: UInt64
            var errors: UInt64
            var inFlight: Int
            var instances: [Instance]

            init(_ side: SideSnapshot) {
                role = side.role.rawValue
                slot = side.slot?.rawValue
                release = side.release.rawValue
                share = side.share
                requests = side.traffic.total
                errors = side.traffic.errors
                inFlight = side.traffic.inFlight
                instances = side.instances.map(Instance.init)
            }
        }

        struct Instance: Encodable {
            var name: String
            var address: String
            var state: String
            var processID: Int32?
            var restarts: Int
            var note: String
            var lastExit: String?
            var lastProbe: Probe?
            var requests: UInt64
            var errors: UInt64
            var inFlight: Int

            init(_ instance: InstanceSnapshot) {
                name = instance.name
                address = instance.address
                state = instance.state.rawValue
                processID = instance.processID
                restarts = instance.restarts
                note = instance.note
                lastExit = instance.evidence.lastExit
                lastProbe = instance.evidence.probes.first.map(Probe.init)
                requests = instance.traffic.total
                errors = instance.traffic.errors
                inFlight = instance.traffic.inFlight
            }
        }
    }
}
