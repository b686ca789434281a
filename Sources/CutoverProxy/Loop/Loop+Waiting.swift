// Requests that wait for room in the queue of an instance's Unix socket.
//
// Where TCP would send its SYN again, a Unix socket with a full queue refuses at once, and nothing
// tells when it has room: the loop looks again after each turn.

extension Loop {
    /// Between two looks, in milliseconds, while nothing else happens.
    static let roomInterval: Int32 = 2

    /// Has a request wait until its side has room, for as long as a connection may take.
    mutating func awaitRoom(_ client: Int32) {
        guard !slab[client].flags.contains(.awaitsRoom) else {
            return
        }
        slab[client].flags.insert(.awaitsRoom)
        let route = routing.routes[Int(slab[client].route)]
        slab[client].deadline = after(route.timeouts.connect)
        waiting.append(slab.token(client))
    }

    /// Ends the wait of a request that goes on, wherever to.
    @inline(__always)
    mutating func stopAwaitingRoom(_ client: Int32) {
        if slab[client].flags.contains(.awaitsRoom) {
            slab[client].flags.remove(.awaitsRoom)
            slab[client].deadline = 0
        }
    }

    /// Whether a request has waited for as long as a connection may take: then a full queue is a
    /// connection that was not made in time.
    func isAwaitingTooLong(_ client: Int32) -> Bool {
        slab[client].flags.contains(.awaitsRoom) && isPast(slab[client].deadline)
    }

    /// Whether others of its service came first and still wait: then its side's order is kept by
    /// looking at it behind them.
    func isBehindOthers(_ client: Int32) -> Bool {
        guard !slab[client].flags.contains(.awaitsRoom) else {
            return false
        }
        return waiting.contains { token in
            slab.find(token).map { slab[$0].route == slab[client].route } ?? false
        }
    }

    /// Whether this client's request waits.
    func isAwaitingRoom(_ client: Int32) -> Bool {
        slab[client].phase == .exchange && slab[client].flags.contains(.awaitsRoom)
    }

    /// The side to which a client's request goes, which takes its turn here if it has not yet.
    private mutating func side(_ client: Int32) -> Int {
        if slab[client].side < 0 {
            _ = takesWish(client, failed: slab[client].failedBackends)
        }
        return routing.side(
            routing.routes[Int(slab[client].route)],
            isPreview: slab[client].isPreview,
            &slab[client].side
        )
    }

    /// Tries again, side by side in the order in which the requests came, until one has to wait on.
    mutating func admitWaiting() {
        let count = waiting.count
        var kept = 0
        var blocked: [(route: Int32, side: Int)] = []
        for place in 0..<count {
            let token = waiting[place]
            guard let client = slab.find(token), isAwaitingRoom(client) else {
                continue
            }
            let route = slab[client].route
            let side = side(client)
            if !blocked.contains(where: { $0 == (route, side) }) {
                attempt(client, fresh: false)
                guard slab.find(token) != nil, isAwaitingRoom(client) else {
                    continue
                }
                blocked.append((route, side))
            }
            waiting[kept] = token
            kept += 1
        }
        waiting.removeSubrange(kept..<count)
    }
}
