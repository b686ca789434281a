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
        route.stickyCookie = token(section, "stickyCookie")
        route.previewHeader = pair(section, "previewHeader", separator: ":")
        route.previewCookie = pair(section, "previewCookie", separator: "=")
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
                guard let name = item.text, !name.isEmpty, name == name.lowercased(),
                    name.utf8.allSatisfy({ FieldGrammar.isToken($0) || $0 == 0x2f })
                else {
                    section.fault(
                        "upgrades",
                        "\(item.description) is no protocol in lower case",
                        at: item.place,
                        hint: "the usual one is websocket"
                    )
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

    private func token(_ section: Section, _ key: String) -> String? {
        guard let text = section.text(key) else { return nil }
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(FieldGrammar.isToken) else {
            section.fault(
                key,
                "\(text.quoted) is no name of a cookie",
                detail: "Names are 1 to 64 of A-Z a-z 0-9 and !#$%&'*+-.^_`|~."
            )
            return nil
        }
        return text
    }

    private func pair(_ section: Section, _ key: String, separator: Character) -> FieldValue? {
        guard let text = section.text(key) else { return nil }
        let parts = text.split(separator: separator, maxSplits: 1).map(String.init)
        let isHeader = separator == ":"
        let value = (parts.last ?? "").trimmingPrefix { $0 == " " }
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count),
            parts[0].utf8.allSatisfy(FieldGrammar.isToken), (1...256).contains(value.utf8.count),
            value.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else {
            section.fault(
                key,
                "\(text.quoted) is no \(isHeader ? "header" : "cookie") with its value",
                detail: "Name and value are of visible ASCII, without blanks.",
                hint: isHeader ? "write \"X-Preview: yes\"" : "write preview=yes"
            )
            return nil
        }
        return FieldValue(
            name: isHeader ? parts[0].lowercased() : parts[0],
            value: String(value)
        )
    }
}

/// RFC 9110 5.6.2.
private enum FieldGrammar {
    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
