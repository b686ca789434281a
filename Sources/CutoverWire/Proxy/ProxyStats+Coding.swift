extension ProxyStats: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(takenAt)
        writer.write(generation)
        writer.write(epoch)
        writer.write(accessLogDropped)
        writer.write(services)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        takenAt = try reader.integer("time")
        generation = try reader.integer("generation")
        epoch = try reader.integer("epoch")
        accessLogDropped = try reader.integer("dropped lines")
        services = try reader.list("services", of: ProxyServiceStats.self)
    }
}

extension ProxyServiceStats: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(service)
        writer.write(connectionsOpen)
        writer.write(connectionsAccepted)
        writer.write(connectionsBarred)
        writer.write(refusals)
        writer.write(cutShort)
        writer.write(backends)
        writer.write(connectionsRefused)
        writer.write(held)
        writer.write(connectionsLimited)
        writer.write(uncountedRequests)
        writer.write(uncountedFailures)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        service = try reader.text("service")
        connectionsOpen = try reader.integer("open connections")
        connectionsAccepted = try reader.integer("accepted connections")
        connectionsBarred = try reader.integer("barred connections")
        refusals = try reader.list("refusals", of: ProxyRefusal.self)
        cutShort = try reader.integer("cut short")
        backends = try reader.list("backends", of: ProxyBackendStats.self)
        connectionsRefused = try reader.integer("refused connections")
        held = try reader.integer("held requests")
        connectionsLimited = try reader.integer("limited connections")
        uncountedRequests = try reader.integer("uncounted requests")
        uncountedFailures = try reader.integer("uncounted failures")
    }
}

extension ProxyRefusal: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(UInt64(status))
        writer.write(count)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        status = try reader.integer("status", as: UInt16.self)
        count = try reader.integer("count")
    }
}

extension ProxyBackendStats: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(key)
        writer.write(requests)
        writer.write(inFlight)
        for index in 0..<5 {
            writer.write(index < responses.count ? responses[index] : 0)
        }
        failures.encode(into: &writer)
        writer.write(retries)
        writer.write(bytesToClients)
        writer.write(bytesFromClients)
        writer.write(connectionsOpen)
        writer.write(firstRequestAt)
        latency.encode(into: &writer)
        writer.write(latencySum)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        key = try reader.text("backend key")
        requests = try reader.integer("requests")
        inFlight = try reader.integer("in flight")
        for index in 0..<5 {
            responses[index] = try reader.integer("responses")
        }
        failures = try ProxyFailures(from: &reader)
        retries = try reader.integer("retries")
        bytesToClients = try reader.integer("bytes to clients")
        bytesFromClients = try reader.integer("bytes from clients")
        connectionsOpen = try reader.integer("open connections")
        firstRequestAt = try reader.optionalInteger("first request")
        latency = try LatencyHistogram(from: &reader)
        latencySum = try reader.integer("latency sum")
    }
}

extension ProxyFailures: ByteCodable {
    private static var kinds: [WritableKeyPath<ProxyFailures, UInt64>] {
        [
            \.connectRefused, \.connectTimedOut, \.reset, \.closedEarly, \.responseInvalid,
            \.timedOut, \.clientAborted, \.cut, \.local,
        ]
    }

    package func encode(into writer: inout ByteWriter) {
        for kind in Self.kinds {
            writer.write(self[keyPath: kind])
        }
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        self.init()
        for kind in Self.kinds {
            self[keyPath: kind] = try reader.integer("failures")
        }
    }
}

extension LatencyHistogram: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(buckets)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        buckets = try reader.list("latency", of: LatencyBucket.self)
    }
}

extension LatencyBucket: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(UInt64(index))
        writer.write(count)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        index = try reader.integer("bucket", as: Int.self)
        guard index < LatencyHistogram.bucketCount else {
            throw reader.error(.malformed, in: "bucket")
        }
        count = try reader.integer("count")
    }
}
