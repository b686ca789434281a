extension ProxySettings: ByteCodable {
    private static var numbers: [WritableKeyPath<ProxySettings, UInt32>] {
        [
            \.headTimeout, \.connectTimeout, \.responseHeadTimeout, \.idleTimeout,
            \.keepAliveTimeout, \.tunnelTimeout, \.requestLineBytes, \.headBytes, \.headLines,
            \.connectionsMaximum, \.connectionsPerClient,
        ]
    }

    private static var choices: [WritableKeyPath<ProxySettings, Bool>] {
        [
            \.acceptsProxyProtocol, \.sendsForwarded, \.sendsRequestID, \.refusesUnderscores,
            \.splices,
        ]
    }

    package func encode(into writer: inout ByteWriter) {
        for number in Self.numbers {
            writer.write(UInt64(self[keyPath: number]))
        }
        writer.write(bodyBytes)
        writer.write(upgrades)
        for choice in Self.choices {
            writer.write(self[keyPath: choice])
        }
        writer.write(trustedPeers)
        writer.write(stickyCookie)
        writer.write(previewHeader)
        writer.write(previewCookie)
        writer.write(holdsWhenUnavailable)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        self.init()
        for number in Self.numbers {
            self[keyPath: number] = try reader.integer("settings", as: UInt32.self)
        }
        bodyBytes = try reader.integer("body limit")
        upgrades = try reader.texts("upgrades")
        for choice in Self.choices {
            self[keyPath: choice] = try reader.bool("settings")
        }
        trustedPeers = try reader.list("trusted peers", of: AddressRange.self)
        stickyCookie = try reader.optionalText("sticky cookie")
        previewHeader = try reader.optional("preview header", of: NamedValue.self)
        previewCookie = try reader.optional("preview cookie", of: NamedValue.self)
        holdsWhenUnavailable = try reader.optional("automatic hold", of: ProxyHold.self)
    }
}
