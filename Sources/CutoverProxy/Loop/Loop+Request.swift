import CLinux
import CutoverWire
import Glibc

// From the first byte of a request to its forwarding.

extension Loop {
    /// Reads as much of a request's head as has arrived.
    mutating func readHead(_ client: Int32) {
        let generation = slab[client].generation
        while slab[client].generation == generation, slab[client].phase == .head {
            guard slab[client].flags.contains(.readable) else {
                register(client)
                return
            }
            let have = Int(slab[client].inputCount)
            let block = slab[client].input ?? scratch
            let room = min(Self.headReadBytes, Self.inputBytes - have)
            let count = block.receive(slab[client].descriptor, at: have, count: room)
            guard count > 0 else {
                if count == -Int(EAGAIN) {
                    slab[client].flags.remove(.readable)
                    continue
                }
                release(client)
                return
            }
            if count < room, !slab[client].flags.contains(.peerClosed) {
                slab[client].flags.remove(.readable)
            }
            // A head is looked at again when another of its lines ended, or another 4 KiB came:
            // sent byte by byte it costs as many looks as it has lines.
            if have > 0, have / 4_096 == (have + count) / 4_096,
                !hasLineFeed(block.bytes(have..<(have + count)))
            {
                slab[client].inputCount = Int32(have + count)
                continue
            }
            startRequest(client, block, have + count)
        }
    }

    private func hasLineFeed(_ bytes: UnsafeMutableBufferPointer<UInt8>) -> Bool {
        bytes.contains(0x0a)
    }

    /// Parses the head at the front of `block`, and forwards the request when it is whole.
    mutating func startRequest(_ client: Int32, _ block: Block, _ count: Int) {
        let route = Int(slab[client].route)
        let bytes = block.bytes(0..<count)
        switch request.parse(bytes.span, limits: routing.routes[route].limits) {
        case .complete:
            if access.isOn {
                beginTrail(client, bytes.span)
            }
            if let refusal = chooseRoute(client, bytes.span) {
                note(client, isHead: request.isHead)
                refuse(client, refusal)
            } else {
                forward(client, block, count)
            }
        case .refused(let refusal):
            noteMethod(client, block, count)
            refuse(client, refusal)
        case .incomplete:
            if slab[client].inputCount == 0 {
                slab[client].deadline = after(routing.routes[route].timeouts.head)
            }
            if !keepInput(client, block, 0..<count) {
                refuseForMemory(client)
            }
        }
    }

    /// Looks for HEAD in what came of a request that is not parsed to its end.
    mutating func noteMethod(_ client: Int32, _ block: Block, _ count: Int) {
        note(client, isHead: RequestHead.isHead(block.bytes(0..<count).span))
    }

    /// Whether what answers the request has no body.
    private mutating func note(_ client: Int32, isHead: Bool) {
        if isHead {
            slab[client].flags.insert(.isHead)
        } else {
            slab[client].flags.remove(.isHead)
        }
    }

    /// Writes the parsed request anew, with what has arrived of its body, and makes the first
    /// attempt.
    private mutating func forward(_ client: Int32, _ block: Block, _ count: Int) {
        guard let rewritten = heads.take(leaving: budget.reserve) else {
            refuseForMemory(client)
            return
        }
        slab[client].request = rewritten
        slab[client].flags = requestFlags(client)
        slab[client].backend = -1
        let options = routing.routes[Int(slab[client].route)].options
        if !options.isDisjoint(with: [.readsPreview, .readsInstance]) {
            readMarks(client, block.bytes(0..<count).span)
        }
        var body = framing()
        let bodyMaximum = routing.routes[Int(slab[client].route)].bodyBytes
        guard bodyMaximum == 0 || body.total <= bodyMaximum else {
            refuse(client, .contentTooLarge)
            return
        }
        let plan = routing.routes[Int(slab[client].route)].plan
        let edge = edgeFields(client, block.bytes(0..<count).span)
        var writer = HeadWriter(rewritten)
        writer.append(
            request,
            block.bytes(0..<count).span,
            edge: edge,
            requestID: requestIDs.line.span,
            defaultHost: plan.takeUnretainedValue().defaultHost
        )
        if slab[client].flags.contains(.trailed) {
            noteForwarded(client, block.bytes(0..<count).span, edge)
        }
        let head = request.count
        let rest = block.bytes(head..<count)
        var span = rest.mutableSpan
        let step = body.advance(&span)
        guard !step.isInvalid, !writer.isOverfull,
            step.produced <= rewritten.capacity - writer.count
        else {
            refuse(client, .badRequest)
            return
        }
        guard bodyMaximum == 0 || body.total <= bodyMaximum else {
            refuse(client, .contentTooLarge)
            return
        }
        rewritten.copy(from: block, head..<(head + step.produced), to: writer.count)
        slab[client].requestSent = 0
        slab[client].requestCount = Int32(writer.count + step.produced)
        slab[client].body = body
        if request.expectsContinue, !body.isDone, step.consumed == 0 {
            slab[client].flags.insert(.awaitsContinue)
        }
        guard keepInput(client, block, (head + step.consumed)..<count) else {
            refuseForMemory(client)
            return
        }
        slab[client].phase = .exchange
        slab[client].attempts = 0
        slab[client].interims = 0
        slab[client].failedBackends = [-1, -1]
        slab[client].side = -1
        slab[client].deadline = 0
        slab[client].startedAt = clinux_monotonic()
        if options.contains(.waits), !slab[client].isPreview {
            queue(client)
        } else {
            attempt(client, fresh: false)
        }
    }

    /// New requests have used up their share of the memory.
    @inline(never)
    private mutating func refuseForMemory(_ client: Int32) {
        countMemoryRefusal()
        refuse(client, .overloaded)
    }

    private func framing() -> BodyFraming {
        request.fields.isChunked
            ? BodyFraming(.chunked) : BodyFraming(length: request.fields.contentLength)
    }

    /// What the parsed request says about its exchange, beside what the connection itself has seen.
    @inline(__always)
    private func requestFlags(_ client: Int32) -> Connection.Flags {
        var flags = slab[client].flags.intersection([
            .registered, .readable, .peerClosed, .armedForOutput, .preview, .postponed, .trailed,
            .distant, .unnamed,
        ])
        flags.insert(.replayable)
        if request.closes { flags.formUnion([.closes, .wantsClose]) }
        if stopDeadline != nil { flags.insert(.closes) }
        if request.isHead { flags.insert(.isHead) }
        if request.isHTTP10 { flags.insert(.isHTTP10) }
        if request.isIdempotent { flags.insert(.idempotent) }
        if request.isUpgrade { flags.insert(.upgrade) }
        return flags
    }
}

// MARK: - The rest of the body

extension Loop {
    /// A running exchange has news from its client.
    mutating func continueExchange(_ client: Int32) {
        if !slab[client].body.isDone, !slab[client].flags.contains(.bodyAbandoned) {
            readBody(client)
        } else if slab[client].flags.contains(.peerClosed) {
            answerHalfClose(client)
        }
    }

    /// Passes the request's body on as it arrives, no faster than the instance takes it.
    mutating func readBody(_ client: Int32) {
        let generation = slab[client].generation
        var reads = 0
        while slab[client].generation == generation, slab[client].phase == .exchange,
            !slab[client].body.isDone, !slab[client].flags.contains(.bodyAbandoned)
        {
            let upstream = slab[client].peer
            guard upstream >= 0, slab[upstream].phase != .connect, !slab[client].hasRequestBytes
            else {
                return
            }
            guard slab[client].flags.contains(.readable) else {
                register(client)
                if !slab[client].flags.contains(.awaitsContinue) {
                    slab[client].deadline = after(idleTimeout(client))
                }
                return
            }
            guard reads < Self.readsMaximum else {
                postpone(client)
                return
            }
            reads &+= 1
            if isSpliced(client) {
                spliceRequest(client, upstream)
                continue
            }
            // A piece that the instance does not take must fit into the request's block.
            let room = Self.inputBytes
            let count = scratch.receive(slab[client].descriptor, at: 0, count: room)
            guard count > 0 else {
                if count == -Int(EAGAIN) {
                    slab[client].flags.remove(.readable)
                    continue
                }
                clientAborted(client)
                return
            }
            if count < room, !slab[client].flags.contains(.peerClosed) {
                slab[client].flags.remove(.readable)
            }
            passBody(client, upstream, count)
        }
    }

    /// Passes on `count` bytes that stand in `scratch`.
    private mutating func passBody(_ client: Int32, _ upstream: Int32, _ count: Int) {
        var span = scratch.bytes(0..<count).mutableSpan
        let step = slab[client].body.advance(&span)
        let bodyMaximum = routing.routes[Int(slab[client].route)].bodyBytes
        guard !step.isInvalid else {
            abandonRequest(client, .badRequest)
            return
        }
        guard bodyMaximum == 0 || slab[client].body.total <= bodyMaximum else {
            abandonRequest(client, .contentTooLarge)
            return
        }
        guard keepInput(client, scratch, step.consumed..<count), let block = slab[client].request
        else {
            countMemoryRefusal()
            abandonRequest(client, .overloaded)
            return
        }
        slab[client].flags.subtract([.replayable, .awaitsContinue])
        // Behind the front of the head, which says what the request is for as long as it runs.
        let start = RequestLabel.byteCount
        block.copy(from: scratch, 0..<step.produced, to: start)
        slab[client].requestSent = Int32(start)
        slab[client].requestCount = Int32(start + step.produced)
        if !slab[client].body.isDone {
            slab[client].deadline = after(idleTimeout(client))
        } else if !slab[client].hasOutput {
            slab[client].deadline = 0
        }
        _ = flushRequest(upstream)
    }

    /// Ends a request in the middle of its body, because the client broke the rules or for want of
    /// memory: the instance must never see it end.
    private mutating func abandonRequest(_ client: Int32, _ refusal: Refusal) {
        let upstream = slab[client].peer
        let isOwnWant = refusal == .overloaded
        if upstream >= 0 {
            routing.backends[Int(slab[upstream].backend)].counters
                .add(isOwnWant ? .local : .clientAborted)
            endExchange(upstream)
            release(upstream)
        }
        if slab[client].flags.contains(.responded) {
            if isOwnWant {
                note(client, .cutShort)
                countCutShort(client)
            }
            clinux_reset_on_close(slab[client].descriptor)
            release(client)
        } else {
            refuse(client, refusal, isCounted: upstream >= 0)
        }
    }

    /// The idle timeout of a client's route.
    func idleTimeout(_ client: Int32) -> UInt32 {
        routing.routes[Int(slab[client].route)].timeouts.idle
    }

    /// The client sent its end while it waits for the response: either it went away, or it closed
    /// its half and reads on, and no packet tells the two apart.
    ///
    /// An interim response does: RFC 9110 15.2 has every client of HTTP/1.1 read over it, and one
    /// that is gone answers it with a reset, which ends the request at the instance too.
    ///
    /// Behind the head of a stream of events nothing can be asked, and the next byte may be hours
    /// away: there the end is taken for the reader's own, who would come back by itself.
    mutating func answerHalfClose(_ client: Int32) {
        if hasEventStream(client) {
            if !slab[client].hasOutput, clinux_peek(slab[client].descriptor) <= 0 {
                clientAborted(client)
            }
            return
        }
        guard slab[client].flags.isDisjoint(with: [.probed, .responded, .isHTTP10]),
            !slab[client].hasOutput
        else {
            return
        }
        let next = clinux_peek(slab[client].descriptor)
        guard next <= 0, next != -Int(EAGAIN) else {
            return
        }
        slab[client].flags.insert(.probed)
        var writer = HeadWriter(assembly)
        writer.append("HTTP/1.1 100 Continue\r\n\r\n")
        let delivery = next < 0 ? .gone : deliver(client, assembly, 0..<writer.count)
        if delivery != .done {
            endUndelivered(client, delivery)
        }
    }

    private func hasEventStream(_ client: Int32) -> Bool {
        let upstream = slab[client].peer
        return upstream >= 0 && slab[upstream].flags.contains(.eventStream)
    }
}
