import CutoverCore

/// Whether a batch can wait for all that it may wait for before it is held for a lack of progress.
struct RollingTimes {
    var service: ServiceConfiguration
    var place: SourceLocation
    var scan: ManifestScan

    func check() {
        guard case .rolling(let rolling) = service.strategy else { return }
        let waits = [
            ("a start", service.health.startTimeout),
            ("a drain and a stop", service.drainTimeout + service.runtime.stopGrace),
        ]
        for (wait, longest) in waits where longest > rolling.progressDeadline {
            scan.warning(
                "the 'progressDeadline' of \(service.name.rawValue.quoted) comes before the end of"
                    + " \(wait)",
                at: place,
                detail:
                    "It is \(DurationLiteral.text(rolling.progressDeadline)), and \(wait) may take"
                    + " \(DurationLiteral.text(longest)): the rollout would be held meanwhile.",
                hint: "raise 'progressDeadline' above \(DurationLiteral.text(longest))"
            )
        }
    }
}
