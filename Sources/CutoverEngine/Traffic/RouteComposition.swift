import CutoverCore
import CutoverDrivers
import CutoverWire

/// Makes the proxy's route of a service from what the machine wants and what is known of instances.
enum RouteComposition {
    /// Why a route cannot be made: the machine's traffic names an instance that cannot be reached.
    struct Fault: Error, Hashable, CustomStringConvertible {
        var description: String
    }

    /// The route for `traffic`, or `nil` when the service has none.
    ///
    /// An instance that runs and is in no rotation is listed as draining: its requests in flight
    /// stay counted, and its answers close their connections politely.
    static func route(
        _ configuration: ServiceConfiguration,
        traffic: Traffic,
        instances: [InstanceID: HostedInstance]
    ) throws(Fault) -> ProxyRoute? {
        guard !traffic.sides.isEmpty else {
            return nil
        }
        guard let listen = SocketAddress(configuration.listen) else {
            throw Fault(description: "\(configuration.listen) is not an address")
        }
        var sides: [ProxySide] = []
        var previewSide: Int?
        for (role, side) in [("stable", traffic.stable), ("candidate", traffic.candidate)] {
            guard let side else {
                continue
            }
            if role == "candidate", !side.rotation.isEmpty {
                previewSide = sides.count
            }
            sides.append(try proxySide(side, role: role, instances: instances))
        }
        addDraining(traffic, instances: instances, to: &sides)
        return ProxyRoute(
            service: configuration.name.rawValue,
            listen: listen,
            matches: configuration.route.matches.map(RouteMatch.init),
            preview: configuration.preview.flatMap(SocketAddress.init),
            sides: sides,
            previewSide: previewSide,
            settings: ProxySettings(configuration.route)
        )
    }

    private static func proxySide(
        _ side: TrafficSide,
        role: String,
        instances: [InstanceID: HostedInstance]
    ) throws(Fault) -> ProxySide {
        var backends: [ProxyBackend] = []
        for id in side.rotation {
            guard let instance = instances[id], let address = instance.process?.address else {
                throw Fault(description: "instance \(id.key) has no address yet")
            }
            backends.append(
                ProxyBackend(key: id.key, address: address, isHealthy: instance.isRoutable)
            )
        }
        return ProxySide(
            name: side.slot?.rawValue ?? role,
            release: side.release.rawValue,
            weight: side.weight,
            backends: backends
        )
    }

    private static func addDraining(
        _ traffic: Traffic,
        instances: [InstanceID: HostedInstance],
        to sides: inout [ProxySide]
    ) {
        let listed = Set(traffic.sides.flatMap(\.rotation))
        let rest = instances.values
            .filter { !listed.contains($0.instance.id) && $0.holdsRequests }
            .sorted { $0.instance.id < $1.instance.id }
        for state in rest {
            guard let address = state.process?.address else {
                continue
            }
            let release = state.instance.release.rawValue
            let backend = ProxyBackend(
                key: state.instance.id.key,
                address: address,
                isHealthy: state.isRoutable,
                isDraining: true
            )
            if let index = sides.firstIndex(where: { $0.release == release }) {
                sides[index].backends.append(backend)
            } else {
                sides.append(
                    ProxySide(
                        name: state.instance.slot?.rawValue ?? "retired",
                        release: release,
                        weight: 0,
                        backends: [backend]
                    )
                )
            }
        }
    }
}

extension InstanceID {
    /// How the proxy knows the instance: the same for its whole life, and no other's.
    package var key: String { "\(rollout.rawValue)-\(number)" }
}
