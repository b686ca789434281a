// The end of an upgraded connection: in order, because a side or the proxy's memory fails, or
// because the drain's or the loop's end has come.

extension Loop {
    /// Ends a tunnel of which both sides have sent their ends; `last` is the one that did so last.
    mutating func endTunnel(_ last: Int32) {
        let upstream = instanceEnd(last)
        closeTunnel(upstream, failure(upstream, isReset: false))
    }

    /// Ends a tunnel when a read on one side has met an error.
    mutating func endReset(_ side: Int32) {
        let upstream = instanceEnd(side)
        closeTunnel(upstream, failure(upstream, isReset: side == upstream))
    }

    /// Ends a tunnel one side of which did not get its bytes.
    mutating func tunnelBroke(_ side: Int32, _ delivery: Delivery) {
        guard delivery == .unkept else {
            tunnelBroke(side)
            return
        }
        countMemoryRefusal()
        closeTunnel(instanceEnd(side), .local)
    }

    /// Ends a tunnel when the socket of one side has failed.
    ///
    /// What an instance sent in front of its reset passes as far as the client takes it: it may end
    /// with the frame that makes it an end in order.
    mutating func tunnelBroke(_ side: Int32) {
        let upstream = instanceEnd(side)
        let failure = failure(upstream, isReset: side == upstream)
        if side == upstream {
            let generation = slab[upstream].generation
            slab[upstream].flags.insert(.readable)
            pump(upstream)
            guard slab[upstream].generation == generation else {
                return
            }
        }
        closeTunnel(upstream, hasCloseFrame(upstream) ? nil : failure)
    }

    /// How an instance has failed its tunnel that ends now; `nil` when it has not.
    ///
    /// A client that goes first makes many an instance reset its connection, and behind a close
    /// frame of either side nothing is missing. The end of one direction says nothing in most
    /// protocols, but a WebSocket's instance owes a close frame in front of it (RFC 6455 7.1.5).
    private func failure(_ upstream: Int32, isReset: Bool) -> BackendCounter? {
        guard !hasCloseFrame(upstream) else {
            return nil
        }
        let flags = slab[upstream].flags
        let isWebSocket = flags.contains(.webSocket)
        let hasClient = slab[slab[upstream].peer].flags.isDisjoint(with: [.ended, .peerClosed])
        if isReset, hasClient, isWebSocket || !flags.contains(.ended) {
            return .reset
        }
        let isOwed = isWebSocket && !slab[upstream].frames.isLost
        return isOwed && flags.contains(.endForwarded) ? .closedEarly : nil
    }

    /// Whether a close frame has passed, in either direction.
    private func hasCloseFrame(_ upstream: Int32) -> Bool {
        slab[upstream].frames.hasClosed || slab[slab[upstream].peer].frames.hasClosed
    }

    private func instanceEnd(_ either: Int32) -> Int32 {
        slab[either].role == .client ? slab[either].peer : either
    }

    /// Ends a tunnel, whose request is over, or has failed in this way.
    private mutating func closeTunnel(_ upstream: Int32, _ failure: BackendCounter?) {
        let client = slab[upstream].peer
        if let failure {
            routing.backends[Int(slab[upstream].backend)].counters.add(failure)
            note(client, .cutShort)
            countCutShort(client)
        } else {
            note(client, .ok)
        }
        endExchange(upstream)
        release(upstream)
        release(client)
    }
}

// MARK: - Cutting

extension Loop {
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
            linger(index, atMost: Self.lingerTimeout)
        } else {
            release(index)
        }
    }
}
