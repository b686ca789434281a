import CutoverCore
import Yams

/// A service with the places that are compared with other services.
struct DecodedService {
    var configuration: ServiceConfiguration
    /// Addresses that were read without a fault, with the key that they stand at.
    var listeners: [(key: String, address: ListenAddress, place: SourceLocation)]
    /// `nil` where Cutover starts the instances, and behind a fault.
    var external: DecodedExternal?
    /// `nil` when the range was not read without a fault.
    var ports: (range: ClosedRange<UInt16>, place: SourceLocation)?
    /// Ports that a rollout needs at once, and why; `nil` when a fault hides it.
    var portDemand: (count: Int, reason: String)?
}

/// Decodes one service.
struct ServiceDecoder {
    var name: String
    var section: Section

    func decode() -> DecodedService {
        let listen = section.address("listen")
        if listen == nil {
            section.missing("listen", hint: "listen: 127.0.0.1:8080")
        }
        let preview = section.address("preview")
        let route = RouteDecoder(service: section).decode()
        let runtime = RuntimeDecoder(service: section).decode()
        let instanceCount = section.count("instances", or: runtime.external?.count ?? 1)
        let releases = releases()
        let health = HealthDecoder(
            section: section.section("health"),
            endpoints: runtime.configuration.endpoints
        ).decode()
        let strategy = StrategyDecoder(
            service: section,
            instanceCount: instanceCount,
            countIsSound: section.isSound("instances")
        ).decode()
        let checks = CheckDecoder(service: section, strategy: strategy.configuration).decode()
        let drain = section.section("drain")
        let drainTimeout = drain.duration("timeout", or: .seconds(30))
        drain.finish()
        let analysis = AnalysisDecoder(service: section).decode()
        section.finish()
        let configuration = ServiceConfiguration(
            name: ServiceName(rawValue: name),
            listen: listen?.text ?? "",
            route: route,
            preview: preview?.text,
            instanceCount: instanceCount,
            knownReleases: releases,
            runtime: runtime.configuration,
            health: health,
            strategy: strategy.configuration,
            checks: checks,
            drainTimeout: drainTimeout,
            analysis: analysis
        )
        RollingTimes(service: configuration, place: strategy.place, scan: section.scan).check()
        if let external = runtime.external {
            ExternalRollout(
                service: configuration,
                external: external,
                section: section,
                demand: strategy.portDemand
            ).check()
        }
        // Behind a fault in 'match' nobody knows whether it could share its address.
        let shareable = section.isSound("match") ? listen : nil
        let listeners = [("listen", shareable), ("preview", preview)].compactMap { key, address in
            address.map { (key: key, address: $0, place: section.place(key)) }
        }
        return DecodedService(
            configuration: configuration,
            listeners: listeners,
            external: runtime.external,
            ports: runtime.ports,
            portDemand: strategy.portDemand
        )
    }

    private func releases() -> [ReleaseName] {
        var seen: Set<String> = []
        return (section.items("releases") ?? []).compactMap { item in
            guard let name = item.text, NameRule.release.admits(name) else {
                section.fault(
                    "releases",
                    "\(item.description) is no name of a release",
                    at: item.place,
                    detail: "Names are \(NameRule.release.text)."
                )
                return nil
            }
            guard seen.insert(name).inserted else {
                section.fault("releases", "release \(name.quoted) stands twice", at: item.place)
                return nil
            }
            return ReleaseName(rawValue: name)
        }
    }
}
