import CutoverCore

/// A strategy with what other checks need of it.
struct DecodedStrategy {
    var configuration: StrategyConfiguration
    /// Where a fault of its times is reported.
    var place: SourceLocation
    /// Ports that a rollout needs at once, and why; `nil` when a fault hides it.
    var portDemand: (count: Int, reason: String)?
}

/// Decodes `strategy`.
struct StrategyDecoder {
    var service: Section
    var instanceCount: Int
    /// Whether `instances` was read without a fault.
    var countIsSound: Bool

    func decode() -> DecodedStrategy {
        guard let entry = service.entry("strategy") else { return blueGreen(service) }
        if let word = entry.text {
            return byWord(word, entry)
        }
        let section = service.section("strategy")
        defer { section.finish() }
        let hasBlueGreen = section.entry("blueGreen") != nil
        let hasRolling = section.entry("rolling") != nil
        if hasBlueGreen && hasRolling {
            section.fault(
                "rolling",
                "'strategy' has 'blueGreen' and 'rolling'",
                detail: "A service is rolled out in one way.",
                hint: "leave one"
            )
        } else if section.all.isEmpty && service.isSound("strategy") {
            service.fault(
                "strategy",
                "'strategy' has neither 'blueGreen' nor 'rolling'",
                hint: "strategy: blueGreen"
            )
        }
        return hasRolling && !hasBlueGreen
            ? rolling(section.section("rolling")) : blueGreen(section.section("blueGreen"))
    }

    private func byWord(_ word: String, _ entry: Entry) -> DecodedStrategy {
        let empty = Section(
            scan: service.scan,
            path: "services.NAME.strategy",
            title: "'strategy'",
            header: entry.place
        )
        switch word {
        case "rolling": return rolling(empty.section("rolling"))
        case "blueGreen": break
        default:
            service.wrongKind(
                entry,
                hint: Suggestion.forUnknownWord(word, among: ["blueGreen", "rolling"])
            )
        }
        return blueGreen(empty.section("blueGreen"))
    }

    // MARK: - Blue-green

    private func blueGreen(_ parent: Section) -> DecodedStrategy {
        let section =
            parent.path == "services.NAME.strategy.blueGreen"
            ? parent
            : Section(
                scan: parent.scan,
                path: "services.NAME.strategy.blueGreen",
                title: "'strategy.blueGreen'",
                header: parent.header
            )
        let fallback = BlueGreenConfiguration()
        let configuration = BlueGreenConfiguration(
            promoteAfter: section.duration("promoteAfter"),
            gateExpires: section.duration("gateExpires", or: fallback.gateExpires),
            shift: ShiftDecoder(section: section).decode() ?? fallback.shift,
            soak: section.duration("soak", or: fallback.soak),
            whenInconclusive: section.choice("whenInconclusive", or: fallback.whenInconclusive),
            progressDeadline: section.duration("progressDeadline", or: fallback.progressDeadline),
            bake: section.duration("bake", or: fallback.bake),
            keepWarm: section.duration("keepWarm", or: fallback.keepWarm)
        )
        check(configuration, section)
        section.finish()
        return DecodedStrategy(
            configuration: .blueGreen(configuration),
            place: section.header,
            portDemand: countIsSound && service.isSound("strategy")
                ? (2 * instanceCount, "\(instanceCount) each for blue and green")
                : nil
        )
    }

    private func check(_ configuration: BlueGreenConfiguration, _ section: Section) {
        if let promoteAfter = configuration.promoteAfter,
            section.isSound("promoteAfter", "gateExpires"),
            promoteAfter >= configuration.gateExpires
        {
            section.fault(
                "promoteAfter",
                "'promoteAfter' (\(DurationLiteral.text(promoteAfter))) is not shorter than"
                    + " 'gateExpires' (\(DurationLiteral.text(configuration.gateExpires)))",
                detail: "The gate would expire, and roll back, before it opens by itself."
            )
        }
        guard section.isSound("shift") else { return }
        for key in ["soak", "whenInconclusive"]
        where configuration.shift.count == 1 && section.has(key) {
            section.scan.warning(
                "'\(key)' has no effect",
                at: section.place(key),
                detail: "The shift has one step, and the last step is watched for 'bake'.",
                hint: "add steps, such as 'shift: [20, 50, 100]'"
            )
        }
    }

    // MARK: - Rolling

    private func rolling(_ section: Section) -> DecodedStrategy {
        let fallback = RollingConfiguration()
        let sizes = BatchDecoder(
            section: section,
            instanceCount: instanceCount,
            countIsSound: countIsSound
        ).decode()
        let configuration = RollingConfiguration(
            batchSize: sizes.batch,
            surge: sizes.surge,
            unavailable: sizes.unavailable,
            monitor: section.duration("monitor", or: fallback.monitor),
            whenInconclusive: section.choice("whenInconclusive", or: fallback.whenInconclusive),
            gateAfter: gateAfter(section, batches: sizes.isSound ? sizes.batches : nil),
            gateExpires: section.duration("gateExpires", or: fallback.gateExpires),
            progressDeadline: section.duration("progressDeadline", or: fallback.progressDeadline)
        )
        if section.has("gateExpires") && !section.has("gateAfter") {
            section.scan.warning(
                "'gateExpires' has no effect",
                at: section.place("gateExpires"),
                detail: "Without 'gateAfter' there is no gate."
            )
        }
        section.finish()
        return DecodedStrategy(
            configuration: .rolling(configuration),
            place: section.header,
            portDemand: sizes.isSound
                ? (
                    instanceCount + sizes.surge,
                    "\(instanceCount) for its instances and \(sizes.surge) for their surge"
                ) : nil
        )
    }

    private func gateAfter(_ section: Section, batches: Int?) -> Set<Int> {
        var gates: Set<Int> = []
        for item in section.items("gateAfter") ?? [] {
            guard let batch = item.text.flatMap(WholeNumber.parse), batch >= 1 else {
                section.fault(
                    "gateAfter",
                    "\(item.description) is no number of a batch",
                    at: item.place,
                    detail: "Batches are counted from 1."
                )
                continue
            }
            if let batches, batch > batches {
                section.fault(
                    "gateAfter",
                    "there is no batch \(batch)",
                    at: item.place,
                    detail: "\(instanceCount) instances make \(batches)"
                        + (batches == 1 ? " batch." : " batches.")
                )
            }
            gates.insert(batch)
        }
        return gates
    }
}
