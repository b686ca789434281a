import CLinux
import CutoverWire

// Requests that wait: while their route is held, behind others that wait, or for an instance that
// takes them.

extension Loop {
    /// Between two tries to get the first of a line to an instance, in milliseconds.
    static let waitInterval: UInt32 = 100

    /// Requests of one line that are let go in one turn of the loop.
    private static let releasesMaximum = 64

    /// A request arrives at a route whose requests wait.
    mutating func queue(_ client: Int32) {
        let route = slab[client].route
        let bounds = routing.lines[Int(route)].bounds
        guard routing.beginWait(route, atMost: bounds.requests) else {
            refuse(client, .unavailable)
            return
        }
        enqueue(client, until: after(bounds.timeout))
        // It took the last place: where the line moves, the first goes on for it, so that a line is
        // never fed faster than it moves.
        let line = routing.lines[Int(route)]
        if !line.isHeld, isPast(line.resumeAt) {
            letGo(line.first)
        }
    }

    /// No instance takes a client's request, of which none has seen a byte: it waits, if it may;
    /// false when it may not.
    mutating func waitInLine(_ client: Int32) -> Bool {
        let route = slab[client].route
        let line = routing.lines[Int(route)]
        guard routing.routes[Int(route)].isListed, !slab[client].isPreview,
            slab[client].flags.isDisjoint(with: .responded),
            slab[client].flags.contains(.replayable)
        else {
            return false
        }
        if slab[client].flags.contains(.waited) {
            guard !isPast(slab[client].idleSince) else {
                return false
            }
            // It has its place already, so no bound is asked.
            routing.routes[Int(route)].counters.add(RouteCounter.held.rawValue)
            enqueue(client, until: slab[client].idleSince)
        } else {
            guard line.automatic != nil || line.isHeld,
                routing.beginWait(route, atMost: line.bounds.requests)
            else {
                return false
            }
            enqueue(client, until: after(line.bounds.timeout))
        }
        let resumeAt = after(Self.waitInterval)
        routing.lines[Int(route)].resumeAt = resumeAt
        noteRelease(resumeAt)
        return true
    }

    /// Sends a request again, unless its route is held by now.
    mutating func retry(_ client: Int32) {
        let route = Int(slab[client].route)
        if routing.routes[route].previewSide < 0 {
            slab[client].flags.remove(.asksPreview)
        }
        if !routing.lines[route].isHeld || slab[client].isPreview {
            attempt(client, fresh: true)
        } else if !waitInLine(client) {
            refuse(client, .unavailable)
        }
    }

    /// The client of a waiting request did something.
    mutating func heldEvent(_ client: Int32) {
        guard slab[client].flags.contains(.peerClosed) else {
            return
        }
        if !slab[client].body.isDone, clinux_peek(slab[client].descriptor) == 0 {
            // The rest of its body never comes.
            release(client)
        } else {
            answerHalfClose(client)
        }
    }

    /// A request has waited as long as it may.
    mutating func expireHeld(_ client: Int32) {
        leaveLine(client)
        refuse(client, .unavailable)
    }

    /// Lets requests go on whose turn has come.
    mutating func releaseWaiting() {
        releaseAt = 0
        for route in routing.lines.indices {
            release(line: route)
        }
    }

    /// Tries all lines that may move: the table is another one.
    mutating func wakeLines() {
        for route in routing.lines.indices where routing.lines[route].count > 0 {
            routing.lines[route].resumeAt = now
            noteRelease(now)
        }
    }
}

// MARK: - The line

extension Loop {
    /// Puts a counted request into its line: behind those that may wait no longer than it.
    private mutating func enqueue(_ client: Int32, until: UInt32) {
        let route = Int(slab[client].route)
        slab[client].phase = .held
        slab[client].flags.insert(.waited)
        slab[client].idleSince = until
        slab[client].deadline = until
        var next: Int32 = -1
        var previous = routing.lines[route].last
        if previous >= 0, Int32(bitPattern: until &- slab[previous].idleSince) < 0 {
            // It comes back, so its place is at the front or near it.
            next = routing.lines[route].first
            while Int32(bitPattern: slab[next].idleSince &- until) < 0 {
                next = slab[next].next
            }
            previous = slab[next].previous
        }
        slab[client].next = next
        slab[client].previous = previous
        if previous >= 0 {
            slab[previous].next = client
        } else {
            routing.lines[route].first = client
        }
        if next >= 0 {
            slab[next].previous = client
        } else {
            routing.lines[route].last = client
        }
        routing.lines[route].count += 1
        routing.updateWaiting(Int32(route))
        register(client)
    }

    /// Takes a request out of its line, whatever becomes of it.
    mutating func leaveLine(_ client: Int32) {
        let route = Int(slab[client].route)
        let next = slab[client].next
        let previous = slab[client].previous
        if previous >= 0 {
            slab[previous].next = next
        } else {
            routing.lines[route].first = next
        }
        if next >= 0 {
            slab[next].previous = previous
        } else {
            routing.lines[route].last = previous
        }
        slab[client].next = -1
        slab[client].previous = -1
        slab[client].phase = .exchange
        slab[client].deadline = 0
        routing.lines[route].count -= 1
        routing.routes[route].counters.subtract(RouteCounter.held.rawValue)
        if routing.lines[route].count == 0 {
            routing.lines[route].turn = 0
            let plan = routing.routes[route].plan.takeUnretainedValue()
            routing.lines[route].configure(plan, isListed: routing.routes[route].isListed)
        }
        routing.updateWaiting(Int32(route))
    }

    /// Makes the first attempt of a request that waited.
    private mutating func letGo(_ client: Int32) {
        leaveLine(client)
        slab[client].attempts = 0
        slab[client].failedBackends = [-1, -1]
        slab[client].startedAt = clinux_monotonic()
        attempt(client, fresh: false)
    }

    private mutating func release(line route: Int) {
        var releases = 0
        while routing.lines[route].count > 0, !routing.lines[route].isHeld {
            let resumeAt = routing.lines[route].resumeAt
            guard isPast(resumeAt), releases < Self.releasesMaximum else {
                noteRelease(isPast(resumeAt) ? now : resumeAt)
                return
            }
            let time = clinux_monotonic()
            if routing.lines[route].turn == 0 {
                let plan = routing.routes[route].plan.takeUnretainedValue()
                let perSecond = routing.lines[route].bounds.perSecond
                routing.lines[route].turn = max(
                    1,
                    plan.turns.drawRelease(perSecond: perSecond, now: time)
                )
            }
            let turn = routing.lines[route].turn
            guard turn <= time else {
                let wait = min((turn - time + 999_999) / 1_000_000, 1_000)
                noteRelease(after(UInt32(wait)))
                return
            }
            releases += 1
            routing.lines[route].turn = 0
            letGo(routing.lines[route].first)
        }
    }

    /// Has the loop look at its lines at this time, if it would not before.
    private mutating func noteRelease(_ time: UInt32) {
        if releaseAt == 0 || Int32(bitPattern: time &- releaseAt) < 0 {
            releaseAt = time | 1
        }
    }
}
