import CutoverCore
import CutoverWire

/// What services must agree on, and differ in, to listen at one address.
enum SharedListener {
    /// Why services of a table cannot share their addresses, or have matches that none can have;
    /// `nil` when they can.
    static func refusal(of table: ProxyTable) -> String? {
        for route in table.routes {
            if let fault = route.matches.lazy.compactMap(fault).first {
                return "service \(route.service): \(fault)"
            }
        }
        return Dictionary(grouping: table.routes, by: \.listen)
            .sorted { $0.key.description < $1.key.description }
            .lazy.compactMap { refusal(of: $0.value, at: $0.key) }.first
    }

    private static func refusal(of routes: [ProxyRoute], at address: SocketAddress) -> String? {
        var owners: [RouteMatch: String] = [:]
        for route in routes {
            for match in route.matchesOrAll {
                if let other = owners.updateValue(route.service, forKey: match) {
                    return other == route.service
                        ? "service \(other) claims \(match) twice"
                        : "services \(other) and \(route.service) both claim \(match) on "
                            + "\(address): give each a host or a path of its own"
                }
            }
        }
        let differing = routes.dropFirst().first {
            ListenerSettings($0.settings) != ListenerSettings(routes[0].settings)
        }
        return differing.map {
            "services \(routes[0].service) and \($0.service) share \(address) and differ in a "
                + "setting that holds before a request says whose it is (timeouts for heads and "
                + "idle clients, limits of heads and connections, trusted peers, PROXY protocol): "
                + "make them equal"
        }
    }

    /// Of names that DNS has; `_` stands in names of containers.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte.isDigit || (0x61...0x7a).contains(byte) || [0x2d, 0x2e, 0x5f].contains(byte)
    }

    private static func fault(in match: RouteMatch) -> String? {
        if let host = match.host {
            let name = host.hasPrefix("*.") ? host.dropFirst(2) : host[...]
            guard !name.isEmpty, name.utf8.count <= 255, !name.hasSuffix("."),
                name.utf8.allSatisfy(isNameByte)
            else {
                return "\(host) is no host name in lower case without port, nor *. before one"
            }
        }
        let path = match.pathPrefix
        return RouteRules.fault(inPathPrefix: path).map { $0.text(path) }
    }
}

/// The settings that hold for a connection before a request on it is routed.
private struct ListenerSettings: Equatable {
    let times: [UInt32]
    let limits: [UInt32]
    let trustedPeers: [AddressRange]
    let acceptsProxyProtocol: Bool

    init(_ settings: ProxySettings) {
        times = [settings.headTimeout, settings.keepAliveTimeout]
        limits = [
            settings.requestLineBytes, settings.headBytes, settings.headLines,
            settings.connectionsMaximum, settings.connectionsPerClient,
        ]
        trustedPeers = settings.trustedPeers
        acceptsProxyProtocol = settings.acceptsProxyProtocol
    }
}
