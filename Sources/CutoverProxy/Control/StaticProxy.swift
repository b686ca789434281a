import CutoverWire
import Glibc

/// The data plane on a table that never changes: without engine, control socket and file.
package final class StaticProxy {
    private let options: StaticProxyOptions
    private let loops: LoopGroup
    private var registry: Registry

    /// Asks the proxy to end, from any thread; a second request ends it at once.
    package let stopRequests: StopRequests

    /// Listens and starts to serve, or throws with nothing left open.
    package init(_ options: StaticProxyOptions) throws(ProxyFault) {
        self.options = options
        let table = options.table
        if let reason = TableRules.refusal(of: table, after: nil) {
            throw ProxyFault(reason)
        }
        stopRequests = try StopRequests()
        loops = try LoopGroup(threads: options.threads, addresses: table.addresses.count)
        registry = Registry(loops: loops.count)
        do throws(ProxyFault) {
            _ = try registry.openListeners(table, tolerating: [])
        } catch {
            loops.stop(graceMilliseconds: 0)
            throw error
        }
        let adopted = loops.adopt(registry.plan(for: table))
        guard adopted == loops.count else {
            loops.stop(graceMilliseconds: 0)
            throw ProxyFault("\(adopted) of \(loops.count) threads began to serve")
        }
    }

    /// What it serves, for people.
    package var summary: String {
        let threads = loops.count == 1 ? "1 thread" : "\(loops.count) threads"
        let upstreams = options.upstreams.map(\.description).joined(separator: ", ")
        return "serves \(options.listen) from \(upstreams) on \(threads)"
    }

    /// How many requests the end of the grace cut.
    package var cutRequests: UInt64 {
        registry.stats(generation: 1, epoch: 0).services.flatMap(\.backends)
            .reduce(0) { $0 + $1.failures.cut }
    }

    /// Serves until the end is asked for and done.
    package func run() {
        var requests: [UInt32] = []
        while requests.isEmpty {
            var entry = pollfd(fd: stopRequests.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&entry, 1, -1)
            requests = stopRequests.takeAll()
        }
        let grace = requests.count > 1 ? 0 : requests[0]
        loops.stop(graceMilliseconds: grace)
        var deadline = ContinuousClock.now + .milliseconds(Int(grace)) + .seconds(2)
        while !loops.haveEnded, ContinuousClock.now < deadline {
            loops.awaitReplies()
            if !stopRequests.takeAll().isEmpty {
                loops.stop(graceMilliseconds: 0)
                deadline = .now + .seconds(2)
            }
        }
    }
}
