import Foundation

/// What `cutover status --json` prints.
struct ProjectStatus: Decodable {
    var version: Int
    var project: String
    var faults: [String]
    var services: [Service]

    struct Service: Decodable {
        var name: String
        var listen: String
        var live: String?
        var liveSlot: String?
        var failedByProxy: Int
        var exitStatus: Int32
        var rollout: Rollout?
        var sides: [Side]

        var phase: String? { rollout?.phase }

        func side(_ role: String) -> Side? { sides.first { $0.role == role } }

        /// Of the instances that have a process.
        var processIDs: Set<Int32> {
            Set(sides.flatMap(\.instances).compactMap(\.processID))
        }
    }

    struct Rollout: Decodable {
        var id: Int
        var revision: Int
        var stable: String?
        var candidate: String
        var phase: String
        var isHeld: Bool
        var sentence: String
    }

    struct Side: Decodable {
        var role: String
        var slot: String?
        var release: String
        var share: Int
        var requests: Int
        var errors: Int
        var inFlight: Int
        var instances: [Instance]

        var processIDs: Set<Int32> { Set(instances.compactMap(\.processID)) }
    }

    struct Instance: Decodable {
        var name: String
        var address: String
        var state: String
        var processID: Int32?
        var restarts: Int
        var requests: Int
        var errors: Int
        var inFlight: Int
    }
}
