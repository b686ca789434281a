import CutoverWire

// Which requests run: read when somebody asks, between two events, from what they hold anyway.

extension Loop {
    /// Keeps of a request that can no more be sent again only the front of its head.
    ///
    /// A stream or a tunnel may last for hours, and there may be thousands of them.
    mutating func keepLabel(_ client: Int32) {
        guard let request = slab[client].request, request.capacity > labels.blockBytes else {
            return
        }
        let label = labels.take()
        label?.copy(from: request, 0..<RequestLabel.byteCount, to: 0)
        giveRequest(client)
        slab[client].request = label
    }

    /// The final response's head is out, and its body goes on.
    ///
    /// Only a response without a length is looked at for what it is: a stream has none.
    mutating func noteStream(_ upstream: Int32, _ client: Int32, _ head: Span<UInt8>) {
        if response.fields.contentLength < 0, isEventStream(head) {
            slab[upstream].flags.insert(.eventStream)
        }
        if slab[client].body.isDone, !slab[client].hasRequestBytes {
            keepLabel(client)
        }
    }

    private func isEventStream(_ head: Span<UInt8>) -> Bool {
        for index in 0..<response.fields.count {
            let line = response.fields[index]
            if line.name == .other, line.nameRange.count == 12,
                matches(head, line.nameRange, "content-type")
            {
                return hasPrefix(head, line.valueRange, "text/event-stream")
            }
        }
        return false
    }

    /// The oldest requests in flight on these backends; without numbers, on those that take no new
    /// request any more.
    func inFlight(
        on numbers: Set<UInt64>?,
        atMost maximum: Int = InFlightList.maximum
    ) -> InFlightRecords {
        select(atMost: maximum) { backend in
            numbers?.contains(backend.number) ?? !backend.keepsConnections
        }.records
    }

    /// Closes what is in flight on the draining backends among these: plain requests first, which
    /// their clients can make anew, then streams, and tunnels last.
    mutating func cut(_ numbers: Set<UInt64>) -> InFlightRecords {
        let (records, upstreams) = select(atMost: InFlightList.maximum) { backend in
            numbers.contains(backend.number) && !backend.keepsConnections
        }
        for stage in CutStage.allCases {
            for upstream in upstreams
            where slab[upstream].peer >= 0 && cutStage(upstream) == stage {
                cut(client: slab[upstream].peer)
            }
        }
        return records
    }

    /// What is cut together, in this order.
    private enum CutStage: CaseIterable {
        case requests
        case streams
        case tunnels
    }

    private func cutStage(_ upstream: Int32) -> CutStage {
        guard slab[upstream].phase != .tunnel else {
            return .tunnels
        }
        return slab[upstream].flags.contains(.eventStream) ? .streams : .requests
    }

    private func select(
        atMost maximum: Int,
        _ isWanted: (Backend) -> Bool
    ) -> (records: InFlightRecords, upstreams: [Int32]) {
        var found: [(startedAt: UInt64, upstream: Int32)] = []
        for index in 0..<Int32(slab.highWater)
        where slab[index].role == .upstream && slab[index].peer >= 0
            && isWanted(routing.backends[Int(slab[index].backend)])
        {
            found.append((slab[slab[index].peer].startedAt, index))
        }
        if found.count > maximum {
            found.sort { $0.startedAt < $1.startedAt }
        }
        var records = InFlightRecords(count: UInt64(found.count))
        for (_, upstream) in found.prefix(maximum) {
            records.oldest.append(record(upstream))
        }
        return (records, found.map(\.upstream))
    }

    private func record(_ upstream: Int32) -> InFlightRecord {
        let client = slab[upstream].peer
        // Only when there was no memory for it, there is no block.
        let front = slab[client].request?.bytes(0..<RequestLabel.byteCount)
        let label = front.map { RequestLabel($0.span) } ?? RequestLabel([UInt8]().span)
        let kind = kind(upstream, client)
        return InFlightRecord(
            backend: routing.backends[Int(slab[upstream].backend)].number,
            method: label.method,
            path: label.path,
            client: clientAddress(client),
            kind: kind,
            startedAt: slab[client].startedAt,
            bytes: kind == .tunnel ? nil : slab[upstream].body.received
        )
    }

    private func kind(_ upstream: Int32, _ client: Int32) -> InFlightRequest.Kind {
        switch slab[upstream].phase {
        case .tunnel: .tunnel
        case .responseBody:
            slab[upstream].flags.contains(.eventStream) ? .eventStream : .streaming
        case .responseHead where !slab[client].awaitsInstance || slab[client].hasRequestBytes:
            .uploading
        default: .waiting
        }
    }
}
