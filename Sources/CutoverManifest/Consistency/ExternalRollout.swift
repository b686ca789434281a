import CutoverCore

/// Whether a rollout can be made over instances that somebody else starts.
struct ExternalRollout {
    var service: ServiceConfiguration
    var external: DecodedExternal
    var section: Section
    /// Instances that a rollout needs at once, and why; `nil` when a fault hides it.
    var demand: (count: Int, reason: String)?

    func check() {
        let place = external.entries.first?.place ?? section.header
        switch (external.addresses, service.strategy) {
        case (.slots, .rolling):
            section.scan.error(
                "'blue' and 'green' stand where a rolling service has no slots",
                at: place,
                hint: "list them as 'external: {instances: [...]}'"
            )
        case (.instances, .blueGreen):
            section.scan.error(
                "'instances' stands where a blue-green service has two slots",
                at: place,
                hint: "list them as 'blue' and 'green', or write 'strategy: rolling'"
            )
        case (.slots, .blueGreen): checkSlots(place)
        case (.instances, .rolling): checkRolling(place)
        }
    }

    private func checkSlots(_ place: SourceLocation) {
        if section.has("instances"), section.isSound("instances"),
            service.instanceCount != external.count
        {
            section.fault(
                "instances",
                "'instances' is \(service.instanceCount) and 'external' has \(external.count) for"
                    + " each slot",
                hint: "leave it out"
            )
        }
        if !service.health.probe.namesRelease {
            section.scan.warning(
                "no health probe of \(service.name.rawValue.quoted) names the release",
                at: place,
                detail: "A deploy takes whatever answers in the idle slot for the release that was"
                    + " asked for.",
                hint: Self.hint
            )
        }
    }

    private func checkRolling(_ place: SourceLocation) {
        if !service.health.probe.namesRelease {
            section.scan.error(
                "no health probe of \(service.name.rawValue.quoted) names the release",
                at: place,
                detail:
                    "Somebody else replaces the instances of a batch, and nothing would tell that"
                    + " it is done: the next batch would go while the first is still the old one.",
                hint: Self.hint
            )
        }
        guard let demand, demand.count > external.count else { return }
        let count = external.count == 1 ? "1 address is" : "\(external.count) addresses are"
        section.scan.error(
            "\(count) too few for \(service.name.rawValue.quoted)",
            at: place,
            detail: "A rollout needs \(demand.count): \(demand.reason).",
            hint:
                "write 'unavailable: 1' in 'rolling', which replaces in place, or lower 'instances'"
        )
    }

    private static let hint =
        "health: {http: {path: /healthz, expectHeaders: {X-Release: \"${release}\"}}}"
}

extension Probe {
    /// Whether its answer depends on the release.
    fileprivate var namesRelease: Bool {
        let texts =
            switch self {
            case .http(let expectation):
                [expectation.path, expectation.bodyContains ?? ""]
                    + expectation.expectedHeaders.values + expectation.headers.values
            case .command(let words): words
            case .tcp: [String]()
            }
        return texts.contains { $0.contains("${release}") }
    }
}
