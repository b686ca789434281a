import CutoverCore
import Yams

/// Decodes the top of the manifest.
struct ProjectDecoder {
    var top: Section

    func decode() -> ProjectConfiguration {
        let project = project()
        let environment = environment()
        let onDisconnect = top.choice("onDisconnect", or: DisconnectPolicy.hold)
        let proxy = top.section("proxy")
        let threads = proxy.count("threads")
        let accessLog = proxy.filePath("accessLog")
        let metrics = proxy.address("metrics")
        let memory = proxy.size("memory")
        let drainTimeout = proxy.duration(
            "drainTimeout",
            or: ProxyConfiguration.drainTimeoutDefault
        )
        let user = proxy.text("user")
        proxy.finish()
        let services = services()
        if let metrics { check(metrics, of: proxy, beside: services) }
        top.finish()
        PortPlan(services: services, scan: top.scan).check()
        ExternalPlan(services: services, scan: top.scan).check()
        SharedListeners(services: services, scan: top.scan).check()
        return ProjectConfiguration(
            project: project,
            environment: environment,
            proxy: ProxyConfiguration(
                threads: threads,
                accessLog: accessLog,
                metrics: metrics?.text,
                memory: memory,
                drainTimeout: drainTimeout,
                user: user
            ),
            onDisconnect: onDisconnect,
            services: services.map(\.configuration)
        )
    }

    private func check(
        _ metrics: ListenAddress,
        of proxy: Section,
        beside services: [DecodedService]
    ) {
        let listeners = services.flatMap(\.listeners)
        if let taken = listeners.first(where: { $0.address.collides(with: metrics) }) {
            proxy.fault(
                "metrics",
                "\(metrics.text) is taken by '\(taken.key)' of a service",
                detail: "That one is in line \(taken.place.line)."
            )
        }
    }

    private func project() -> String {
        guard let name = top.text("project") else {
            let directory = top.scan.directory.split(separator: "/").last.map(String.init) ?? ""
            return NameRule.service.nearestName(to: directory) ?? "cutover"
        }
        if !NameRule.service.admits(name) {
            top.fault(
                "project",
                "\(name.quoted) is no name of a project",
                detail: "Names are \(NameRule.service.text).",
                hint: NameRule.service.nearestName(to: name).map { "write \($0)" }
            )
        }
        return name
    }

    private func environment() -> String? {
        guard let label = top.text("environment") else { return nil }
        if !(1...32).contains(label.unicodeScalars.count) {
            top.fault("environment", "'environment' is not 1 to 32 characters long")
        }
        return label
    }

    private func services() -> [DecodedService] {
        guard let entry = top.entry("services") else {
            top.missing(
                "services",
                hint: "services: {checkout: {listen: 127.0.0.1:8080, runtime: ...}}"
            )
            return []
        }
        guard case .mapping(let mapping) = entry.node else {
            top.wrongKind(entry, hint: "write each service as 'name:' with its keys under it")
            return []
        }
        let section = Section(
            mapping,
            scan: top.scan,
            path: "services",
            title: "'services'",
            header: entry.keyPlace
        )
        guard !section.all.isEmpty else {
            top.fault("services", "'services' has no service", at: entry.keyPlace)
            return []
        }
        return section.all.compactMap { service($0) }
    }

    private func service(_ entry: Entry) -> DecodedService? {
        let scan = top.scan
        let reference = scan.ask("services.NAME")
        if !NameRule.service.admits(entry.key) {
            scan.error(
                "\(entry.key.quoted) is no name of a service",
                at: entry.keyPlace,
                detail: "Names are \(NameRule.service.text).",
                hint: NameRule.service.nearestName(to: entry.key).map { "write \($0)" }
            )
        }
        guard case .mapping(let mapping) = entry.node else {
            scan.error(
                "service \(entry.key.quoted) is \(entry.description)",
                at: entry.place,
                detail: "Expected: a mapping with at least 'listen' and 'runtime'."
            )
            return nil
        }
        let section = Section(
            mapping,
            scan: scan,
            path: reference.path,
            title: "service \(entry.key.quoted)",
            header: entry.keyPlace
        )
        return ServiceDecoder(name: entry.key, section: section).decode()
    }
}
