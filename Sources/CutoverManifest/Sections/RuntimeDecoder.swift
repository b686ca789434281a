import CutoverCore

/// A runtime with what is compared with other services.
struct DecodedRuntime {
    var configuration: RuntimeConfiguration
    /// `nil` where there are none, and behind a fault.
    var ports: (range: ClosedRange<UInt16>, place: SourceLocation)?
    /// `nil` where Cutover starts the instances, and behind a fault.
    var external: DecodedExternal?
}

/// Decodes `runtime`.
struct RuntimeDecoder {
    var service: Section

    func decode() -> DecodedRuntime {
        let section = service.section("runtime")
        guard service.has("runtime") else {
            service.missing("runtime", hint: "runtime: {command: [./serve], ports: 9100-9199}")
            return DecodedRuntime(configuration: Self.empty)
        }
        let command = section.command("command", replacesVariables: true)
        let directory = section.filePath("directory") ?? section.scan.directory
        let environmentFile = section.filePath("environmentFile")
        let isExternal = section.entry("external") != nil
        if command == nil, !isExternal, service.isSound("runtime") {
            section.missing("command", hint: "command: [./serve, \"${port}\"]")
        }
        let assignments = section.texts("environment")
        let external = isExternal ? external(section) : nil
        let endpoints =
            isExternal
            ? external.map { .external($0.addresses) } : endpoints(section, assignments)
        let environment = environment(section, assignments, endpoints ?? .ports(1...1))
        let stopGrace = section.duration("stopGrace", or: .seconds(10))
        let restart = restart(section.section("restart"))
        lookUp(
            section,
            program: command?.first,
            directory: directory,
            environmentFile: environmentFile,
            setsPath: environment["PATH"] != nil || environmentFile != nil
        )
        section.finish()
        let configuration = RuntimeConfiguration(
            command: command ?? [],
            directory: directory,
            environment: environment,
            environmentFile: environmentFile,
            endpoints: endpoints ?? Self.empty.endpoints,
            stopGrace: stopGrace,
            restart: restart
        )
        var decoded = DecodedRuntime(configuration: configuration, external: external)
        if case .ports(let range) = endpoints {
            decoded.ports = (range, section.place("ports"))
        }
        return decoded
    }

    /// Reads the addresses and reports what belongs to instances that Cutover starts.
    private func external(_ section: Section) -> DecodedExternal? {
        let addresses = ExternalDecoder(section: section.section("external")).decode()
        _ = section.range("ports", example: "9100-9199")
        if section.has("command") {
            section.fault(
                "command",
                "'runtime' has 'command' and 'external'",
                detail: "Either Cutover starts the instances or somebody else does.",
                hint: "leave one"
            )
        }
        for key in ["ports", "stopGrace", "restart"] where section.has(key) {
            section.scan.warning(
                "'\(key)' has no effect",
                at: section.place(key),
                detail: "Somebody else starts and stops the instances.",
                hint: "leave it out"
            )
        }
        return addresses
    }

    /// Stands for a runtime that is missing; the manifest has an error then.
    private static let empty = RuntimeConfiguration(
        command: [],
        directory: "/",
        environment: [:],
        environmentFile: nil,
        endpoints: .ports(1...1),
        stopGrace: .zero,
        restart: RestartConfiguration()
    )

    private func endpoints(
        _ section: Section,
        _ assignments: [(name: String, text: String, entry: Entry)]
    ) -> InstanceEndpoints? {
        let words =
            section.has("command") && section.isSound("command")
            ? section.items("command") ?? [] : []
        let texts = words.compactMap { word in
            word.text.map { (text: $0, key: "command", place: word.place) }
        }
        return EndpointsDecoder(
            runtime: section,
            isThere: service.isSound("runtime"),
            texts: texts
                + assignments.map { (text: $0.text, key: "environment", place: $0.entry.place) }
        )
        .decode()
    }

    private func environment(
        _ section: Section,
        _ assignments: [(name: String, text: String, entry: Entry)],
        _ endpoints: InstanceEndpoints
    ) -> [String: String] {
        var environment: [String: String] = [:]
        for (name, text, entry) in assignments {
            if !Self.isVariableName(name) {
                section.fault(
                    "environment",
                    "\(name.quoted) is no name of an environment variable",
                    at: entry.keyPlace,
                    detail: "Names are of A-Z a-z 0-9 _ and begin with no digit."
                )
            } else if InstanceVariables.environment(endpoints).contains(name.lowercased()),
                name == name.uppercased(),
                text != "${\(name.lowercased())}"
            {
                section.fault(
                    "environment",
                    "\(name.quoted) is set by Cutover",
                    at: entry.keyPlace,
                    detail: "It is the instance's \(name.lowercased()).",
                    hint: "use another name, or \"${\(name.lowercased())}\" as its value"
                )
            }
            if text.unicodeScalars.contains("\0") {
                section.fault(
                    "environment",
                    "\(name.quoted) holds a NUL character",
                    at: entry.place
                )
            }
            section.checkVariables(of: text, key: "environment", at: entry.place)
            environment[name] = text
        }
        return environment
    }

    private static func isVariableName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
        return name.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_": true
            default: false
            }
        }
    }

    private func restart(_ section: Section) -> RestartConfiguration {
        let fallback = RestartConfiguration()
        let restart = RestartConfiguration(
            initialDelay: section.duration("initialDelay", or: fallback.initialDelay),
            maximumDelay: section.duration("maximumDelay", or: fallback.maximumDelay),
            limit: section.count("limit", or: fallback.limit),
            window: section.duration("window", or: fallback.window)
        )
        if section.isSound("initialDelay", "maximumDelay"),
            restart.maximumDelay < restart.initialDelay
        {
            section.fault(
                "maximumDelay",
                "'maximumDelay' (\(DurationLiteral.text(restart.maximumDelay))) is shorter than"
                    + " 'initialDelay' (\(DurationLiteral.text(restart.initialDelay)))"
            )
        } else if section.isSound("initialDelay", "maximumDelay", "limit", "window") {
            checkCrashLoop(restart, section)
        }
        section.finish()
        return restart
    }

    /// With long waits the exits of a crash loop never meet within the window.
    private func checkCrashLoop(_ restart: RestartConfiguration, _ section: Section) {
        var wait = Duration.zero
        var delay = restart.initialDelay
        for _ in 1..<restart.limit {
            wait += delay
            delay = min(delay * 2, restart.maximumDelay)
        }
        guard wait >= restart.window else { return }
        section.scan.warning(
            "no crash loop is ever found",
            at: section.place("window"),
            detail:
                "The waits between \(restart.limit) exits take \(DurationLiteral.text(wait)),"
                + " so they never fit in a window of \(DurationLiteral.text(restart.window)).",
            hint: "lower 'limit' or 'maximumDelay', or raise 'window'"
        )
    }

    private func lookUp(
        _ section: Section,
        program: String?,
        directory: String,
        environmentFile: String?,
        setsPath: Bool
    ) {
        guard let surroundings = section.scan.surroundings else { return }
        guard surroundings.isDirectory(directory) else {
            section.scan.warning(
                "there is no directory \(directory.quoted)",
                at: section.place("directory"),
                detail: "Instances start in it; no rollout can begin before it is there."
            )
            return
        }
        if let environmentFile, !surroundings.isReadable(environmentFile) {
            section.scan.warning(
                "there is no readable file \(environmentFile.quoted)",
                at: section.place("environmentFile"),
                detail: "It is read at each start of an instance; without it no start succeeds."
            )
        }
        if let program, !program.contains("${"), !setsPath || program.contains("/"),
            !surroundings.finds(program, from: directory)
        {
            section.scan.warning(
                "there is no program \(program.quoted)",
                at: section.place("command"),
                detail: program.contains("/")
                    ? "It was looked up from \(directory.quoted) and must be executable."
                    : "It was looked up in PATH."
            )
        }
    }
}
