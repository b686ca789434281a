import CutoverWire
import Synchronization

// Bounds that hold for all loops together, without a counter that they would have to share.

extension RoutingState {
    /// Whether no more than `maximum` stand in a gauge of all loops, of which the caller has just
    /// added one to its own cell.
    ///
    /// The sum is never above `maximum` for two that ask at once: each writes its cell before the
    /// fence and reads the others' behind it, so at least the later one sees both. At worst both
    /// see both, and one too many is turned away.
    static func isWithin(
        _ maximum: UInt32,
        _ gauge: RouteCounter,
        _ cells: [CounterBlock]
    ) -> Bool {
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        return cells.reduce(0) { $0 &+ $1.load(gauge.rawValue) } <= UInt64(maximum)
    }

    /// Counts one more request that waits for a route, or returns false when there are enough.
    func beginWait(_ route: Int32, atMost maximum: UInt32) -> Bool {
        let state = routes[Int(route)]
        let cells = state.plan.takeUnretainedValue().counters
        state.counters.add(RouteCounter.held.rawValue)
        guard Self.isWithin(maximum, .held, cells) else {
            state.counters.subtract(RouteCounter.held.rawValue)
            return false
        }
        return true
    }

    /// Whether the connection that was counted last is one too many for its route's listeners.
    func isCrowded(_ route: Int32) -> Bool {
        routes[Int(route)].plan._withUnsafeGuaranteedRef { plan in
            let maximum = plan.settings.connectionsMaximum
            return maximum > 0
                && !Self.isWithin(maximum, .connectionsOpen, plan.listenerCounters)
        }
    }

    /// Notes on a route whether its next request has to wait, or at least to queue.
    mutating func updateWaiting(_ route: Int32) {
        let line = lines[Int(route)]
        if line.isHeld || line.count > 0 {
            routes[Int(route)].options.insert(.waits)
        } else {
            routes[Int(route)].options.remove(.waits)
        }
    }
}
