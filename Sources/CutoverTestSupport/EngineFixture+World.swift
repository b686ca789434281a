package import CutoverCore
package import CutoverDrivers
import CutoverEngine
package import CutoverWire
package import Synchronization

/// The world outside an engine: processes, a proxy and its counters.
///
/// It outlives engines.
package final class FixtureWorld: Sendable {
    package let state = Mutex(State())

    package init() {}

    package struct State {
        package var processes: [InstanceID: InstanceProcess] = [:]
        package var releases: [InstanceID: ReleaseName] = [:]
        package var nextProcess: Int32 = 1000
        /// Every process that was ever started, to find one that was started twice.
        package var started: [InstanceID] = []
        package var stopped: [InstanceID] = []
        /// What somebody else runs, by its address.
        package var elsewhere: [SocketAddress: ReleaseName] = [:]
        /// Releases that do not pass their probes.
        package var unhealthy: Set<ReleaseName> = []
        /// How long a probe takes; its result is that of its first moment.
        package var probeDuration = Duration.zero
        /// Releases whose program cannot be started, with the words for it.
        package var unstartable: [ReleaseName: String] = [:]
        /// Releases whose processes end as soon as they run.
        package var dying: Set<ReleaseName> = []
        /// How long processes of a release run before they pass a probe.
        package var startUp: [ReleaseName: Duration] = [:]
        /// How long a pass over the logs takes.
        package var rotationDuration = Duration.zero
        /// Passes that are under way, and the most that ever were at once.
        package var rotations = (running: 0, most: 0, ended: 0)
        package var table: ProxyTable?
        /// Every table that was ever live.
        package var tables: [ProxyTable] = []
        package var isProxyRunning = true
        /// Addresses that another program holds.
        package var taken: Set<SocketAddress> = []
        package var refusesToStart = false
        package var proxyProcess: Int32 = 500
        package var counters: [String: ProxyBackendStats] = [:]
        /// Checks that do not pass.
        package var failingChecks: Set<String> = []
        /// What the next calls of each kind do.
        package var faults: [Call: Fault] = [:]
    }

    /// What an engine asks of the world.
    package enum Call: Hashable, Sendable {
        case start
        case stop
        case apply
        case drain
    }

    /// How a call goes wrong.
    package enum Fault: Sendable {
        /// It takes place, and nobody hears of it.
        case unanswered
        /// It does not take place, and nobody hears of it.
        case lost
        case failure(DriverError)
        /// It takes place, and fails for whoever asked.
        case ambiguous(DriverError)
    }

    /// The running instances of a release.
    package func instances(of release: String) -> [InstanceID] {
        state.withLock { state in
            state.processes.keys.filter { state.releases[$0]?.rawValue == release }.sorted()
        }
    }

    /// The share of public requests that each release gets by the live table, in percent.
    package func shares(of service: String = "web") -> [String: Int] {
        state.withLock { state in
            let sides = state.table?.routes.first { $0.service == service }?.sides ?? []
            let total = sides.reduce(0) { $0 + $1.weight }
            let weights = sides.filter { $0.weight > 0 }.map {
                ($0.release, $0.weight * 100 / total)
            }
            return Dictionary(weights) { $0 + $1 }
        }
    }

    /// Sends requests through the live table, evenly to the instances with weight.
    ///
    /// - Parameters:
    ///   - count: requests for each instance.
    ///   - failing: a release that answers all of them with 500.
    package func serve(_ count: UInt64, failing: String? = nil) {
        state.withLock { state in
            for side in (state.table?.routes ?? []).flatMap(\.sides) where side.weight > 0 {
                for backend in side.backends where !backend.isDraining {
                    let key = backend.key
                    var stats = state.counters[key] ?? ProxyBackendStats(key: key)
                    stats.requests += count
                    stats.responses[side.release == failing ? 4 : 1] += count
                    state.counters[key] = stats
                }
            }
        }
    }

    /// Puts requests in flight on an instance, or ends them.
    package func setInFlight(_ count: UInt64, on id: InstanceID) {
        state.withLock { state in
            state.counters[id.key, default: ProxyBackendStats(key: id.key)].inFlight = count
        }
    }
}
