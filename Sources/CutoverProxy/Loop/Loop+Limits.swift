import CLinux
import CutoverWire

// How many connections clients may have.

extension Loop {
    /// Counts a client's new connection against the limits of its listener; false when it is one
    /// too many, and closed.
    ///
    /// With a reset: no response can be mistaken for it, and it leaves no state behind here, which
    /// whoever opens connections without end would otherwise fill the kernel with.
    @inline(__always)
    mutating func admit(_ client: Int32) -> Bool {
        let route = Int(slab[client].route)
        guard routing.routes[route].limitsConnections || clients.isActive else {
            return true
        }
        return admitLimited(client)
    }

    @inline(never)
    private mutating func admitLimited(_ client: Int32) -> Bool {
        let isWithin = countAddress(client) && !routing.isCrowded(slab[client].route)
        if !isWithin {
            turnAway(client)
        }
        return isWithin
    }

    /// Counts a connection for the client that its PROXY header has named; false when that one has
    /// one too many, and the connection is closed as by `admit`.
    mutating func admitNamed(_ client: Int32) -> Bool {
        let isWithin = countAddress(client)
        if !isWithin {
            turnAway(client)
        }
        return isWithin
    }

    private mutating func turnAway(_ client: Int32) {
        routing.routes[Int(slab[client].route)].counters
            .add(RouteCounter.connectionsLimited.rawValue)
        clinux_reset_on_close(slab[client].descriptor)
        release(client)
    }

    /// Notes that a connection is within the limits and its client known.
    @inline(__always)
    mutating func noteAccepted(_ client: Int32) {
        routing.routes[Int(slab[client].route)].counters
            .add(RouteCounter.connectionsAccepted.rawValue)
    }

    /// Counts a connection for its client, if that is known; false when that has one too many.
    private mutating func countAddress(_ client: Int32) -> Bool {
        guard clients.isActive, !slab[client].flags.contains(.unnamed) else {
            return true
        }
        let route = routing.routes[Int(slab[client].route)]
        let count = clients.add(clientAddress(client), at: route.listener)
        let maximum = route.plan._withUnsafeGuaranteedRef { $0.settings.connectionsPerClient }
        return maximum == 0 || count <= maximum
    }

    /// Forgets a connection that closes, if it was counted; its client must still be known.
    mutating func forgetAddress(_ client: Int32) {
        guard !slab[client].flags.contains(.unnamed) else {
            return
        }
        let listener = routing.routes[Int(slab[client].route)].listener
        clients.remove(clientAddress(client), at: listener)
    }

    /// Counts all connections anew, for a table that may have moved listeners.
    mutating func recountAddresses() {
        let isActive = routing.routes.contains { route in
            route.isListed
                && route.plan._withUnsafeGuaranteedRef { $0.settings.connectionsPerClient > 0 }
        }
        guard isActive || clients.isActive else {
            return
        }
        clients.reset(isActive: isActive)
        for index in 0..<Int32(slab.highWater) where slab[index].role == .client {
            _ = countAddress(index)
        }
    }
}
