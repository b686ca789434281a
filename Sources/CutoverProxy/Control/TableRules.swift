import CutoverCore
import CutoverWire

/// Which tables are refused, and in what words.
enum TableRules {
    /// Why `table` may not follow `live`; `nil` when it may.
    static func refusal(of table: ProxyTable, after live: ProxyTable?) -> String? {
        if let live {
            if table.epoch < live.epoch {
                return "epoch \(table.epoch) is older than the live one, \(live.epoch): "
                    + "another engine has taken over"
            }
            if table.generation < live.generation {
                return "generation \(table.generation) is older than the live one, "
                    + "\(live.generation): read it with hello and go on from there"
            }
            if table.generation == live.generation, table != live {
                return "generation \(table.generation) is live with another table: "
                    + "a change needs a new generation"
            }
        }
        return table.accessLog.flatMap(AccessLogPath.refusal)
            ?? table.routes.lazy.compactMap(refusal).first ?? duplicate(in: table)
            ?? SharedListener.refusal(of: table) ?? metricsRefusal(of: table)
            ?? loss(in: table, after: live)
    }

    private static func metricsRefusal(of table: ProxyTable) -> String? {
        guard let address = table.metrics else {
            return nil
        }
        guard case .ipv4(let host, let port) = address, port > 0, SocketAddress.octets(host) != nil
        else {
            return "metrics cannot be served at \(address): an IPv4 address and a port above 0 are "
                + "needed"
        }
        return table.addresses.contains(address)
            ? "\(address) cannot be both where metrics are served and where a service listens" : nil
    }

    /// A service that is served may leave the table, but not stay in it without an instance.
    private static func loss(in table: ProxyTable, after live: ProxyTable?) -> String? {
        let served = Set((live?.routes ?? []).filter(hasTaker).map(\.service))
        guard let lost = table.routes.first(where: { served.contains($0.service) && !hasTaker($0) })
        else {
            return nil
        }
        return "service \(lost.service) would have no instance that takes requests: "
            + "keep weight on a side that has one, or take the service out of the table"
    }

    /// Whether any request can be served; a side with weight is known to have a backend.
    private static func hasTaker(_ route: ProxyRoute) -> Bool {
        route.sides.contains { $0.weight > 0 }
    }

    private static func refusal(of route: ProxyRoute) -> String? {
        let place = "service \(route.service)"
        guard !route.service.isEmpty else {
            return "a route has no service name"
        }
        for address in [route.listen, route.preview].compactMap(\.self) {
            guard case .ipv4(let host, let port) = address, port > 0,
                SocketAddress.octets(host) != nil
            else {
                return "\(place) cannot listen on \(address): "
                    + "an IPv4 address and a port above 0 are needed"
            }
        }
        if let preview = route.previewSide, !route.sides.indices.contains(preview) {
            return "\(place) has no side \(preview) to preview"
        }
        return route.sides.lazy.compactMap { refusal(of: $0, place) }.first
            ?? weightRefusal(route, place) ?? settingsRefusal(route.settings, place)
            ?? ChoiceRules.refusal(of: route).map { "\(place): \($0)" }
    }

    private static func refusal(of side: ProxySide, _ place: String) -> String? {
        guard (0...10_000).contains(side.weight) else {
            return "\(place), side \(side.name): weight \(side.weight) is not within 0 to 10000"
        }
        if side.weight > 0, side.backends.allSatisfy(\.isDraining) {
            return "\(place), side \(side.name) has weight \(side.weight) and no backend "
                + "that takes requests: add one, or set its weight to 0"
        }
        for backend in side.backends {
            if backend.key.isEmpty {
                return "\(place), side \(side.name): a backend has no key"
            }
            if case .ipv4(let host, let port) = backend.address,
                port == 0 || SocketAddress.octets(host) == nil
            {
                return "\(place): backend \(backend.key) has no usable address, "
                    + "\(backend.address)"
            }
            if case .unix(let path) = backend.address,
                path.utf8.count > SocketAddress.pathBytesMaximum
            {
                return "\(place): backend \(backend.key) has a socket path above 107 bytes"
            }
        }
        return nil
    }

    private static func weightRefusal(_ route: ProxyRoute, _ place: String) -> String? {
        let weights = route.sides.map(\.weight)
        guard weights.count <= 256, WeightSchedule.period(weights) <= WeightSchedule.periodMaximum
        else {
            return "\(place): the weights \(weights) are finer than one in "
                + "\(WeightSchedule.periodMaximum)"
        }
        return nil
    }

    private static func settingsRefusal(_ settings: ProxySettings, _ place: String) -> String? {
        let day: UInt32 = 86_400_000
        let times = [
            settings.headTimeout, settings.connectTimeout, settings.responseHeadTimeout,
            settings.idleTimeout, settings.keepAliveTimeout, settings.tunnelTimeout,
        ]
        guard times.allSatisfy({ (1...day).contains($0) }) else {
            return "\(place): every timeout must be from 1 ms to one day"
        }
        let limits = [settings.requestLineBytes, settings.headBytes]
        guard limits.allSatisfy({ (64...ProxySettings.headBytesMaximum).contains($0) }) else {
            return "\(place): limits of heads must be from 64 to "
                + "\(ProxySettings.headBytesMaximum) bytes"
        }
        guard (1...ProxySettings.headLinesMaximum).contains(settings.headLines) else {
            return "\(place): header lines must be limited to 1 to "
                + "\(ProxySettings.headLinesMaximum)"
        }
        return settings.upgrades.lazy.compactMap { name in
            RouteRules.fault(inUpgrade: name).map { "\(place): \($0.text(name))" }
        }.first
    }

    private static func duplicate(in table: ProxyTable) -> String? {
        var services: Set<String> = []
        var previews: [SocketAddress: String] = [:]
        var keys: Set<String> = []
        for route in table.routes {
            guard services.insert(route.service).inserted else {
                return "service \(route.service) stands in the table twice"
            }
            if let preview = route.preview,
                let other = previews.updateValue(route.service, forKey: preview)
            {
                return "services \(other) and \(route.service) both listen on \(preview) for their "
                    + "preview"
            }
            for backend in route.sides.flatMap(\.backends) {
                guard keys.insert(backend.key).inserted else {
                    return "backend \(backend.key) stands in the table twice"
                }
            }
        }
        if let route = table.routes.first(where: { previews[$0.listen] != nil }),
            let other = previews[route.listen]
        {
            return "\(route.listen) cannot be both where service \(route.service) listens and the "
                + "preview of \(other)"
        }
        return nil
    }
}
