import CutoverWire

// Which service a request belongs to, where several share an address.

extension Loop {
    /// Finds the service of the parsed request, which from then on is its connection's; returns why
    /// the request is refused, or `nil`.
    @inline(__always)
    mutating func chooseRoute(_ client: Int32, _ bytes: Span<UInt8>) -> Refusal? {
        let rules = routing.routes[Int(slab[client].route)].rules
        if rules >= 0, !slab[client].flags.contains(.preview),
            let refusal = changeRoute(client, rules, bytes)
        {
            return refusal
        }
        if request.fields.hasUnderscores,
            routing.routes[Int(slab[client].route)].refusesUnderscores
        {
            return .badRequest
        }
        if request.fields.upgrade >= 0 {
            let plan = routing.routes[Int(slab[client].route)].plan
            request.allowUpgrade(bytes, to: plan.takeUnretainedValue().settings.upgrades)
        }
        return nil
    }

    private mutating func changeRoute(
        _ client: Int32,
        _ rules: Int,
        _ bytes: Span<UInt8>
    ) -> Refusal? {
        let path = bytes.extracting(request.path(bytes))
        guard !routing.ruleSets[rules].rules.hasPaths || !ListenerRules.isAmbiguous(path) else {
            return .badRequest
        }
        let host = request.host ?? 0..<0
        guard let route = routing.route(by: rules, host: bytes.extracting(host), path: path)
        else {
            return host.isEmpty ? .badRequest : .notFound
        }
        if route != slab[client].route {
            routing.clientMoved(from: slab[client].route, to: route)
            slab[client].route = route
        }
        return nil
    }
}
