import CutoverCore

/// Whether services that listen at one address can be told apart, and agree on what holds before a
/// request says whose it is.
struct SharedListeners {
    var services: [DecodedService]
    var scan: ManifestScan

    private typealias Shared = (service: DecodedService, place: SourceLocation)

    func check() {
        var byAddress: [String: [Shared]] = [:]
        for service in services {
            guard let listener = service.listeners.first(where: { $0.key == "listen" }) else {
                continue
            }
            byAddress[listener.address.text, default: []].append((service, listener.place))
        }
        for sharing in byAddress.sorted(by: { $0.key < $1.key }).map(\.value)
        where sharing.count > 1 {
            checkMatches(sharing)
            checkSettings(sharing)
        }
    }

    private func checkMatches(_ sharing: [Shared]) {
        var owners: [RequestMatch: Shared] = [:]
        for shared in sharing {
            let matches = shared.service.configuration.route.matches
            for match in matches.isEmpty ? [RequestMatch(host: nil)] : matches {
                guard let other = owners[match] else {
                    owners[match] = shared
                    continue
                }
                // Two without matches are reported as two that take one address.
                if !matches.isEmpty || !other.service.configuration.route.matches.isEmpty {
                    scan.error(
                        "\(name(shared)) and \(name(other)) both claim"
                            + " \((match.host ?? "*") + match.pathPrefix)",
                        at: shared.place,
                        detail:
                            "They share \(shared.service.configuration.listen); the other one is"
                            + " in line \(other.place.line).",
                        hint: "give each a host or a path of its own in 'match'"
                    )
                }
            }
        }
    }

    private func checkSettings(_ sharing: [Shared]) {
        let first = sharing[0]
        let expected = Self.settings(first.service.configuration.route)
        for shared in sharing.dropFirst() {
            let found = Self.settings(shared.service.configuration.route)
            let differing = zip(expected, found).filter { $0.value != $1.value }.map(\.0.key)
            guard !differing.isEmpty else {
                continue
            }
            let keys = differing.map { "'\($0)'" }.joined(separator: ", ")
            scan.error(
                "\(name(shared)) and \(name(first)) share an address and differ in \(keys)",
                at: shared.place,
                detail: "It holds before a request says whose it is.",
                hint: "make it equal in 'proxy' of both, or give each an address of its own"
            )
        }
    }

    private func name(_ shared: Shared) -> String {
        shared.service.configuration.name.rawValue.quoted
    }

    /// What the proxy's listeners need to know, by key.
    private static func settings(_ route: RouteConfiguration) -> [(key: String, value: String)] {
        [
            ("headTimeout", "\(route.headTimeout)"),
            ("keepAliveTimeout", "\(route.keepAliveTimeout)"),
            ("requestLine", "\(route.requestLineBytes)"),
            ("head", "\(route.headBytes)"),
            ("headLines", "\(route.headLines)"),
            ("connections", "\(route.connections)"),
            ("connectionsPerClient", "\(route.connectionsPerClient)"),
            ("trustedPeers", route.trustedPeers.joined(separator: " ")),
            ("proxyProtocol", "\(route.acceptsProxyProtocol)"),
        ]
    }
}
