import CutoverWire
import Glibc

// Who a client is, and what instances are told about it.

extension Loop {
    /// The client of a connection.
    @inline(__always)
    func clientAddress(_ client: Int32) -> ClientAddress {
        if slab[client].flags.contains(.distant), let address = distantClients[client] {
            return address
        }
        return .ipv4(slab[client].address)
    }

    /// What an instance is told about the client of the parsed request.
    @inline(__always)
    mutating func edgeFields(_ client: Int32, _ bytes: Span<UInt8>) -> EdgeFields {
        let rules = routing.routes[Int(slab[client].route)].edge
        var fields = EdgeFields(client: clientAddress(client))
        fields.sendsForwarded = rules.contains(.sendsForwarded)
        fields.isTrusted =
            rules.contains(.trustsPeers) && isTrusted(fields.client, slab[client].route)
        if rules.contains(.sendsRequestID) {
            let isKept =
                request.fields.hasRequestID
                && request.replaceRequestID(bytes, isTrusted: fields.isTrusted) != nil
            if !isKept {
                fields.sendsRequestID = true
                requestIDs.advance()
            }
        }
        return fields
    }

    /// Whether a route believes what this peer says about clients behind it.
    @inline(never)
    private func isTrusted(_ peer: ClientAddress, _ route: Int32) -> Bool {
        routing.routes[Int(route)].plan._withUnsafeGuaranteedRef { plan in
            peer.isWithin(plan.settings.trustedPeers)
        }
    }

    /// Whether a peer may connect to a listener whose connections begin with a PROXY header.
    func mayName(_ peer: ClientAddress, _ route: Int32) -> Bool {
        !routing.routes[Int(route)].edge.contains(.trustsPeers) || isTrusted(peer, route)
    }

    /// Forgets what stands outside of the slot of a connection that closes.
    @inline(__always)
    mutating func forgetClient(_ client: Int32) {
        if slab[client].flags.contains(.trailed) {
            endTrail(client)
        }
        if slab[client].flags.contains(.distant) {
            distantClients[client] = nil
        }
    }
}

// MARK: - The PROXY header

extension Loop {
    /// Reads the header with which a load balancer begins a connection; the first request may
    /// follow at once.
    ///
    /// Without a whole and valid one the connection is closed and never answered: who is allowed to
    /// send it is no client, and whoever else does it learns nothing.
    mutating func readProxyHeader(_ client: Int32) {
        while slab[client].flags.contains(.readable) {
            let have = Int(slab[client].inputCount)
            let block = slab[client].input ?? scratch
            let room = Self.headReadBytes - have
            let count = block.receive(slab[client].descriptor, at: have, count: room)
            guard count > 0 else {
                if count == -Int(EAGAIN) {
                    slab[client].flags.remove(.readable)
                    break
                }
                endProxyHeader(client)
                return
            }
            if count < room, !slab[client].flags.contains(.peerClosed) {
                slab[client].flags.remove(.readable)
            }
            let bytes = block.bytes(0..<(have + count))
            switch ProxyProtocol.decode(bytes.span) {
            case .complete(let end, let named):
                guard name(client, named) else {
                    return
                }
                noteAccepted(client)
                begin(client, block, end..<(have + count))
                return
            case .incomplete:
                guard keepInput(client, block, 0..<(have + count)) else {
                    release(client)
                    return
                }
            case .malformed:
                slab[client].inputCount = Int32(have + count)
                endProxyHeader(client)
                return
            }
        }
        register(client)
    }

    /// Notes whom the header names, for whom the connection counts from here on; false when that
    /// client has one too many, and this one is closed.
    ///
    /// Without a name the client is the peer itself, and the connection counts for nobody: the peer
    /// is a load balancer, behind which any number of clients may stand.
    private mutating func name(_ client: Int32, _ named: ClientAddress?) -> Bool {
        switch named {
        case nil:
            return true
        case .ipv4(let address)?:
            slab[client].address = address
        case .ipv6?:
            slab[client].flags.insert(.distant)
            distantClients[client] = named
        }
        slab[client].flags.remove(.unnamed)
        return admitNamed(client)
    }

    /// Goes on with the first request, of which `range` of `block` has come.
    private mutating func begin(_ client: Int32, _ block: Block, _ range: Range<Int>) {
        let generation = slab[client].generation
        slab[client].phase = .head
        guard !range.isEmpty else {
            giveInput(client)
            readHead(client)
            return
        }
        block.copy(from: block, range, to: 0)
        slab[client].inputCount = 0
        startRequest(client, block, range.count)
        if slab[client].generation == generation, slab[client].phase == .head {
            readHead(client)
        }
    }

    /// Closes a connection whose header is not whole or not valid; one without a byte has only
    /// looked whether somebody listens.
    mutating func endProxyHeader(_ client: Int32) {
        if slab[client].inputCount > 0 {
            routing.routes[Int(slab[client].route)].counters.add(.connectionsBarred)
        }
        release(client)
    }
}
