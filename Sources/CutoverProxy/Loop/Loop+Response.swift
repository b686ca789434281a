import CLinux
import Glibc

// From the first byte of a response to its last.

extension Loop {
    /// The most interim responses that are passed on for one request.
    static let interimsMaximum: UInt8 = 16

    /// Reads what has arrived from an instance, no faster than the client takes it.
    mutating func readResponse(_ upstream: Int32) {
        let generation = slab[upstream].generation
        var reads = 0
        while slab[upstream].generation == generation,
            slab[upstream].flags.contains(.readable), slab[upstream].peer >= 0,
            !slab[slab[upstream].peer].hasOutput
        {
            guard reads < Self.readsMaximum else {
                postpone(upstream)
                return
            }
            reads &+= 1
            switch slab[upstream].phase {
            case .responseHead: readResponseHead(upstream)
            case .responseBody where isSpliced(upstream): spliceResponse(upstream)
            case .responseBody: readResponseBody(upstream)
            case .tunnel:
                pump(upstream)
                return
            default: return
            }
        }
    }

    @inline(__always)
    private mutating func readResponseHead(_ upstream: Int32) {
        let have = Int(slab[upstream].inputCount)
        let block = slab[upstream].input ?? scratch
        // What is to be spliced must still be in the kernel behind the head.
        let splices = routing.routes[Int(slab[slab[upstream].peer].route)].splices
        let limit = splices && have == 0 ? Self.headReadBytes : Self.scratchBytes
        let room = min(limit, block.capacity) - have
        guard room > 0 else {
            fail(upstream, .responseInvalid)
            return
        }
        let count = block.receive(slab[upstream].descriptor, at: have, count: room)
        guard count > 0 else {
            readingEnded(upstream, count)
            return
        }
        if count < room, !slab[upstream].flags.contains(.peerClosed) {
            slab[upstream].flags.remove(.readable)
        }
        slab[upstream].flags.insert(.answered)
        handleHeads(upstream, block, have + count)
    }

    @inline(__always)
    private mutating func readResponseBody(_ upstream: Int32) {
        let client = slab[upstream].peer
        let count = scratch.receive(slab[upstream].descriptor, at: 0, count: Self.scratchBytes)
        guard count > 0 else {
            readingEnded(upstream, count)
            return
        }
        if count < Self.scratchBytes, !slab[upstream].flags.contains(.peerClosed) {
            slab[upstream].flags.remove(.readable)
        }
        var span = scratch.bytes(0..<count).mutableSpan
        let step = slab[upstream].body.advance(&span)
        guard !step.isInvalid else {
            fail(upstream, .responseInvalid)
            return
        }
        noteProgress(upstream, client)
        countBytes(upstream, step.produced)
        let delivery = deliver(client, scratch, 0..<step.produced)
        guard delivery == .done else {
            endUndelivered(client, delivery)
            return
        }
        if slab[upstream].body.isDone {
            finish(upstream, isReusable: step.consumed == count)
        }
    }

    /// Bytes of a response have come: both ends of the exchange are alive.
    ///
    /// A client that still sends its body has a deadline too, and one that waits for answers to
    /// what it has sent of it is not idle.
    @inline(__always)
    mutating func noteProgress(_ upstream: Int32, _ client: Int32) {
        slab[upstream].deadline = after(idleTimeout(client))
        if slab[client].deadline != 0 {
            slab[client].deadline = slab[upstream].deadline
        }
    }

    /// A read found nothing: not yet (-EAGAIN), no more (0), or a reset.
    mutating func readingEnded(_ upstream: Int32, _ count: Int) {
        if count == -Int(EAGAIN) {
            slab[upstream].flags.remove(.readable)
            return
        }
        guard count == 0 else {
            fail(upstream, .reset)
            return
        }
        if slab[upstream].phase == .responseBody {
            slab[upstream].body.close()
            if slab[upstream].body.isDone {
                finish(upstream, isReusable: false)
                return
            }
        }
        fail(upstream, .closedEarly)
    }

    /// Parses the heads at the front of `block`: interim ones, then the final one.
    private mutating func handleHeads(_ upstream: Int32, _ block: Block, _ count: Int) {
        let client = slab[upstream].peer
        let limit = routing.routes[Int(slab[client].route)].limits.headBytes
        var offset = 0
        while offset < count {
            switch response.parse(block.bytes(offset..<count).span, headBytes: limit) {
            case .refused:
                fail(upstream, .responseInvalid)
                return
            case .incomplete:
                // No head that its limits allow is too large for a block.
                if !keepInput(upstream, block, offset..<count) {
                    countMemoryRefusal()
                    fail(upstream, .local)
                }
                return
            case .complete where response.isInterim:
                guard passInterim(upstream, client, block.bytes(offset..<count).span) else {
                    return
                }
                offset += response.count
            case .complete:
                if response.status == 101 {
                    startTunnel(upstream, client, block, offset..<count)
                } else {
                    passHead(upstream, client, block, offset..<count)
                }
                return
            }
        }
        giveInput(upstream)
    }

    /// Passes an interim response on to a client that can read one; false when the exchange ended.
    private mutating func passInterim(
        _ upstream: Int32,
        _ client: Int32,
        _ bytes: Span<UInt8>
    ) -> Bool {
        slab[client].interims &+= 1
        guard slab[client].interims <= Self.interimsMaximum else {
            fail(upstream, .responseInvalid)
            return false
        }
        guard !slab[client].flags.contains(.isHTTP10) else {
            return true
        }
        var writer = HeadWriter(assembly)
        writer.append(response, bytes, persistence: .implied, isUnwrapped: false)
        let delivery = deliver(client, assembly, 0..<writer.count)
        guard delivery == .done else {
            endUndelivered(client, delivery)
            return false
        }
        if response.status == 100, slab[client].flags.contains(.awaitsContinue) {
            // From here on the client is the one that is waited for.
            slab[client].flags.remove(.awaitsContinue)
            slab[client].deadline = after(idleTimeout(client))
            slab[upstream].deadline = 0
        }
        return true
    }
}

// MARK: - The final head

extension Loop {
    /// Counts the parsed head, which is the final one, or a 101's: its class, and how long it took.
    @inline(__always)
    mutating func countHead(_ upstream: Int32, _ client: Int32) {
        let counters = routing.backends[Int(slab[upstream].backend)].counters
        let elapsed = clinux_monotonic() &- slab[client].startedAt
        counters.add(BackendCounter.bucket(elapsed))
        counters.add(.latencySum, elapsed)
        counters.add(BackendCounter.responses(response.status))
        if slab[client].flags.contains(.trailed) {
            noteHead(client)
        }
    }

    /// Passes the final head on, in one call with what has arrived of the body.
    @inline(__always)
    private mutating func passHead(
        _ upstream: Int32,
        _ client: Int32,
        _ block: Block,
        _ range: Range<Int>
    ) {
        countHead(upstream, client)
        let isUnwrapped =
            response.fields.isChunked && slab[client].flags.contains(.isHTTP10)
        var body = framing(client, isUnwrapped: isUnwrapped)
        if response.closes || body.mode == .untilClose {
            slab[upstream].flags.insert(.last)
        }
        if body.mode == .untilClose || isUnwrapped {
            slab[client].flags.formUnion([.closes, .endsByClose])
        } else if closesClient(client, Int(slab[upstream].backend)) {
            slab[client].flags.insert(.closes)
        }
        let head = response.count
        var span = block.bytes((range.lowerBound + head)..<range.upperBound).mutableSpan
        let step = body.advance(&span)
        slab[upstream].body = body
        guard !step.isInvalid else {
            fail(upstream, .responseInvalid)
            return
        }
        slab[client].flags.insert(.responded)
        let delivery = writeHead(
            upstream,
            block,
            range,
            head,
            step.produced,
            isUnwrapped: isUnwrapped
        )
        guard delivery == .done else {
            endUndelivered(client, delivery)
            return
        }
        if !body.isDone {
            noteStream(upstream, client, block.bytes(range).span)
        }
        giveInput(upstream)
        if body.isDone {
            finish(
                upstream,
                isReusable: range.lowerBound + head + step.consumed == range.upperBound
            )
        } else {
            slab[upstream].phase = .responseBody
            slab[upstream].deadline = slab[client].hasOutput ? 0 : after(idleTimeout(client))
        }
    }

    /// How the response's end is found: RFC 9112 6.3.
    @inline(__always)
    private func framing(_ client: Int32, isUnwrapped: Bool) -> BodyFraming {
        if slab[client].flags.contains(.isHead) || response.status == 204 || response.status == 304
        {
            return BodyFraming()
        }
        if response.fields.isChunked {
            return BodyFraming(.chunked, isUnwrapped: isUnwrapped)
        }
        if response.fields.contentLength >= 0 {
            return BodyFraming(length: response.fields.contentLength)
        }
        return BodyFraming(.untilClose)
    }

    /// Whether the client's connection ends behind this response, for a reason that the request did
    /// not give.
    @inline(__always)
    private func closesClient(_ client: Int32, _ backend: Int) -> Bool {
        if !slab[client].body.isDone {
            return true
        }
        // A draining instance's clients connect anew, unless a request waits behind this one
        // already.
        let isLeaving =
            !routing.backends[backend].keepsConnections || stopDeadline != nil
            || !routing.routes[Int(slab[client].route)].isListed
        return isLeaving && slab[client].inputCount == 0
            && !slab[client].flags.contains(.readable)
    }

    /// Hands head and body to the client.
    @inline(__always)
    private mutating func writeHead(
        _ upstream: Int32,
        _ block: Block,
        _ range: Range<Int>,
        _ head: Int,
        _ body: Int,
        isUnwrapped: Bool
    ) -> Delivery {
        let client = slab[upstream].peer
        let flags = slab[client].flags
        let persistence: HeadWriter.Persistence =
            flags.contains(.closes) ? .close : flags.contains(.isHTTP10) ? .keepAlive : .implied
        let bodyStart = range.lowerBound + head
        if case .implied = persistence, !response.fields.isRewritten, !response.isHTTP10,
            !flags.contains(.sticky)
        {
            // Written anew it would be the same bytes.
            let whole = range.lowerBound..<(bodyStart + body)
            countBytes(upstream, whole.count)
            return deliver(client, block, whole)
        }
        var writer = HeadWriter(assembly)
        writer.append(
            response,
            block.bytes(range).span,
            persistence: persistence,
            isUnwrapped: isUnwrapped,
            field: flags.contains(.sticky) ? stickyField(client) : nil
        )
        if writer.count <= bodyStart {
            // The head ends where the body begins, so that the body stays where it is.
            block.copy(from: assembly, 0..<writer.count, to: bodyStart - writer.count)
            let whole = (bodyStart - writer.count)..<(bodyStart + body)
            countBytes(upstream, whole.count)
            return deliver(client, block, whole)
        }
        // The assembly block holds a rewritten head and a whole read.
        assembly.copy(from: block, bodyStart..<(bodyStart + body), to: writer.count)
        let size = writer.count + body
        countBytes(upstream, size)
        return deliver(client, assembly, 0..<size)
    }

    func countBytes(_ upstream: Int32, _ count: Int) {
        let backend = Int(slab[upstream].backend)
        routing.backends[backend].counters.add(.bytesToClients, UInt64(count))
    }
}
