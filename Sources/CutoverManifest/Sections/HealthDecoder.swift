import CutoverCore

/// Decodes `health`.
struct HealthDecoder {
    var section: Section
    /// Which variables a command has.
    var endpoints: InstanceEndpoints

    func decode() -> HealthConfiguration {
        let health = HealthConfiguration(
            probe: probe(),
            interval: section.duration("interval", or: .seconds(1)),
            timeout: section.duration("timeout", or: .seconds(2)),
            rise: section.count("rise", or: 2),
            fall: section.count("fall", or: 3),
            startGrace: section.duration("startGrace", or: .seconds(5)),
            minimumHealthyTime: section.duration("minimumHealthyTime", or: .seconds(10)),
            startTimeout: section.duration("startTimeout", or: .seconds(60))
        )
        checkTimes(health)
        section.finish()
        return health
    }

    private func probe() -> Probe {
        let http = ExpectationDecoder(
            parent: section,
            key: "http",
            variables: InstanceVariables.names
        ).decode()
        let tcp = section.entry("tcp")
        let command = section.command("command", replacesVariables: true)
        if let tcp, tcp.text != "true" {
            section.wrongKind(tcp, hint: "leave 'tcp' out where another probe is used")
        }
        let present = ["http", "tcp", "command"].filter(section.has)
        if let second = present.dropFirst().first, section.isSound("tcp") {
            section.fault(
                second,
                "'health' has more than one probe: \(present.joined(separator: ", "))",
                detail: "An instance is asked in one way.",
                hint: "leave one"
            )
        }
        checkVariables()
        if let http { return .http(http) }
        return command.map { .command($0) } ?? .tcp
    }

    /// `${port}` stands for nothing where instances listen on sockets, and the other way round.
    private func checkVariables() {
        guard section.has("command"), section.isSound("command") else { return }
        let (known, unknown) =
            switch endpoints {
            case .ports: ("${port}", ["${socket}"])
            case .sockets: ("${socket}", ["${port}"])
            case .external: ("${address}", ["${port}", "${socket}"])
            }
        for item in section.items("command") ?? [] {
            guard let name = unknown.first(where: { item.text?.contains($0) ?? false }) else {
                continue
            }
            section.fault(
                "command",
                "'\(name)' stands for nothing here",
                at: item.place,
                detail: "The instances of this service are at \(known).",
                hint: endpoints.isExternal
                    ? "write \(known)" : "write \(known), or ${address} for either"
            )
        }
    }

    /// Every time that must pass before `startTimeout`, for an instance to become ready at all.
    private func checkTimes(_ health: HealthConfiguration) {
        let limit = text(health.startTimeout)
        let needed = health.interval * (health.rise - 1) + health.minimumHealthyTime
        if section.isSound("interval", "rise", "minimumHealthyTime", "startTimeout"),
            needed >= health.startTimeout
        {
            let keys = ["minimumHealthyTime", "startTimeout", "rise", "interval"]
            section.fault(
                keys.first(where: section.has) ?? "startTimeout",
                "no instance can become ready within 'startTimeout' (\(limit))",
                detail:
                    "'rise' (\(health.rise)) at 'interval' (\(text(health.interval))) and"
                    + " 'minimumHealthyTime' (\(text(health.minimumHealthyTime))) take"
                    + " \(text(needed)).",
                hint: "raise 'startTimeout' above \(text(needed))"
            )
        }
        for (key, value) in [("startGrace", health.startGrace), ("timeout", health.timeout)]
        where section.has(key) && section.isSound(key, "startTimeout")
            && value >= health.startTimeout
        {
            section.fault(
                key,
                "'\(key)' (\(text(value))) is not shorter than 'startTimeout'"
                    + " (\(limit))",
                detail:
                    "A start would end before \(key == "timeout" ? "a probe" : "the grace") does."
            )
        }
    }

    private func text(_ duration: Duration) -> String { DurationLiteral.text(duration) }
}
