import CutoverCore
import CutoverWire

extension ProxySettings {
    /// What the manifest says of a service, in the proxy's units.
    init(_ configuration: RouteConfiguration) {
        self.init()
        headTimeout = Self.milliseconds(configuration.headTimeout)
        connectTimeout = Self.milliseconds(configuration.connectTimeout)
        responseHeadTimeout = Self.milliseconds(configuration.responseHeadTimeout)
        idleTimeout = Self.milliseconds(configuration.idleTimeout)
        keepAliveTimeout = Self.milliseconds(configuration.keepAliveTimeout)
        tunnelTimeout = Self.milliseconds(configuration.tunnelTimeout)
        requestLineBytes = UInt32(clamping: configuration.requestLineBytes)
        headBytes = UInt32(clamping: configuration.headBytes)
        headLines = UInt32(clamping: configuration.headLines)
        bodyBytes = UInt64(clamping: configuration.bodyBytes)
        connectionsMaximum = UInt32(clamping: configuration.connections)
        connectionsPerClient = UInt32(clamping: configuration.connectionsPerClient)
        upgrades = configuration.upgrades
        trustedPeers = configuration.trustedPeers.compactMap(AddressRange.init)
        acceptsProxyProtocol = configuration.acceptsProxyProtocol
        sendsForwarded = configuration.sendsForwarded
        sendsRequestID = configuration.sendsRequestID
        refusesUnderscores = configuration.refusesUnderscores
        stickyCookie = configuration.stickyCookie
        previewHeader = configuration.previewHeader.map(NamedValue.init)
        previewCookie = configuration.previewCookie.map(NamedValue.init)
        holdsWhenUnavailable = configuration.hold.map {
            ProxyHold(
                requests: UInt32(clamping: $0.requests),
                timeout: Self.milliseconds($0.timeout),
                releasedPerSecond: UInt32(clamping: $0.releasedPerSecond)
            )
        }
        splices = configuration.splices
    }

    private static func milliseconds(_ duration: Duration) -> UInt32 {
        UInt32(clamping: duration.wholeMilliseconds)
    }
}

extension NamedValue {
    fileprivate init(_ value: FieldValue) {
        self.init(name: value.name, value: value.value)
    }
}

extension RouteMatch {
    init(_ match: RequestMatch) {
        self.init(host: match.host, pathPrefix: match.pathPrefix)
    }
}
