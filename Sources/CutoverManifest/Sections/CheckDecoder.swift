import CutoverCore
import Yams

/// Decodes `checks`.
struct CheckDecoder {
    var service: Section
    var strategy: StrategyConfiguration

    func decode() -> [CheckConfiguration] {
        guard let items = service.items("checks") else { return [] }
        var names: Set<String> = []
        return items.compactMap { item in
            guard case .mapping(let mapping) = item.node else {
                service.fault(
                    "checks",
                    "a check is \(item.description)",
                    at: item.place,
                    detail: "Expected: a mapping with 'name' and one of 'http' and 'command'."
                )
                return nil
            }
            let section = Section(
                mapping,
                scan: service.scan,
                path: "services.NAME.checks[]",
                title: "the check",
                header: item.place
            )
            return check(section, &names)
        }
    }

    private func check(_ section: Section, _ names: inout Set<String>) -> CheckConfiguration? {
        let name = name(section, &names)
        let stage = section.choice("stage", or: CheckStage.beforePromotion)
        let timeout = section.duration("timeout", or: .seconds(5))
        let retries = section.count("retries", or: 0)
        let kind = kind(section)
        section.finish()
        if section.isSound("stage") {
            checkStage(stage, kind, section)
        }
        return kind.map {
            CheckConfiguration(
                name: name,
                stage: stage,
                kind: $0,
                timeout: timeout,
                retries: retries
            )
        }
    }

    private func name(_ section: Section, _ names: inout Set<String>) -> String {
        guard let name = section.text("name") else {
            section.missing("name", hint: "name: smoke")
            return ""
        }
        if !NameRule.service.admits(name) {
            section.fault(
                "name",
                "\(name.quoted) is no name of a check",
                detail: "Names are \(NameRule.service.text).",
                hint: NameRule.service.nearestName(to: name).map { "write \($0)" }
            )
        } else if !names.insert(name).inserted {
            section.fault(
                "name",
                "another check of this service has the name \(name.quoted)",
                detail: "The dashboard tells checks apart by name."
            )
        }
        return name
    }

    private func kind(_ section: Section) -> CheckKind? {
        let http = ExpectationDecoder(
            parent: section,
            key: "http",
            variables: ["release", "slot"]
        ).decode()
        let command = section.command("command", replacesVariables: false)
        for item in section.has("command") ? section.items("command") ?? [] : [] {
            if let name = InstanceVariables.names.first(where: {
                item.text?.contains("${\($0)}") ?? false
            }) {
                section.fault(
                    "command",
                    "'${\(name)}' is not replaced in a check",
                    at: item.place,
                    detail: "A check asks the whole release, not one instance.",
                    hint: "read CUTOVER_ADDRESS, CUTOVER_CANDIDATE or CUTOVER_STABLE"
                )
            }
        }
        switch (section.has("http"), section.has("command")) {
        case (true, true):
            section.fault("command", "the check has 'http' and 'command'", hint: "leave one")
        case (false, false):
            section.scan.error(
                "the check has neither 'http' nor 'command'",
                at: section.header,
                hint: "http: /healthz"
            )
        default: break
        }
        return http.map { .http($0) } ?? command.map { .command($0) }
    }

    private func checkStage(_ stage: CheckStage, _ kind: CheckKind?, _ section: Section) {
        if stage == .beforePromotion, case .http = kind, !service.has("preview") {
            section.scan.error(
                "an HTTP check before promotion needs 'preview'",
                at: section.place("http"),
                detail: "It reaches the candidate, and nothing else, through the preview listener.",
                hint:
                    "add 'preview: 127.0.0.1:8081' to the service, or 'stage: afterPromotion' here"
            )
        }
        if stage == .afterPromotion, case .blueGreen(let blueGreen) = strategy,
            blueGreen.bake == .zero
        {
            section.scan.error(
                "a check after promotion needs a 'bake' above 0s",
                at: section.place("stage"),
                detail: "It runs while the promoted release is watched."
            )
        }
    }
}
