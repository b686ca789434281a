import CutoverWire

/// What a route has the edge do beside the usual.
struct EdgeRules: OptionSet {
    let rawValue: UInt8

    static let sendsRequestID = EdgeRules(rawValue: 1)
    static let sendsForwarded = EdgeRules(rawValue: 2)
    /// Some peers are trusted; the ranges stand in the settings of the route's plan.
    static let trustsPeers = EdgeRules(rawValue: 4)
    /// Connections to the public listener begin with a PROXY header.
    static let acceptsProxyProtocol = EdgeRules(rawValue: 8)
}

extension EdgeRules {
    init(_ settings: ProxySettings) {
        self = []
        if settings.sendsRequestID { insert(.sendsRequestID) }
        if settings.sendsForwarded { insert(.sendsForwarded) }
        if !settings.trustedPeers.isEmpty { insert(.trustsPeers) }
        if settings.acceptsProxyProtocol { insert(.acceptsProxyProtocol) }
    }
}
