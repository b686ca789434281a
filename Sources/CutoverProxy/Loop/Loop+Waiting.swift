// Requests that wait for room in the queue of an instance's Unix socket.
//
// Where TCP would send its SYN again, a Unix socket with a full queue refuses at once, and nothing
// tells when it has room: the loop looks again after each turn.

extension Loop {
    /// Between two looks, in milliseconds, while nothing else happens.
    static let roomInterval: Int32 = 2

    /// Has a request wait until an instance has room, for as long as a connection may take.
    ///
    /// `full` is an instance that was just found without, when one was looked at.
    mutating func awaitRoom(_ client: Int32, at full: Int32 = -1) {
        guard slab[client].flags.contains(.awaitsRoom) else {
            slab[client].flags.insert(.awaitsRoom)
            let route = routing.routes[Int(slab[client].route)]
            slab[client].deadline = after(route.timeouts.connect)
            waiting.append(slab.token(client))
            return
        }
        if full >= 0, isPast(slab[client].deadline) {
            routing.begin(full, at: slab[client].startedAt)
            routing.backends[Int(full)].counters.add(.connectTimedOut)
            routing.end(full)
            refuse(client, .gatewayTimeout)
        }
    }

    /// Whether others of its service came first and still wait.
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

    /// Tries again, service by service in the order in which the requests came, until one has to
    /// wait on.
    mutating func admitWaiting() {
        let count = waiting.count
        var kept = 0
        var blocked: [Int32] = []
        for place in 0..<count {
            let token = waiting[place]
            guard let client = slab.find(token), isAwaitingRoom(client) else {
                continue
            }
            let route = slab[client].route
            if !blocked.contains(route) {
                attempt(client, fresh: false, near: -1)
                guard slab.find(token) != nil, isAwaitingRoom(client) else {
                    continue
                }
                blocked.append(route)
            }
            waiting[kept] = token
            kept += 1
        }
        waiting.removeSubrange(kept..<count)
    }
}
