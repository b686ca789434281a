import CLinux

// Deadlines, looked at a few times a second: setting one costs a request nothing but an addition.

extension Loop {
    /// Ends what has waited too long.
    mutating func sweep() {
        lastSweep = now
        lacksRoom = false
        // Before new clients get a turn at what was closed.
        reserve.fill()
        if isAcceptPaused {
            resumeAccepting()
        }
        if !routing.suspects.isEmpty {
            let now = now
            routing.trustAgain { Int32(bitPattern: now &- $0) >= 0 }
        }
        for index in 0..<Int32(slab.highWater) where slab[index].role != .free {
            let deadline = slab[index].deadline
            if deadline != 0, isPast(deadline) {
                if slab[index].role == .client {
                    expire(client: index)
                } else {
                    expire(upstream: index)
                }
            } else if slab[index].phase == .linger, slab[index].flags.contains(.readable) {
                discardInput(index)
            } else if slab[index].phase == .held {
                heldEvent(index)
            } else if slab[index].phase == .exchange {
                // Connections register when they wait for bytes; this one waits for its response,
                // and epoll is to say when the client gives up. Its end may also have come together
                // with its request.
                register(index)
                if slab[index].flags.contains(.peerClosed) {
                    continueExchange(index)
                }
            }
        }
    }

    private mutating func expire(client: Int32) {
        switch slab[client].phase {
        case .head:
            // No head is shorter; an empty line that somebody sends behind a request is none, and
            // an answer to it would be taken for that of the next.
            if let input = slab[client].input, slab[client].inputCount > 2 {
                noteMethod(client, input, Int(slab[client].inputCount))
                refuse(client, .requestTimeout)
            } else if slab[client].inputCount == 0, clinux_peek(slab[client].descriptor) > 0 {
                // It came in this very moment, and its event comes with the next wait.
                slab[client].deadline = after(Self.dismissal)
            } else {
                release(client)
            }
        case .proxyHeader:
            endProxyHeader(client)
        case .exchange where isAwaitingRoom(client):
            // Its next try ends it.
            break
        case .exchange:
            expireExchange(client)
        case .held:
            expireHeld(client)
        case .tunnel:
            expireTunnel(client)
        case .flush:
            releaseShort(client)
        default:
            release(client)
        }
    }

    /// The client sends nothing more of its body, or takes nothing more of its response.
    private mutating func expireExchange(_ client: Int32) {
        guard !slab[client].hasOutput, !slab[client].flags.contains(.responded) else {
            clientAborted(client)
            return
        }
        let upstream = slab[client].peer
        if upstream >= 0 {
            routing.backends[Int(slab[upstream].backend)].counters.add(.clientAborted)
            endExchange(upstream)
            release(upstream)
        }
        refuse(client, .requestTimeout)
    }

    private mutating func expire(upstream: Int32) {
        switch slab[upstream].phase {
        case .connect: fail(upstream, .connectTimedOut)
        case .responseHead, .responseBody: fail(upstream, .timedOut)
        case .tunnel: expireTunnel(upstream)
        default: release(upstream)
        }
    }

    private mutating func expireTunnel(_ either: Int32) {
        let upstream = slab[either].role == .client ? slab[either].peer : either
        let client = slab[upstream].peer
        let counters = routing.backends[Int(slab[upstream].backend)].counters
        endExchange(upstream)
        release(upstream)
        if slab[client].hasOutput {
            counters.add(.clientAborted)
            release(client)
        } else {
            counters.add(.timedOut)
            cutShort(client)
        }
    }
}
