import CutoverCore

/// Decodes `match` and `proxy` of a service.
struct RouteDecoder {
    var service: Section

    func decode() -> RouteConfiguration {
        var route = RouteConfiguration()
        route.matches = matches()
        let section = service.section("proxy")
        decodeTimes(section, into: &route)
        decodeLimits(section, into: &route)
        route.upgrades = upgrades(section) ?? route.upgrades
        route.trustedPeers = trustedPeers(section)
        route.acceptsProxyProtocol = section.toggle("proxyProtocol", or: false)
        route.sendsForwarded = section.toggle("forwarded", or: false)
        route.sendsRequestID = section.toggle("requestID", or: true)
        route.refusesUnderscores = section.toggle("refuseUnderscores", or: false)
        route.stickyCookie = stickyCookie(section)
        route.previewHeader = previewHeader(section)
        route.previewCookie = previewCookie(section, besides: route.stickyCookie)
        route.hold = hold(section)
        route.splices = section.toggle("splice", or: false)
        section.finish()
        return route
    }

    private func decodeTimes(_ section: Section, into route: inout RouteConfiguration) {
        route.headTimeout = section.duration("headTimeout", or: route.headTimeout)
        route.connectTimeout = section.duration("connectTimeout", or: route.connectTimeout)
        route.responseHeadTimeout = section.duration(
            "responseHeadTimeout",
            or: route.responseHeadTimeout
        )
        route.idleTimeout = section.duration("idleTimeout", or: route.idleTimeout)
        route.keepAliveTimeout = section.duration("keepAliveTimeout", or: route.keepAliveTimeout)
        route.tunnelTimeout = section.duration("tunnelTimeout", or: route.tunnelTimeout)
    }

    private func decodeLimits(_ section: Section, into route: inout RouteConfiguration) {
        route.requestLineBytes = section.size("requestLine") ?? route.requestLineBytes
        route.headBytes = section.size("head") ?? route.headBytes
        route.headLines = section.count("headLines", or: route.headLines)
        route.bodyBytes = section.size("body") ?? route.bodyBytes
        route.connections = section.count("connections", or: route.connections)
        route.connectionsPerClient = section.count(
            "connectionsPerClient",
            or: route.connectionsPerClient
        )
    }

    private func matches() -> [RequestMatch] {
        var seen: Set<RequestMatch> = []
        return (service.items("match") ?? []).compactMap { item in
            guard let text = item.text else {
                service.fault(
                    "match",
                    "a match is \(item.description)",
                    at: item.place,
                    detail: "Matches are texts such as shop.example.com/api."
                )
                return nil
            }
            do throws(MatchLiteral.Fault) {
                let match = try MatchLiteral.parse(text)
                guard seen.insert(match).inserted else {
                    service.fault("match", "\(text.quoted) stands twice", at: item.place)
                    return nil
                }
                return match
            } catch {
                service.fault(
                    "match",
                    "\(text.quoted) is no match",
                    at: item.place,
                    detail: "\(error.reason.prefix(1).uppercased())\(error.reason.dropFirst()).",
                    hint: error.hint
                )
                return nil
            }
        }
    }

    private func upgrades(_ section: Section) -> [String]? {
        section.items("upgrades").map { items in
            items.compactMap { item in
                guard let name = item.text else {
                    section.fault(
                        "upgrades",
                        "\(item.description) is no protocol in lower case",
                        at: item.place,
                        hint: "the usual one is websocket"
                    )
                    return nil
                }
                if let fault = RouteRules.fault(inUpgrade: name) {
                    report(fault, of: name, section, "upgrades", at: item.place)
                    return nil
                }
                return name
            }
        }
    }

    private func trustedPeers(_ section: Section) -> [String] {
        (section.items("trustedPeers") ?? []).compactMap { item in
            guard let text = item.text else {
                section.fault("trustedPeers", "a peer is \(item.description)", at: item.place)
                return nil
            }
            do throws(AddressRangeLiteral.Fault) {
                try AddressRangeLiteral.check(text)
                return text
            } catch {
                let hint: String? =
                    if case .hasHostBits(let write) = error { "write \(write)" } else { nil }
                section.fault(
                    "trustedPeers",
                    "\(text.quoted) is no IPv4 address or range",
                    at: item.place,
                    detail: "Ranges are written 10.0.0.0/8, with nothing behind the shared bits.",
                    hint: hint
                )
                return nil
            }
        }
    }

    private func hold(_ section: Section) -> HoldConfiguration? {
        let hold = section.section("hold")
        let fallback = HoldConfiguration()
        let configuration = HoldConfiguration(
            requests: hold.count("requests", or: fallback.requests),
            timeout: hold.duration("timeout", or: fallback.timeout),
            releasedPerSecond: hold.count("releasedPerSecond", or: fallback.releasedPerSecond)
        )
        hold.finish()
        return section.has("hold") ? configuration : nil
    }

    private func stickyCookie(_ section: Section) -> String? {
        guard let name = section.text("stickyCookie") else { return nil }
        if let fault = RouteRules.fault(inStickyCookie: name) {
            report(fault, of: name, section, "stickyCookie")
            return nil
        }
        return name
    }

    private func previewHeader(_ section: Section) -> FieldValue? {
        guard var header = pair(section, "previewHeader", separator: ":") else { return nil }
        let name = header.name
        if name.utf8.allSatisfy({ $0 < 0x80 }) {
            header.name = name.lowercased()
        }
        if let fault = RouteRules.fault(inPreviewHeader: header) {
            report(fault, of: name, section, "previewHeader")
            return nil
        }
        return header
    }

    private func previewCookie(_ section: Section, besides sticky: String?) -> FieldValue? {
        guard let cookie = pair(section, "previewCookie", separator: "=") else { return nil }
        let fault =
            RouteRules.fault(inPreviewCookie: cookie)
            ?? RouteRules.clash(stickyCookie: sticky, previewCookie: cookie.name)
        if let fault {
            report(fault, of: cookie.name, section, "previewCookie")
            return nil
        }
        return cookie
    }

    /// A name with its value; a header may have blanks between them.
    private func pair(_ section: Section, _ key: String, separator: Character) -> FieldValue? {
        guard let text = section.text(key) else { return nil }
        let isHeader = separator == ":"
        guard let end = text.firstIndex(of: separator) else {
            section.fault(
                key,
                "\(text.quoted) is no \(isHeader ? "header" : "cookie") with its value",
                detail: "A '\(separator)' stands between the two.",
                hint: isHeader ? "write \"X-Preview: yes\"" : "write preview=yes"
            )
            return nil
        }
        let value = text[text.index(after: end)...]
        return FieldValue(
            name: String(text[..<end]),
            value: String(isHeader ? value.trimmingPrefix { $0 == " " } : value)
        )
    }

    private func report(
        _ fault: RouteRules.Fault,
        of text: String,
        _ section: Section,
        _ key: String,
        at place: SourceLocation? = nil
    ) {
        section.fault(
            key,
            "\(text.quoted) \(fault.summary)",
            at: place,
            detail: "\(fault.rule.prefix(1).uppercased())\(fault.rule.dropFirst()).",
            hint: fault.fix
        )
    }
}
