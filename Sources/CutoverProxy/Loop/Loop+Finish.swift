import CLinux
import Glibc

// The end of an exchange, good or bad, and what the connections do next.

extension Loop {
    /// How long a client that has its last response may send nothing before it is left, in
    /// milliseconds: a round trip, and some more for a packet that was lost.
    static let lingerTimeout: UInt32 = 2_000

    /// How long one that goes on sending is read, in milliseconds.
    ///
    /// Many clients look for an answer only when they have sent all of a body. This lets most
    /// uploads end, and is what nginx takes (`lingering_time`); it bounds what is read for nothing.
    static let lingerMaximum: UInt32 = 30_000

    /// The response is whole: the request is over for its instance, whatever the client still has
    /// to read.
    @inline(__always)
    mutating func finish(_ upstream: Int32, isReusable: Bool) {
        let client = slab[upstream].peer
        let backend = Int(slab[upstream].backend)
        let isClean =
            isReusable && slab[client].body.isDone && !slab[client].hasRequestBytes
            && slab[upstream].flags.isDisjoint(with: [.last, .peerClosed, .readable])
            && routing.backends[backend].keepsConnections && stopDeadline == nil
        endExchange(upstream)
        if isClean {
            addToPool(upstream)
        } else {
            release(upstream)
        }
        if !slab[client].body.isDone || slab[client].flags.contains(.bodyAbandoned) {
            slab[client].flags.insert(.closes)
        }
        if slab[client].hasOutput {
            slab[client].phase = .flush
            slab[client].deadline = after(idleTimeout(client))
        } else {
            afterResponse(client)
        }
    }

    /// The client has its whole response: it closes, or the next request begins.
    @inline(__always)
    mutating func afterResponse(_ client: Int32) {
        giveRequest(client)
        if slab[client].flags.contains(.trailed) {
            note(client, .ok)
            endTrail(client)
        }
        if slab[client].flags.contains(.closes) {
            // A client that did not ask for the end may have sent another request by now.
            let isUnread = !slab[client].body.isDone || slab[client].inputCount > 0
            if isUnread || !slab[client].flags.contains(.wantsClose) {
                linger(client)
            } else {
                release(client)
            }
            return
        }
        let timeouts = routing.routes[Int(slab[client].route)].timeouts
        let pipelined = Int(slab[client].inputCount)
        slab[client].phase = .head
        slab[client].flags.remove(.asksPreview)
        slab[client].idleSince = now
        slab[client].deadline = after(pipelined > 0 ? timeouts.head : timeouts.keepAlive)
        let generation = slab[client].generation
        if pipelined > 0, let input = slab[client].input {
            startRequest(client, input, pipelined)
        }
        if slab[client].generation == generation, slab[client].phase == .head {
            readHead(client)
        }
    }

    /// Answers a request by itself, and closes the client's connection behind the answer.
    ///
    /// `isCounted` says that the request stays counted at the instance that it chose last.
    mutating func refuse(_ client: Int32, _ refusal: Refusal, isCounted: Bool = false) {
        let isPreview = slab[client].isPreview
        if !isPreview {
            // Who looks at a candidate too early is no client of the service.
            countRefusal(routing.routes[Int(slab[client].route)].counters, refusal, isCounted)
        }
        let explanation: StaticString =
            isPreview && refusal == .unavailable
            ? "There is no candidate to preview.\n" : refusal.explanation
        if access.isOn {
            let isHead = slab[client].flags.contains(.isHead)
            noteRefusal(client, refusal, bytes: isHead ? 0 : explanation.utf8CodeUnitCount)
        }
        var writer = HeadWriter(assembly)
        writer.append(
            refusal,
            isHead: slab[client].flags.contains(.isHead),
            explanation: explanation
        )
        giveRequest(client)
        slab[client].flags.insert(.closes)
        guard deliver(client, assembly, 0..<writer.count) == .done else {
            release(client)
            return
        }
        if slab[client].hasOutput {
            slab[client].phase = .flush
            // Something may be left to read, which the end of the flush has to know.
            slab[client].body = BodyFraming(.untilClose)
        } else {
            linger(client)
        }
    }

    /// A request counts once, as its failure does: at its instance, or here.
    private func countRefusal(_ counters: CounterWriter, _ refusal: Refusal, _ isCounted: Bool) {
        counters.add(RouteCounter.refusal(refusal))
        switch refusal {
        case .overloaded:
            counters.add(.uncountedFailures)
        case .unavailable where !isCounted:
            counters.add(.uncountedFailures)
        case .unavailable, .badGateway, .gatewayTimeout:
            break
        default:
            return
        }
        if !isCounted {
            counters.add(.uncountedRequests)
        }
    }

    /// Sends the end, and discards what the client still sends: closing at once would reset the
    /// connection and with it an answer that the client has not read yet (RFC 9112 9.6).
    ///
    /// What comes prolongs it, to no more than `limit` milliseconds.
    mutating func linger(_ index: Int32, atMost limit: UInt32 = lingerMaximum) {
        if slab[index].role == .client, slab[index].flags.contains(.trailed) {
            endTrail(index)
        }
        clinux_shutdown_send(slab[index].descriptor)
        giveInput(index)
        giveRequest(index)
        slab[index].phase = .linger
        slab[index].deadline = after(Self.lingerTimeout)
        slab[index].idleSince = after(limit)
        slab[index].flags.insert(.readable)
        discardInput(index)
    }

    /// Bytes have come from a connection that is read for nothing: it gets more time, but not at
    /// the loop's end, which waits for nobody's upload.
    private mutating func prolongLinger(_ index: Int32) {
        guard stopDeadline == nil else {
            return
        }
        let next = after(Self.lingerTimeout)
        let end = slab[index].idleSince
        slab[index].deadline = Int32(bitPattern: end &- next) < 0 ? end : next
    }

    /// Reads and forgets, until the peer closes too.
    mutating func discardInput(_ index: Int32) {
        // A bound, so that a fast sender does not hold the loop; the next sweep goes on, until the
        // deadline.
        for _ in 0..<8 {
            let room = Self.scratchBytes
            let count = scratch.receive(slab[index].descriptor, at: 0, count: room)
            if count == -Int(EAGAIN) {
                slab[index].flags.remove(.readable)
                register(index)
                return
            }
            guard count > 0 else {
                release(index)
                return
            }
            prolongLinger(index)
        }
    }

    /// The client went away, or takes nothing: its request ends at the instance too.
    mutating func clientAborted(_ client: Int32) {
        let upstream = slab[client].peer
        if upstream >= 0 {
            routing.backends[Int(slab[upstream].backend)].counters.add(.clientAborted)
            endExchange(upstream)
            release(upstream)
        }
        releaseShort(client)
    }

    /// Closes a client whose response is not whole.
    ///
    /// It must not look whole where only the connection's end could tell.
    mutating func releaseShort(_ client: Int32) {
        if slab[client].flags.contains(.endsByClose) {
            clinux_reset_on_close(slab[client].descriptor)
        }
        release(client)
    }

    /// The same for another reason than the client, which makes it a failure of its request.
    mutating func cutShort(_ client: Int32) {
        note(client, .cutShort)
        countCutShort(client)
        releaseShort(client)
    }

    func countCutShort(_ client: Int32) {
        if !slab[client].isPreview {
            let route = Int(slab[client].route)
            routing.routes[route].counters.add(RouteCounter.cutShort.rawValue)
        }
    }

    /// Closes what a client has in flight, because the drain's or the loop's end has come.
    mutating func cut(client: Int32) {
        let upstream = slab[client].peer
        guard upstream >= 0 else {
            return
        }
        guard slab[client].phase != .tunnel else {
            cutTunnel(client)
            return
        }
        routing.backends[Int(slab[upstream].backend)].counters.add(.cut)
        endExchange(upstream)
        release(upstream)
        if slab[client].flags.contains(.responded) {
            cutShort(client)
        } else {
            refuse(client, .unavailable, isCounted: true)
        }
    }
}
