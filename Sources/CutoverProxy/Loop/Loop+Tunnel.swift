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
        countHead(upstream, client)
        var writer = HeadWriter(assembly)
        writer.append(
            response,
            block.bytes(range).span,
            persistence: .upgrade,
            isUnwrapped: false,
            field: slab[client].flags.contains(.sticky) ? stickyField(client) : nil
        )
        let early = (range.lowerBound + response.count)..<range.upperBound
        assembly.copy(from: block, early, to: writer.count)
        let size = writer.count + early.count
        giveInput(upstream)
        keepLabel(client)
        slab[client].phase = .tunnel
        slab[upstream].phase = .tunnel
        slab[client].flags.insert(.responded)
        if response.accepts(Self.webSocketName.span, block.bytes(range).span) {
            slab[client].flags.insert(.webSocket)
            slab[upstream].flags.insert(.webSocket)
        }
        slab[upstream].body.count(UInt64(early.count))
        followFrames(upstream, block, early)
        touch(client, upstream)
        var delivery = deliver(client, assembly, 0..<size)
        guard delivery == .done else {
            tunnelBroke(client, delivery)
            return
        }
        countBytes(upstream, size)
        register(client)
        delivery = passEarlyInput(client, upstream)
        guard delivery == .done else {
            tunnelBroke(upstream, delivery)
            return
        }
        let generation = slab[upstream].generation
        slab[client].flags.insert(.readable)
        pump(client)
        if slab[upstream].generation == generation {
            pump(upstream)
        }
    }

    private static let webSocketName = Array("websocket".utf8)

    /// Whether the 101 switches to the protocol that the request names.
    ///
    /// Other requests were parsed since this one was, so it is read again from its block.
    private mutating func isAskedFor(_ client: Int32, _ block: Block, _ range: Range<Int>) -> Bool {
        guard slab[client].flags.contains(.replayable), let rewritten = slab[client].request else {
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
    private mutating func passEarlyInput(_ client: Int32, _ upstream: Int32) -> Delivery {
        guard let input = slab[client].input else {
            return .done
        }
        let count = Int(slab[client].inputCount)
        defer { giveInput(client) }
        countTunnel(client, UInt64(count))
        followFrames(client, input, 0..<count)
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
                endReset(source)
                return
            }
            guard count > 0 else {
                slab[source].flags.insert(.ended)
                break
            }
            countTunnel(source, UInt64(count))
            followFrames(source, scratch, 0..<count)
            touch(source, target)
            let delivery = deliver(target, scratch, 0..<count)
            guard delivery == .done else {
                tunnelBroke(target, delivery)
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
        guard !slab[target].flags.contains(.endForwarded) else {
            endTunnel(source)
            return
        }
        slab[source].flags.insert(.endForwarded)
        clinux_shutdown_send(slab[target].descriptor)
    }

    /// Keeps in mind where frames end in what one side of a WebSocket sent.
    private mutating func followFrames(_ source: Int32, _ block: Block, _ range: Range<Int>) {
        if slab[source].flags.contains(.webSocket) {
            let isMasked = slab[source].role == .client
            slab[source].frames.advance(block.bytes(range).span, isMasked: isMasked)
        }
    }

    private mutating func countTunnel(_ source: Int32, _ count: UInt64) {
        slab[source].body.count(count)
        let isClient = slab[source].role == .client
        let upstream = isClient ? slab[source].peer : source
        routing.backends[Int(slab[upstream].backend)].counters
            .add(isClient ? .bytesFromClients : .bytesToClients, count)
    }
}
