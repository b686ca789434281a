extension ProxyTable: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(generation)
        writer.write(epoch)
        writer.write(routes)
        writer.write(accessLog)
        writer.write(metrics)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        generation = try reader.integer("generation")
        epoch = try reader.integer("epoch")
        routes = try reader.list("routes", of: ProxyRoute.self)
        accessLog = try reader.optionalText("access log")
        metrics = try reader.optional("metrics", of: SocketAddress.self)
    }
}

extension ProxyRoute: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(service)
        listen.encode(into: &writer)
        writer.write(matches)
        writer.write(preview)
        writer.write(sides)
        writer.write(previewSide.map { UInt64($0) })
        writer.write(hold)
        settings.encode(into: &writer)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        service = try reader.text("service")
        listen = try SocketAddress(from: &reader)
        matches = try reader.list("matches", of: RouteMatch.self)
        preview = try reader.optional("preview", of: SocketAddress.self)
        sides = try reader.list("sides", of: ProxySide.self)
        let side = try reader.optionalInteger("preview side")
        if let side, side >= UInt64(sides.count) {
            throw reader.error(.malformed, in: "preview side")
        }
        previewSide = side.map { Int($0) }
        hold = try reader.optional("hold", of: ProxyHold.self)
        settings = try ProxySettings(from: &reader)
    }
}

extension ProxySide: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(name)
        writer.write(release)
        // A negative weight is the caller's fault; the proxy refuses it by name instead of a trap
        // here.
        writer.write(UInt64(bitPattern: Int64(weight)))
        writer.write(backends)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        name = try reader.text("side")
        release = try reader.text("release")
        weight = Int(Int64(bitPattern: try reader.integer("weight")))
        backends = try reader.list("backends", of: ProxyBackend.self)
    }
}

extension ProxyBackend: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(key)
        address.encode(into: &writer)
        writer.write(isHealthy)
        writer.write(isDraining)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        key = try reader.text("backend key")
        address = try SocketAddress(from: &reader)
        isHealthy = try reader.bool("health")
        isDraining = try reader.bool("draining")
    }
}
