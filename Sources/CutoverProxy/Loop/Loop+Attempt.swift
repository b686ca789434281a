import CLinux
import CutoverWire
import Glibc

// One attempt to get a request to an instance: choose, connect or reuse, send; and what follows
// when it fails.

extension Loop {
    /// Chooses an instance for a client's request and starts to send the request there.
    ///
    /// `fresh` asks for a new connection: the idle ones to an instance tend to die together.
    mutating func attempt(_ client: Int32, fresh: Bool) {
        guard waiting.isEmpty || !isBehindOthers(client) else {
            awaitRoom(client)
            return
        }
        var undialled: Int32 = -1
        var full: Int32 = -1
        var fullCount: UInt8 = 0
        var passed = slab[client].failedBackends
        var refusal = Refusal.badGateway
        var limit = attemptsLimit(client)
        while slab[client].attempts &+ fullCount < limit {
            // One that is full is waited for, where nobody as good has room on its side.
            guard let backend = choose(client, failed: passed),
                full < 0 || routing.isMate(backend, of: full)
            else {
                break
            }
            let reach = reach(backend, client, fresh: fresh)
            if case .full = reach {
                full = backend
                fullCount &+= 1
                passed = [backend, passed[0]]
                continue
            }
            countGivenUp(undialled)
            slab[client].attempts &+= 1
            slab[client].requestSent = 0
            slab[client].flags.remove(.bodyAbandoned)
            routing.begin(backend, at: slab[client].startedAt)
            if case .open(let upstream) = reach {
                stopAwaitingRoom(client)
                start(upstream, client)
                if slab[upstream].phase == .responseHead {
                    sendRequest(upstream)
                }
                return
            }
            refusal = reach.refusal
            routing.end(backend)
            noteFailed(client, backend)
            passed = [backend, passed[0]]
            undialled = backend
            limit = reach.isRefused ? attemptsLimit(client) : Self.attemptsMaximum
        }
        if full >= 0 {
            countGivenUp(undialled)
            awaitRoom(client)
            return
        }
        stopAwaitingRoom(client)
        if waitInLine(client) {
            countGivenUp(undialled)
        } else {
            let isUntried = slab[client].attempts == 0
            refuse(client, isUntried ? .unavailable : refusal, isCounted: undialled >= 0)
        }
    }

    /// An attempt is followed by another, at once or later.
    @inline(__always)
    private func countGivenUp(_ undialled: Int32) {
        if undialled >= 0 {
            routing.backends[Int(undialled)].counters.add(.retries)
        }
    }

    /// How many attempts a request has, which depends on what is left behind those that failed.
    @inline(__always)
    private func attemptsLimit(_ client: Int32) -> UInt8 {
        guard slab[client].attempts >= Self.attemptsMaximum else {
            return Self.attemptsMaximum
        }
        return attemptsLimit(behind: slab[client].failedBackends[0], client)
    }

    /// The same behind a backend that refused the connection.
    private func attemptsLimit(behind backend: Int32, _ client: Int32) -> UInt8 {
        let isOtherLeft =
            backend >= 0 && routing.hasOther(than: backend, failed: slab[client].failedBackends)
        return isOtherLeft ? Self.refusedAttemptsMaximum : Self.attemptsMaximum
    }

    /// What came of looking for a connection to a backend.
    private enum Reach {
        /// A kept or a new one.
        case open(Int32)
        /// The queue of the instance's Unix socket has no room at this moment.
        case full
        /// None could be made, for want of something on this machine.
        case wanting
        /// None could be made.
        case failed
        /// The queue has had no room for as long as a connection may take.
        case late

        /// Whether the instance took no connection, and said so at once.
        var isRefused: Bool {
            if case .failed = self { true } else { false }
        }

        /// What a client is answered whose last attempt this was.
        var refusal: Refusal {
            switch self {
            case .wanting: .overloaded
            case .late: .gatewayTimeout
            case .open, .full, .failed: .badGateway
            }
        }
    }

    @inline(__always)
    private mutating func reach(_ backend: Int32, _ client: Int32, fresh: Bool) -> Reach {
        if !fresh, let upstream = takeIdle(backend, client) {
            slab[upstream].phase = .responseHead
            slab[upstream].flags = [.registered, .armedForOutput, .reused]
            return .open(upstream)
        }
        return dial(backend, client)
    }

    /// The instance that the request asks for, or the one whose turn it is.
    @inline(__always)
    private mutating func choose(_ client: Int32, failed: InlineArray<2, Int32>) -> Int32? {
        let wish = slab[client].backend
        if wish >= 0, takesWish(client, failed: failed) {
            return wish
        }
        return routing.choose(
            route: slab[client].route,
            isPreview: slab[client].isPreview,
            side: &slab[client].side,
            failed: failed
        )
    }

    /// Whether a request goes where it asks to go, whose side then is its own: it takes no turn.
    @inline(never)
    mutating func takesWish(_ client: Int32, failed: InlineArray<2, Int32>) -> Bool {
        let wish = slab[client].backend
        let route = slab[client].route
        guard wish >= 0, routing.takes(wish, route: route, failed: failed) else {
            return false
        }
        let side = Int(routing.backends[Int(wish)].side) - routing.routes[Int(route)].firstSide
        slab[client].side = Int16(side)
        return true
    }

    /// Ties an exchange together.
    @inline(__always)
    private mutating func start(_ upstream: Int32, _ client: Int32) {
        slab[upstream].peer = client
        slab[client].peer = upstream
        slab[upstream].body = BodyFraming()
    }

    private mutating func noteFailed(_ client: Int32, _ backend: Int32) {
        slab[client].failedBackends[1] = slab[client].failedBackends[0]
        slab[client].failedBackends[0] = backend
    }

    /// Takes the idle connection that was used last; `nil` when there is none to trust.
    ///
    /// A request that may not be sent twice takes only one that was in use a moment ago and whose
    /// end is not in sight: an instance that closes idle connections after some seconds must not
    /// meet it.
    @inline(__always)
    private mutating func takeIdle(_ backend: Int32, _ client: Int32) -> Int32? {
        let upstream = routing.backends[Int(backend)].firstIdle
        guard upstream >= 0 else {
            return nil
        }
        if !slab[client].flags.contains(.idempotent) {
            guard now &- slab[upstream].idleSince < 1_000,
                clinux_peek(slab[upstream].descriptor) == -Int(EAGAIN)
            else {
                return nil
            }
        }
        removeFromPool(upstream)
        return upstream
    }

    /// Opens a connection to a backend.
    private mutating func dial(_ backend: Int32, _ client: Int32) -> Reach {
        let state = routing.backends[Int(backend)]
        var descriptor: Int32 = -1
        var result = connect(backend, &descriptor)
        if result == -EMFILE || result == -ENFILE, makeRoomToDial() || reserve.spend() {
            result = connect(backend, &descriptor)
        }
        if result == -EAGAIN, state.isUnix {
            guard isAwaitingTooLong(client) else {
                return .full
            }
            routing.suspect(backend, until: after(Self.suspicion))
            state.counters.add(.connectTimedOut)
            return .late
        }
        guard result >= 0 else {
            let isOwn = Self.isOwnWant(-result)
            if !isOwn {
                routing.suspect(backend, until: after(Self.suspicion))
            }
            state.counters.add(isOwn ? .local : .connectRefused)
            return isOwn ? .wanting : .failed
        }
        let slot = slab.take(descriptor: descriptor, role: .upstream)
        guard let upstream = slot ?? takeMadeSlot(descriptor) else {
            close(descriptor)
            state.counters.add(.local)
            return .wanting
        }
        slab[upstream].backend = backend
        slab[upstream].phase = result == 0 ? .responseHead : .connect
        if result == 1 {
            let route = routing.routes[Int(slab[client].route)]
            slab[upstream].deadline = after(route.timeouts.connect)
        }
        routing.connected(backend)
        armForOutput(upstream)
        return .open(upstream)
    }

    /// Whether a connection failed for want of something on this machine, with this errno.
    private static func isOwnWant(_ code: Int32) -> Bool {
        [EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL, EAGAIN].contains(code)
    }

    /// A slot for an upstream connection that an idle connection has left.
    @inline(never)
    private mutating func takeMadeSlot(_ descriptor: Int32) -> Int32? {
        makeRoomToDial() ? slab.take(descriptor: descriptor, role: .upstream) : nil
    }

    /// 0 or 1 when the connection is there or on its way, or an errno below 0.
    @inline(__always)
    private func connect(_ backend: Int32, _ descriptor: inout Int32) -> Int32 {
        let state = routing.backends[Int(backend)]
        guard state.isUnix else {
            return clinux_connect_ipv4(state.host, state.port, &descriptor)
        }
        return switch routing.addresses[Int(backend)] {
        case .unix(let path): clinux_connect_unix(path, &descriptor)
        case .ipv4: -EINVAL
        }
    }

    /// The handshake of a connection is over.
    mutating func connectEvent(_ upstream: Int32, _ events: UInt32) {
        if events & (CLINUX_ERR | CLINUX_HUP) != 0
            || clinux_socket_error(slab[upstream].descriptor) != 0
        {
            fail(upstream, .connectRefused)
        } else if events & CLINUX_OUT != 0 {
            slab[upstream].phase = .responseHead
            slab[upstream].deadline = 0
            sendRequest(upstream)
        }
    }
}

// MARK: - Sending

extension Loop {
    /// Sends what waits of the request, then goes on with its body.
    mutating func sendRequest(_ upstream: Int32) {
        let client = slab[upstream].peer
        if flushRequest(upstream), !slab[client].body.isDone {
            readBody(client)
        }
    }

    /// Sends what waits of the request; true when all of it was taken.
    mutating func flushRequest(_ upstream: Int32) -> Bool {
        let client = slab[upstream].peer
        guard let block = slab[client].request, !slab[client].flags.contains(.bodyAbandoned) else {
            return false
        }
        while slab[client].requestCount > slab[client].requestSent {
            let range = Int(slab[client].requestSent)..<Int(slab[client].requestCount)
            let count = block.send(slab[upstream].descriptor, range)
            guard count > 0 else {
                sendingStopped(upstream, count)
                return false
            }
            slab[client].requestSent &+= Int32(count)
            routing.backends[Int(slab[upstream].backend)].counters
                .add(.bytesFromClients, UInt64(count))
        }
        if slab[client].pipe >= 0, let stop = sendPiped(client, upstream) {
            sendingStopped(upstream, stop)
            return false
        }
        if slab[upstream].phase == .responseHead {
            let timeouts = routing.routes[Int(slab[client].route)].timeouts
            slab[upstream].deadline =
                slab[client].awaitsInstance ? after(timeouts.responseHead) : 0
        } else if slab[upstream].deadline != 0 {
            // An instance that takes the request while it responds is not idle.
            slab[upstream].deadline = after(idleTimeout(client))
        }
        return true
    }

    /// A send took nothing, for now (-EAGAIN) or for good.
    private mutating func sendingStopped(_ upstream: Int32, _ result: Int) {
        if result == -Int(EAGAIN) {
            awaitInstance(upstream, idleTimeout(slab[upstream].peer))
        } else {
            sendingBroke(upstream)
        }
    }

    /// The instance takes no more: it may still have answered, as with 413 before it closed.
    private mutating func sendingBroke(_ upstream: Int32) {
        let client = slab[upstream].peer
        if slab[client].requestSent == 0, slab[client].flags.contains(.replayable) {
            fail(upstream, .reset)
            return
        }
        slab[client].flags.insert(.bodyAbandoned)
        slab[upstream].flags.formUnion([.readable, .last])
        awaitInstance(upstream, routing.routes[Int(slab[client].route)].timeouts.responseHead)
        readResponse(upstream)
    }

    /// The instance is the one that is waited for, unless its client has yet to take what came.
    private mutating func awaitInstance(_ upstream: Int32, _ milliseconds: UInt32) {
        let client = slab[upstream].peer
        if !slab[client].hasOutput {
            slab[client].deadline = 0
            slab[upstream].deadline = after(milliseconds)
        }
    }

    /// The request's connection to its instance failed, in one of the ways that `failure` counts.
    ///
    /// It is sent again when that is safe: nothing of it was taken by the instance, or RFC 9110
    /// 9.2.2 allows it and a reused connection closed before a byte of the response; and in both
    /// cases only while all of the request still stands in its block.
    mutating func fail(_ upstream: Int32, _ failure: BackendCounter) {
        let client = slab[upstream].peer
        let backend = slab[upstream].backend
        let flags = slab[client].flags
        let wasConnecting = slab[upstream].phase == .connect
        let isStale =
            slab[upstream].flags.contains(.reused) && flags.contains(.idempotent)
            && (failure == .closedEarly || failure == .reset)
        let limit =
            failure == .connectRefused
            ? attemptsLimit(behind: backend, client) : Self.attemptsMaximum
        let mayRetry =
            flags.contains(.replayable) && !flags.contains(.responded)
            && !slab[upstream].flags.contains(.answered)
            && slab[client].attempts < limit
            && (wasConnecting || slab[client].requestSent == 0 || isStale)
        if mayRetry {
            routing.backends[Int(backend)].counters.add(.retries)
        }
        // An instance may close a kept connection at any time; one that takes no connection has
        // failed, though no client notices.
        if !mayRetry || !slab[upstream].flags.contains(.reused) {
            routing.backends[Int(backend)].counters.add(failure)
        }
        let isUntouched =
            !slab[upstream].flags.contains(.answered)
            && (wasConnecting || slab[client].requestSent == 0)
        endExchange(upstream)
        release(upstream)
        if wasConnecting {
            routing.suspect(backend, until: after(Self.suspicion))
            noteFailed(client, backend)
        } else if mayRetry, slab[client].backend != backend,
            routing.hasOther(than: backend, failed: slab[client].failedBackends)
        {
            noteFailed(client, backend)
        }
        if mayRetry {
            retry(client)
        } else if !flags.contains(.responded) {
            if isUntouched, waitInLine(client) {
                routing.backends[Int(backend)].counters.add(.retries)
                return
            }
            refuse(client, refusal(of: failure), isCounted: true)
        } else {
            cutShort(client)
        }
    }

    /// What a client is answered whose request came to nothing.
    private func refusal(of failure: BackendCounter) -> Refusal {
        switch failure {
        case .timedOut, .connectTimedOut: .gatewayTimeout
        case .local: .overloaded
        default: .badGateway
        }
    }

    /// Unties an exchange, so that its request counts as over; both connections stay as they are.
    mutating func endExchange(_ upstream: Int32) {
        let client = slab[upstream].peer
        if slab[client].flags.contains(.trailed) {
            noteExchange(upstream)
        }
        slab[upstream].peer = -1
        slab[client].peer = -1
        routing.end(slab[upstream].backend)
    }
}
