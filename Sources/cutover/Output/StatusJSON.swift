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
            faults: snapshot.faults,
            services: services.map(Document.Service.init)
        )
        text = String(decoding: try encoder.encode(project), as: UTF8.self)
    }

    private struct Document: Encodable {
        var version: Int
        var project: String
        var faults: [String]
        var services: [Service]

        struct Service: Encodable {
            var name: String
            var listen: String
            var live: String?
            var liveSlot: String?
            var failedByProxy: UInt64
            var exitStatus: Int32
            var rollout: Rollout?
            var sides: [Side]

            init(_ service: ServiceSnapshot) {
                name = service.name.rawValue
                listen = service.listen
                live = service.live?.rawValue
                liveSlot = service.liveSlot?.rawValue
                failedByProxy = service.failedByProxy
                exitStatus = ExitStatus(of: service).rawValue
                rollout = service.rollout.map(Rollout.init)
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
            var sentence: String
            var actor: String
            var startedAt: Int64

            init(_ rollout: RolloutSnapshot) {
                id = rollout.id.rawValue
                revision = rollout.revision
                stable = rollout.stable?.rawValue
                candidate = rollout.candidate.rawValue
                phase = rollout.progress.phase.rawValue
                isHeld = !rollout.progress.holds.isEmpty
                sentence = rollout.progress.sentence
                actor = rollout.actor.name
                startedAt = rollout.startedAt.milliseconds
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
            var requests: UInt64
            var errors: UInt64
            var inFlight: Int

            init(_ instance: InstanceSnapshot) {
                name = instance.name
                address = instance.address
                state = instance.state.rawValue
                processID = instance.processID
                restarts = instance.restarts
                requests = instance.traffic.total
                errors = instance.traffic.errors
                inFlight = instance.traffic.inFlight
            }
        }
    }
}
