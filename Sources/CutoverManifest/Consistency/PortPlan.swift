import CutoverCore

/// Whether the addresses and ports of all services fit beside each other.
struct PortPlan {
    /// Where Linux takes the ports of outgoing connections, by default.
    private static let ephemeral: ClosedRange<UInt16> = 32_768...60_999

    private struct Listener {
        var service: String
        var key: String
        var address: ListenAddress
        var place: SourceLocation
        /// Of a public listener.
        var route: RouteConfiguration?

        /// Whether both are public, at one address, and told apart by their matches.
        func shares(with other: Listener) -> Bool {
            guard let route, let otherRoute = other.route, address == other.address else {
                return false
            }
            return !route.matches.isEmpty || !otherRoute.matches.isEmpty
        }
    }

    private struct Pool {
        var service: String
        var range: ClosedRange<UInt16>
        var place: SourceLocation
    }

    private let services: [DecodedService]
    private let scan: ManifestScan
    private let listeners: [Listener]
    private let pools: [Pool]

    init(services: [DecodedService], scan: ManifestScan) {
        self.services = services
        self.scan = scan
        listeners = services.flatMap { service in
            service.listeners.map {
                Listener(
                    service: service.configuration.name.rawValue,
                    key: $0.key,
                    address: $0.address,
                    place: $0.place,
                    route: $0.key == "listen" ? service.configuration.route : nil
                )
            }
        }
        pools = services.compactMap { service in
            service.ports.map {
                Pool(
                    service: service.configuration.name.rawValue,
                    range: $0.range,
                    place: $0.place
                )
            }
        }
    }

    func check() {
        checkListeners()
        checkOverlaps()
        for service in services {
            checkSize(service)
        }
    }

    private func checkListeners() {
        var byPort: [UInt16: [Listener]] = [:]
        for listener in listeners {
            let port = listener.address.port
            if let other = byPort[port]?.first(where: {
                $0.address.collides(with: listener.address) && !$0.shares(with: listener)
            }) {
                let isSame = other.address == listener.address
                scan.error(
                    isSame
                        ? "\(listener.address.text) is taken by \(describe(other))"
                        : "\(listener.address.text) collides with \(describe(other))",
                    at: listener.place,
                    detail: "That one is in line \(other.place.line)"
                        + (isSame
                            ? ". Each listener needs its own port or address."
                            : ", at \(other.address.text). 0.0.0.0 is every address.")
                )
            }
            byPort[port, default: []].append(listener)
            if let pool = pools.first(where: { $0.range.contains(port) }) {
                scan.error(
                    "port \(port) is one of the instance ports of \(pool.service.quoted)",
                    at: listener.place,
                    detail: "They are \(NumberRange.text(pool.range)), in line \(pool.place.line)."
                        + " An instance would take the listener's port, or the other way round."
                )
            }
        }
    }

    private func describe(_ listener: Listener) -> String {
        "'\(listener.key)' of \(listener.service.quoted)"
    }

    private func checkOverlaps() {
        for (index, pool) in pools.enumerated() {
            if let other = pools[..<index].first(where: { $0.range.overlaps(pool.range) }) {
                scan.error(
                    "the ports \(NumberRange.text(pool.range)) of \(pool.service.quoted) overlap"
                        + " \(NumberRange.text(other.range)) of \(other.service.quoted)",
                    at: pool.place,
                    detail:
                        "That range is in line \(other.place.line). Instances of two services would"
                        + " take each other's ports."
                )
            }
            if pool.range.overlaps(Self.ephemeral) {
                scan.warning(
                    "the ports \(NumberRange.text(pool.range)) are also used for outgoing"
                        + " connections",
                    at: pool.place,
                    detail:
                        "Linux takes them from \(NumberRange.text(Self.ephemeral)), so a"
                        + " start may find its port taken.",
                    hint: "use ports below \(Self.ephemeral.lowerBound)"
                )
            }
        }
    }

    private func checkSize(_ service: DecodedService) {
        guard let ports = service.ports, let demand = service.portDemand,
            ports.range.count < demand.count
        else { return }
        let low = Int(ports.range.lowerBound)
        let high = low + demand.count - 1
        scan.error(
            "\(ports.range.count == 1 ? "1 port is" : "\(ports.range.count) ports are") too few for"
                + " \(service.configuration.name.rawValue.quoted)",
            at: ports.place,
            detail: "A rollout needs \(demand.count): \(demand.reason).",
            hint: high <= 65_535 ? "write \(NumberRange.text(low...high)), or more" : nil
        )
    }
}
