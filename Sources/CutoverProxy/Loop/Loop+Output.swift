import Glibc

// Bytes to a socket that may not take them: they are kept, and whoever sent them stops reading.

/// What became of bytes for a connection.
enum Delivery {
    /// They are sent, or kept until it takes them.
    case done
    /// Its peer is gone.
    case gone
    /// It does not take them now, and there is no memory to keep them.
    case unkept
}

extension Loop {
    /// Sends bytes to a connection, and keeps what it does not take.
    ///
    /// Callers read nothing more for this connection while `hasOutput`, so at most one read is ever
    /// kept.
    @inline(__always)
    mutating func deliver(_ index: Int32, _ block: Block, _ range: Range<Int>) -> Delivery {
        if range.isEmpty {
            return .done
        }
        guard !slab[index].hasOutput else {
            return keepOutput(index, block, range)
        }
        let count = block.send(slab[index].descriptor, range)
        if count == range.count {
            return .done
        }
        if count < 0, count != -Int(EAGAIN) {
            return .gone
        }
        return keepOutput(index, block, (range.lowerBound + max(count, 0))..<range.upperBound)
    }

    private mutating func keepOutput(
        _ index: Int32,
        _ block: Block,
        _ range: Range<Int>
    ) -> Delivery {
        if slab[index].output == nil {
            slab[index].output = outputs.take()
            slab[index].outputSent = 0
            slab[index].outputCount = 0
        }
        let end = Int(slab[index].outputCount)
        guard let output = slab[index].output, range.count <= output.capacity - end else {
            return .unkept
        }
        output.copy(from: block, range, to: end)
        slab[index].outputCount = Int32(end + range.count)
        slab[index].deadline = after(outputTimeout(index))
        let peer = slab[index].peer
        if peer >= 0, slab[peer].phase == .responseBody {
            // The client is the one that is waited for.
            slab[peer].deadline = 0
        }
        armForOutput(index)
        return .done
    }

    /// Ends the exchange of a client that did not get bytes of its response.
    @inline(never)
    mutating func endUndelivered(_ client: Int32, _ delivery: Delivery) {
        guard delivery == .unkept else {
            clientAborted(client)
            return
        }
        countMemoryRefusal()
        let upstream = slab[client].peer
        if upstream >= 0 {
            routing.backends[Int(slab[upstream].backend)].counters.add(.local)
            endExchange(upstream)
            release(upstream)
        }
        cutShort(client)
    }

    /// A request is refused, or cut short, for want of memory.
    func countMemoryRefusal() {
        CounterWriter(counters).add(LoopCounter.memoryRefusals.rawValue)
    }

    /// How long a connection may take nothing.
    private func outputTimeout(_ index: Int32) -> UInt32 {
        let client = slab[index].role == .client ? index : slab[index].peer
        return idleTimeout(client)
    }

    /// A connection takes bytes again: sends what waits, then goes on with what stood still for it.
    mutating func flushOutput(_ index: Int32) {
        guard let output = slab[index].output else {
            if slab[index].flags.contains(.responsePiped) {
                flushPipe(to: index)
            }
            return
        }
        while slab[index].hasOutput {
            let range = Int(slab[index].outputSent)..<Int(slab[index].outputCount)
            let count = output.send(slab[index].descriptor, range)
            guard count > 0 else {
                if count != -Int(EAGAIN) {
                    outputBroke(index)
                }
                return
            }
            slab[index].outputSent &+= Int32(count)
            slab[index].deadline = after(outputTimeout(index))
        }
        giveOutput(index)
        resume(index)
    }

    private mutating func resume(_ index: Int32) {
        let peer = slab[index].peer
        switch slab[index].phase {
        case .flush:
            afterResponse(index)
        case .exchange where peer >= 0 && isBodyAwaited(index):
            slab[index].deadline = after(idleTimeout(index))
            readResponse(peer)
        case .exchange where peer >= 0:
            slab[index].deadline = 0
            slab[peer].deadline = after(
                slab[peer].phase == .responseBody
                    ? idleTimeout(index)
                    : routing.routes[Int(slab[index].route)].timeouts.responseHead
            )
            readResponse(peer)
        case .tunnel:
            touch(index, peer)
            pump(peer)
        default:
            break
        }
    }

    /// Whether a client that has taken an interim response is to go on with its body.
    private func isBodyAwaited(_ client: Int32) -> Bool {
        slab[slab[client].peer].phase == .responseHead && !slab[client].awaitsInstance
            && !slab[client].hasRequestBytes
    }

    private mutating func outputBroke(_ index: Int32) {
        if slab[index].phase == .tunnel {
            tunnelBroke(index)
        } else {
            clientAborted(index)
        }
    }
}
