import CLinux
import Glibc

// An upgraded connection: after a 101 that was asked for, bytes pass in both directions as they
// come.

extension Loop {
    /// Passes a 101 on and joins the two connections; `range` of `block` holds its head and what
    /// follows.
    mutating func startTunnel(
        _ upstream: Int32,
        _ client: Int32,
        _ block: Block,
        _ range: Range<Int>
    ) {
        guard slab[client].flags.contains(.upgrade), isAskedFor(client, block, range) else {
            fail(upstream, .responseInvalid)
            return
        }
        let backend = Int(slab[upstream].backend)
        let counters = routing.backends[backend].counters
        counters.add(BackendCounter.bucket(clinux_monotonic() &- slab[client].startedAt))
        counters.add(BackendCounter.informational)
        if slab[client].flags.contains(.trailed) {
            noteHead(client)
        }
        var writer = HeadWriter(assembly)
        writer.append(
            response,
            block.bytes(range).span,
            persistence: .upgrade,
            isUnwrapped: false
        )
        let early = (range.lowerBound + response.count)..<range.upperBound
        assembly.copy(from: block, early, to: writer.count)
        let size = writer.count + early.count
        giveInput(upstream)
        giveRequest(client)
        slab[client].phase = .tunnel
        slab[upstream].phase = .tunnel
        slab[client].flags.insert(.responded)
        touch(client, upstream)
        guard deliver(client, assembly, 0..<size) else {
            closeTunnel(client)
            return
        }
        counters.add(.bytesToClients, UInt64(size))
        register(client)
        guard passEarlyInput(client, upstream) else {
            closeTunnel(client)
            return
        }
        let generation = slab[upstream].generation
        slab[client].flags.insert(.readable)
        pump(client)
        if slab[upstream].generation == generation {
            pump(upstream)
        }
    }

    /// Whether the 101 switches to the protocol that the request names.
    ///
    /// Other requests were parsed since this one was, so it is read again from its block.
    private mutating func isAskedFor(_ client: Int32, _ block: Block, _ range: Range<Int>) -> Bool {
        guard let rewritten = slab[client].request else {
            return false
        }
        let bytes = rewritten.bytes(0..<Int(slab[client].requestCount)).span
        let limits = HeadLimits(
            requestLineBytes: Self.headBlockBytes,
            headBytes: Self.headBlockBytes,
            headLines: FieldSection.capacity
        )
        guard request.parse(bytes, limits: limits) == .complete, request.fields.upgrade >= 0 else {
            return false
        }
        let asked = request.fields[request.fields.upgrade].valueRange
        return response.accepts(bytes.extracting(asked), block.bytes(range).span)
    }

    /// Sends what the client sent behind its request.
    private mutating func passEarlyInput(_ client: Int32, _ upstream: Int32) -> Bool {
        guard let input = slab[client].input else {
            return true
        }
        let count = Int(slab[client].inputCount)
        defer { giveInput(client) }
        return deliver(upstream, input, 0..<count)
    }

    /// Either side of a tunnel did something: both may be quiet for its whole timeout again.
    mutating func touch(_ first: Int32, _ second: Int32) {
        let client = slab[first].role == .client ? first : second
        let deadline = after(routing.routes[Int(slab[client].route)].timeouts.tunnel)
        slab[first].deadline = deadline
        slab[second].deadline = deadline
    }

    /// Passes on what has arrived on one side, no faster than the other takes it.
    mutating func pump(_ source: Int32) {
        let target = slab[source].peer
        let generation = slab[source].generation
        var reads = 0
        while slab[source].flags.contains(.readable), !slab[source].flags.contains(.ended),
            !slab[target].hasOutput
        {
            guard reads < Self.readsMaximum else {
                postpone(source)
                return
            }
            reads &+= 1
            let room = Self.scratchBytes
            let count = scratch.receive(slab[source].descriptor, at: 0, count: room)
            if count == -Int(EAGAIN) {
                slab[source].flags.remove(.readable)
                break
            }
            guard count >= 0 else {
                closeTunnel(source)
                return
            }
            guard count > 0 else {
                slab[source].flags.insert(.ended)
                break
            }
            countTunnel(source, UInt64(count))
            touch(source, target)
            guard deliver(target, scratch, 0..<count) else {
                closeTunnel(source)
                return
            }
        }
        if slab[source].generation == generation {
            passEnd(source, target)
        }
    }

    /// Passes the end of one direction on when all of its bytes are out; both ends end the tunnel.
    private mutating func passEnd(_ source: Int32, _ target: Int32) {
        guard slab[source].flags.contains(.ended), !slab[target].hasOutput,
            !slab[source].flags.contains(.endForwarded)
        else {
            return
        }
        slab[source].flags.insert(.endForwarded)
        if slab[target].flags.contains(.endForwarded) {
            closeTunnel(source)
        } else {
            clinux_shutdown_send(slab[target].descriptor)
        }
    }

    private mutating func countTunnel(_ source: Int32, _ count: UInt64) {
        slab[source].body.count(count)
        let isClient = slab[source].role == .client
        let upstream = isClient ? slab[source].peer : source
        routing.backends[Int(slab[upstream].backend)].counters
            .add(isClient ? .bytesFromClients : .bytesToClients, count)
    }

    /// Ends a tunnel: whatever ended it, its request is over.
    mutating func closeTunnel(_ either: Int32) {
        let peer = slab[either].peer
        let upstream = slab[either].role == .client ? peer : either
        note(slab[upstream].peer, .ok)
        endExchange(upstream)
        release(either)
        release(peer)
    }
}
