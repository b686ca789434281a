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
        guard deliver(client, assembly, 0..<size) else {
            closeTunnel(client)
            return
        }
        countBytes(upstream, size)
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
    private mutating func passEarlyInput(_ client: Int32, _ upstream: Int32) -> Bool {
        guard let input = slab[client].input else {
            return true
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
                closeTunnel(source)
                return
            }
            guard count > 0 else {
                slab[source].flags.insert(.ended)
                break
            }
            countTunnel(source, UInt64(count))
            followFrames(source, scratch, 0..<count)
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

    /// Ends a tunnel that nobody wants to end but the drain, or the loop.
    ///
    /// A WebSocket's sides are told so with a close frame wherever one can stand. What they answer
    /// is read and forgotten for a moment: closing at once would reset the connection, and with it
    /// the frame.
    mutating func cutTunnel(_ client: Int32) {
        let upstream = slab[client].peer
        routing.backends[Int(slab[upstream].backend)].counters.add(.cut)
        // Behind the loop's end the whole service comes back under the same address.
        let code: WebSocketFraming.CloseCode = stopDeadline == nil ? .goingAway : .serviceRestart
        let key = UInt32.random(in: 0...UInt32.max)
        let toClient = lastFrame(client, WebSocketFraming.closeFrame(code))
        let toInstance = lastFrame(
            upstream,
            WebSocketFraming.closeFrame(.goingAway, maskedBy: key)
        )
        note(client, .cutShort)
        endExchange(upstream)
        countCutShort(client)
        part(client, toClient)
        part(upstream, toInstance)
    }

    /// What is to be sent to one side of a tunnel before its end: the close frame, nothing behind
    /// one that has passed already, or `nil` where no frame can stand, since none is followed or
    /// the last one is not out as a whole.
    private func lastFrame(_ target: Int32, _ closeFrame: [UInt8]) -> [UInt8]? {
        let source = slab[target].peer
        guard slab[target].flags.contains(.webSocket), slab[source].frames.isAtBoundary,
            !slab[target].hasOutput
        else {
            return nil
        }
        let isOver =
            slab[source].frames.hasClosed || slab[source].flags.contains(.endForwarded)
        return isOver ? [] : closeFrame
    }

    /// Sends the last frame and then the end, or closes at once.
    private mutating func part(_ index: Int32, _ frame: [UInt8]?) {
        guard let frame else {
            release(index)
            return
        }
        _ = assembly.bytes(0..<frame.count).update(fromContentsOf: frame)
        if assembly.send(slab[index].descriptor, 0..<frame.count) == frame.count {
            linger(index)
        } else {
            release(index)
        }
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
