import Foundation
import Synchronization

/// Clients that send one kind of request for as long as they are let, each on a thread of its own,
/// and count for themselves.
final class SoakLoad: Sendable {
    /// What clients counted.
    struct Counts: Equatable, Sendable {
        var connections = 0
        var requests = 0
        /// Those among them that no proxy may send again.
        var posts = 0
        /// Whole responses with 200 and the right length.
        var answered = 0
        /// Upgrades with 101.
        var tunnels = 0
        /// What came back whole through tunnels.
        var echoes = 0
        /// Bytes of all responses and tunnels.
        var bytes = 0
        /// What became of the rest, by the kind of request.
        var failures: [String: Int] = [:]

        var failed: Int { failures.values.reduce(0, +) }

        static func += (left: inout Counts, right: Counts) {
            left.connections += right.connections
            left.requests += right.requests
            left.posts += right.posts
            left.answered += right.answered
            left.tunnels += right.tunnels
            left.echoes += right.echoes
            left.bytes += right.bytes
            left.failures.merge(right.failures, uniquingKeysWith: +)
        }
    }

    private let counts = Mutex(Counts())
    let isStopped = Atomic(false)
    private let running = DispatchGroup()

    /// Starts `clients` clients for each kind of request.
    init(port: UInt16, clients: Int, kinds: [SoakRequest] = SoakRequest.allCases) {
        for kind in kinds {
            for _ in 0..<clients {
                running.enter()
                Thread.detachNewThread { [self] in
                    run(kind, port)
                    running.leave()
                }
            }
        }
    }

    /// What was counted until now.
    var current: Counts { counts.withLock { $0 } }

    /// Ends it when every request that was begun has its response; what was counted.
    func stop() -> Counts {
        isStopped.store(true, ordering: .relaxed)
        running.wait()
        return current
    }

    private func run(_ kind: SoakRequest, _ port: UInt16) {
        let request = Array(repeatElement(kind.bytes, count: kind.depth).joined())
        while !isStopped.load(ordering: .relaxed) {
            guard var connection = SoakConnection(port: port) else {
                note(Counts(requests: 1, failures: ["\(kind) was refused": 1]))
                continue
            }
            note(Counts(connections: 1))
            if kind == .tunnel {
                holdTunnel(&connection)
                continue
            }
            while !isStopped.load(ordering: .relaxed), exchange(kind, request, &connection) {}
        }
    }

    /// One exchange; whether the connection goes on.
    private func exchange(
        _ kind: SoakRequest,
        _ request: [UInt8],
        _ connection: inout SoakConnection
    ) -> Bool {
        var counts = Counts(requests: kind.depth, posts: kind == .post ? 1 : 0)
        defer { note(counts) }
        guard connection.send(request) else {
            counts.failures["\(kind) was not taken"] = kind.depth
            return false
        }
        for number in 1...kind.depth {
            guard let response = connection.receive() else {
                counts.failures["\(kind) was cut"] = kind.depth - number + 1
                return false
            }
            counts.bytes += response.bytes
            if response.status == 200, response.content == kind.contentBytes {
                counts.answered += 1
            } else {
                counts.failures["\(kind) got \(response.status)", default: 0] += 1
            }
            if response.closes {
                // What was pipelined behind it was not begun: a client sends it again.
                counts.requests -= kind.depth - number
                return false
            }
        }
        return true
    }

    func note(_ more: Counts) {
        counts.withLock { $0 += more }
    }
}
