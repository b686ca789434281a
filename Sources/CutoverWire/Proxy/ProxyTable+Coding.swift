extension ProxyTable: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(generation)
        writer.write(epoch)
        writer.write(routes)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        generation = try reader.integer("generation")
        epoch = try reader.integer("epoch")
        routes = try reader.list("routes", of: ProxyRoute.self)
    }
}

extension ProxyRoute: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(service)
        listen.encode(into: &writer)
        writer.write(preview)
        writer.write(sides)
        writer.write(previewSide.map { UInt64($0) })
        settings.encode(into: &writer)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        service = try reader.text("service")
        listen = try SocketAddress(from: &reader)
        preview = try reader.optional("preview", of: SocketAddress.self)
        sides = try reader.list("sides", of: ProxySide.self)
        let side = try reader.optionalInteger("preview side")
        if let side, side >= UInt64(sides.count) {
            throw reader.error(.malformed, in: "preview side")
        }
        previewSide = side.map { Int($0) }
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

extension ProxySettings: ByteCodable {
    private static var fields: [WritableKeyPath<ProxySettings, UInt32>] {
        [
            \.headTimeout, \.connectTimeout, \.responseHeadTimeout, \.idleTimeout,
            \.keepAliveTimeout, \.tunnelTimeout, \.requestLineBytes, \.headBytes, \.headLines,
        ]
    }

    package func encode(into writer: inout ByteWriter) {
        for field in Self.fields {
            writer.write(UInt64(self[keyPath: field]))
        }
        writer.write(bodyBytes)
        writer.write(upgrades)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        self.init()
        for field in Self.fields {
            self[keyPath: field] = try reader.integer("settings", as: UInt32.self)
        }
        bodyBytes = try reader.integer("body limit")
        upgrades = try reader.texts("upgrades")
    }
}
