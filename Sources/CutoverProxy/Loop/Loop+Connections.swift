import CLinux
import Glibc

// The life of connections: registering, arming, lending blocks, closing.

extension Loop {
    /// Tells epoll about a connection that has to wait for the first time.
    ///
    /// epoll reports at once what is there already, so nothing is lost between the read that found
    /// nothing and this call.
    mutating func register(_ index: Int32) {
        guard !slab[index].flags.contains(.registered) else {
            return
        }
        let events = CLINUX_IN | CLINUX_RDHUP
        if clinux_epoll_add(epoll, slab[index].descriptor, events, 1, slab.token(index)) == 0 {
            slab[index].flags.insert(.registered)
        }
    }

    /// Has epoll report when a connection takes bytes again.
    mutating func armForOutput(_ index: Int32) {
        guard !slab[index].flags.contains(.armedForOutput) else {
            return
        }
        let events = CLINUX_IN | CLINUX_RDHUP | CLINUX_OUT
        let token = slab.token(index)
        let descriptor = slab[index].descriptor
        let result =
            slab[index].flags.contains(.registered)
            ? clinux_epoll_modify(epoll, descriptor, events, 1, token)
            : clinux_epoll_add(epoll, descriptor, events, 1, token)
        if result == 0 {
            slab[index].flags.formUnion([.registered, .armedForOutput])
        }
    }

    /// Keeps bytes of `source` as the connection's input, which then is exactly them.
    ///
    /// Returns false when there is no memory, or more than a block of them.
    mutating func keepInput(_ index: Int32, _ source: Block, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty else {
            giveInput(index)
            return true
        }
        if slab[index].input == nil {
            // The begin of a request leaves to those that run what they may come to need.
            let isBegin = slab[index].role == .client && slab[index].phase == .head
            slab[index].input = heads.take(leaving: isBegin ? budget.reserve : 0)
        }
        guard let input = slab[index].input, range.count <= input.capacity else {
            return false
        }
        if input.base != source.base || range.lowerBound > 0 {
            input.copy(from: source, range, to: 0)
        }
        slab[index].inputCount = Int32(range.count)
        return true
    }

    /// Gives the input block back.
    mutating func giveInput(_ index: Int32) {
        if let input = slab[index].input {
            heads.give(input)
            slab[index].input = nil
        }
        slab[index].inputCount = 0
    }

    /// Gives the request block back, and the pipe of the request's body.
    mutating func giveRequest(_ index: Int32) {
        givePipe(index)
        if let request = slab[index].request {
            if request.capacity == labels.blockBytes {
                labels.give(request)
            } else {
                heads.give(request)
            }
            slab[index].request = nil
        }
        slab[index].requestSent = 0
        slab[index].requestCount = 0
    }

    /// Gives the output block back.
    mutating func giveOutput(_ index: Int32) {
        if let output = slab[index].output {
            outputs.give(output)
            slab[index].output = nil
        }
        slab[index].outputSent = 0
        slab[index].outputCount = 0
    }

    /// Closes a connection and frees its slot; its exchange must have been ended by the caller.
    mutating func release(_ index: Int32) {
        guard slab[index].role != .free else {
            return
        }
        if slab[index].role == .client {
            if slab[index].phase == .held { leaveLine(index) }
            if clients.isActive { forgetAddress(index) }
            forgetClient(index)
            routing.clientDisconnected(slab[index].route)
        } else {
            if slab[index].phase == .idle {
                removeFromPool(index)
            }
            routing.disconnected(slab[index].backend)
        }
        close(slab[index].descriptor)
        giveInput(index)
        giveRequest(index)
        giveOutput(index)
        slab.give(index)
    }

    /// Cuts what still runs, at the loop's end.
    mutating func cutEverything() {
        for index in 0..<Int32(slab.highWater)
        where slab[index].role == .client && slab[index].phase != .linger {
            if slab[index].peer >= 0 {
                cut(client: index)
            } else if slab[index].phase == .flush {
                cutShort(index)
            } else if slab[index].phase == .held {
                expireHeld(index)
            } else if isAwaitingRoom(index) {
                refuse(index, .unavailable)
            } else {
                release(index)
            }
        }
        for index in 0..<Int32(slab.highWater)
        where slab[index].role == .upstream && slab[index].phase != .linger {
            release(index)
        }
    }

    /// Closes whatever is open, at the loop's very end.
    mutating func closeEverything() {
        for index in 0..<Int32(slab.highWater) {
            release(index)
        }
        for listener in listeners {
            close(listener.descriptor)
        }
        listeners = []
    }

    /// Whether no client is connected any more.
    var isDrained: Bool {
        routing.routes.allSatisfy { $0.connections == 0 }
    }
}

// MARK: - Idle upstream connections

extension Loop {
    /// Puts a connection on top of its backend's idle ones.
    @inline(__always)
    mutating func addToPool(_ upstream: Int32) {
        let backend = Int(slab[upstream].backend)
        let first = routing.backends[backend].firstIdle
        slab[upstream].phase = .idle
        slab[upstream].peer = -1
        slab[upstream].next = first
        slab[upstream].previous = -1
        slab[upstream].idleSince = now
        slab[upstream].deadline = after(Self.upstreamKeepAlive)
        if first >= 0 {
            slab[first].previous = upstream
        }
        routing.backends[backend].firstIdle = upstream
    }

    /// Takes a connection out from among its backend's idle ones.
    @inline(__always)
    mutating func removeFromPool(_ upstream: Int32) {
        let next = slab[upstream].next
        let previous = slab[upstream].previous
        if previous >= 0 {
            slab[previous].next = next
        } else {
            routing.backends[Int(slab[upstream].backend)].firstIdle = next
        }
        if next >= 0 {
            slab[next].previous = previous
        }
        slab[upstream].next = -1
        slab[upstream].previous = -1
    }

    /// An idle connection has news: the instance closed it, or sent bytes that nobody asked for.
    mutating func idleEvent(_ upstream: Int32) {
        if clinux_peek(slab[upstream].descriptor) == -Int(EAGAIN) {
            slab[upstream].flags.remove(.readable)
        } else {
            release(upstream)
        }
    }

    /// Closes all idle connections to a backend.
    mutating func closeIdle(_ backend: Int32) {
        while routing.backends[Int(backend)].firstIdle >= 0 {
            release(routing.backends[Int(backend)].firstIdle)
        }
    }
}
