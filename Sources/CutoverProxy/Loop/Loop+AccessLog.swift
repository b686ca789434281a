import CLinux

// What a request leaves in the access log. Without one none of this is called: the flag `trailed`
// is never set.

extension Loop {
    /// Begins the line of a request whose head is parsed.
    @inline(never)
    mutating func beginTrail(_ client: Int32, _ bytes: Span<UInt8>) {
        openTrail(client)
        access.set(client, .method, bytes, request.start..<request.methodEnd)
        // Without its query: what it carries, as tokens, belongs in no log.
        let target = request.target
        let end = target.first { bytes[$0] == 0x3f } ?? target.upperBound
        if end > target.lowerBound {
            access.set(client, .path, bytes, target.lowerBound..<end)
        } else {
            // An absolute target without a path.
            let root = InlineArray<1, UInt8>(repeating: 0x2f)
            access.set(client, .path, root.span, 0..<1)
        }
    }

    private mutating func openTrail(_ client: Int32) {
        access.begin(client)
        slab[client].flags.insert(.trailed)
    }

    /// Notes the ID with which the request is forwarded.
    @inline(never)
    mutating func noteForwarded(_ client: Int32, _ bytes: Span<UInt8>, _ edge: EdgeFields) {
        access[client].isForwarded = true
        if edge.sendsRequestID {
            access.set(client, .requestID, requestIDs.line.span, RequestID.place)
        } else if let id = request.requestID {
            access.set(client, .requestID, bytes, id)
        }
    }

    /// Notes that the final response's head has come, or a 101's.
    @inline(never)
    mutating func noteHead(_ client: Int32) {
        access[client].status = UInt16(response.status)
        access[client].headAfter = clinux_monotonic() &- access[client].startedAt
    }

    /// Notes the instance of an exchange that ends, and what has passed.
    @inline(never)
    mutating func noteExchange(_ upstream: Int32) {
        let client = slab[upstream].peer
        access[client].requestBytes = slab[client].body.received
        access[client].responseBytes = slab[upstream].body.received
        let label = routing.labels[Int(slab[upstream].backend)]
        access.set(client, .instance, label.span, 0..<label.count)
    }

    /// Notes that the proxy answers by itself, also where no head could be parsed.
    @inline(never)
    mutating func noteRefusal(_ client: Int32, _ refusal: Refusal, bytes: Int) {
        if !slab[client].flags.contains(.trailed) {
            openTrail(client)
        }
        access[client].outcome = .refused
        access[client].status = refusal.status
        access[client].headAfter = 0
        access[client].responseBytes = UInt64(bytes)
        if access[client].isForwarded {
            access[client].requestBytes = slab[client].body.received
        }
    }

    /// Notes how a request ends, unless that is known.
    @inline(__always)
    mutating func note(_ client: Int32, _ outcome: AccessTrails.Outcome) {
        if slab[client].flags.contains(.trailed), access[client].outcome == .running {
            access[client].outcome = outcome
        }
    }

    /// Writes the line of a request that is over.
    @inline(never)
    mutating func endTrail(_ client: Int32) {
        note(client, .clientAborted)
        slab[client].flags.remove(.trailed)
        let trail = access[client]
        let duration = clinux_monotonic() &- trail.startedAt
        let label = routing.routes[Int(slab[client].route)].plan._withUnsafeGuaranteedRef {
            $0.label
        }
        let address = clientAddress(client)
        let isPreview = slab[client].isPreview
        let attempts = trail.isForwarded ? slab[client].attempts : 0
        access.end(client) { trails, writer in
            writer.append("{\"time\":\"")
            writer.append(time: clinux_realtime() &- duration / 1_000_000)
            writer.append("\",")
            writer.append(label.span, 0..<label.count)
            trails.appendInstance(of: client, to: &writer)
            writer.append(isPreview ? "\"preview\":true,\"client\":\"" : "\"client\":\"")
            writer.append(address)
            writer.append("\",\"method\":")
            trails.append(.method, of: client, to: &writer)
            writer.append(",\"path\":")
            trails.append(.path, of: client, to: &writer)
            writer.append(",\"status\":")
            if trail.status > 0 {
                writer.append(Int(trail.status))
            } else {
                writer.append("null")
            }
            writer.append(",\"requestBytes\":")
            writer.append(decimal: trail.requestBytes)
            writer.append(",\"responseBytes\":")
            writer.append(decimal: trail.responseBytes)
            writer.append(",\"durationMs\":")
            writer.append(milliseconds: duration)
            writer.append(",\"headMs\":")
            if trail.headAfter > 0 {
                writer.append(milliseconds: trail.headAfter)
            } else {
                writer.append("null")
            }
            writer.append(",\"attempts\":")
            writer.append(decimal: UInt64(attempts))
            writer.append(",\"requestID\":")
            trails.append(.requestID, of: client, to: &writer)
            writer.append(",\"outcome\":\"")
            writer.append(trail.outcome.name)
            writer.append("\"}")
        }
    }
}

extension AccessTrails.Outcome {
    /// As it stands in the line.
    fileprivate var name: StaticString {
        switch self {
        case .running, .clientAborted: "clientAborted"
        case .ok: "ok"
        case .refused: "refused"
        case .cutShort: "cutShort"
        }
    }
}
