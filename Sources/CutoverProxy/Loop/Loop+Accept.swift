import CLinux
import Glibc

/// One listening socket of one loop.
struct Listener {
    /// The number of its `ListenerPlan`.
    let number: UInt64
    let descriptor: Int32
    let route: Int32
    let isPreview: Bool
}

extension Loop {
    /// Accepts what waits on a listener, at most a few at a time so that running requests get their
    /// turn.
    mutating func accept(_ place: Int) {
        guard place < listeners.count else {
            return
        }
        for _ in 0..<64 {
            guard acceptOne(listeners[place]) else {
                return
            }
        }
    }

    /// Accepts one connection; false when nothing more can be accepted now.
    private mutating func acceptOne(_ listener: Listener) -> Bool {
        // What requests may need goes before what asks for more of them.
        guard reserve.isFull || reserve.fill() else {
            return hasMadeRoom()
        }
        var address: UInt32 = 0
        let descriptor = clinux_accept(listener.descriptor, &address)
        let edge = routing.routes[Int(listener.route)].edge
        let hasProxyHeader = edge.contains(.acceptsProxyProtocol) && !listener.isPreview
        guard descriptor >= 0 else {
            switch -descriptor {
            case EINTR, ECONNABORTED, EPROTO:
                return true
            case EMFILE, ENFILE:
                return hasMadeRoom()
            case ENOBUFS, ENOMEM:
                pauseAccepting()
                return false
            default:
                return false
            }
        }
        guard !hasProxyHeader || mayName(.ipv4(address), listener.route) else {
            routing.routes[Int(listener.route)].counters.add(.connectionsBarred)
            close(descriptor)
            return true
        }
        // An eighth of the slab is kept for connections to instances.
        let isFull = slab.count >= slab.capacity - slab.capacity / 8
        guard !isFull || makeRoom(),
            let client = slab.take(descriptor: descriptor, role: .client)
        else {
            close(descriptor)
            if !listener.isPreview {
                routing.clientRefused(listener.route)
            }
            pauseAccepting()
            return false
        }
        slab[client].route = listener.route
        slab[client].address = address
        slab[client].idleSince = now
        slab[client].flags = listener.isPreview ? [.readable, .preview] : .readable
        if hasProxyHeader { slab[client].flags.insert(.unnamed) }
        slab[client].deadline = after(routing.routes[Int(listener.route)].timeouts.head)
        routing.clientConnected(listener.route)
        guard admit(client) else {
            return true
        }
        if hasProxyHeader {
            slab[client].phase = .proxyHeader
            readProxyHeader(client)
        } else {
            noteAccepted(client)
            readHead(client)
        }
        return true
    }

    /// Whether an idle connection has given way; without one accepting pauses.
    private mutating func hasMadeRoom() -> Bool {
        let isMade = makeRoom()
        if !isMade {
            pauseAccepting()
        }
        return isMade
    }

    /// Stops looking at listeners until the next sweep: without descriptors they would be ready for
    /// ever.
    private mutating func pauseAccepting() {
        guard !isAcceptPaused else {
            return
        }
        isAcceptPaused = true
        for listener in listeners {
            _ = clinux_epoll_remove(epoll, listener.descriptor)
        }
    }

    /// Looks at listeners again.
    mutating func resumeAccepting() {
        isAcceptPaused = false
        for place in listeners.indices {
            listen(place)
        }
    }

    private func listen(_ place: Int) {
        let token = Self.special | UInt64(place + 1)
        _ = clinux_epoll_add(epoll, listeners[place].descriptor, CLINUX_IN, 0, token)
    }

    /// Closes the listeners that a plan does not name; `isFinal` ends them for every process that
    /// has copies of them.
    ///
    /// Connections that wait in the queue of such a listener are accepted first: closing it would
    /// reset them. The table that knows their route must still be live.
    mutating func closeListeners(except plans: [ListenerPlan], isFinal: Bool) {
        let kept = Set(plans.map(\.number))
        for listener in listeners where !kept.contains(listener.number) {
            while acceptOne(listener) {}
            // Whoever takes it over keeps it open, and with it what epoll knows of it here.
            _ = clinux_epoll_remove(epoll, listener.descriptor)
            if isFinal {
                shutdown(listener.descriptor, Int32(SHUT_RDWR))
            }
            close(listener.descriptor)
        }
        // A token holds a place, and places change: what stays is registered anew.
        for listener in listeners where kept.contains(listener.number) {
            _ = clinux_epoll_remove(epoll, listener.descriptor)
        }
        listeners = []
    }

    /// Listens at exactly the addresses of the plan, whose table must be live.
    mutating func openListeners(_ plans: [ListenerPlan]) {
        listeners = plans.flatMap { plan -> [Listener] in
            guard let route = routing.route(numbered: plan.route) else {
                return []
            }
            return plan.descriptors[index].map { descriptor in
                Listener(
                    number: plan.number,
                    descriptor: descriptor,
                    route: route,
                    isPreview: plan.isPreview
                )
            }
        }
        resumeAccepting()
    }
}
