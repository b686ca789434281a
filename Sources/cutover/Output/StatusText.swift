import CutoverCore
import CutoverScreen

/// What `cutover status` prints: operating faults first, then one paragraph a service, for people.
struct StatusText {
    let text: String

    init(_ snapshot: EngineSnapshot, _ services: [ServiceSnapshot]) {
        let faults = snapshot.faults.map { Sanitizer.sanitize("FAULT: \($0)") }
        text = (faults + services.map { Self.paragraph($0, at: snapshot.at) }).joined(
            separator: "\n"
        )
    }

    private static func paragraph(_ service: ServiceSnapshot, at now: Timestamp) -> String {
        let live = service.live.map { "\($0)" } ?? "nothing"
        let down = service.isDown ? "  DOWN: no healthy instance gets requests" : ""
        let own = service.matches.isEmpty ? "" : " for " + service.matches.joined(separator: ", ")
        var lines = ["\(service.name)  live \(live)  \(service.listen)\(own)\(down)"]
        lines += service.rollout.map { rollout($0, at: now) } ?? []
        if let queued = service.queued {
            lines.append("  next \(queued.release)  by \(queued.actor.name)")
        }
        for side in service.sides {
            let name = side.slot?.rawValue ?? side.role.rawValue
            lines.append(
                "  \(name)  \(side.release)  \(side.share) %  \(Int(side.traffic.rate)) req/s  "
                    + "\(side.traffic.errors) errors  \(side.traffic.inFlight) in flight  "
                    + side.instances.map(instance).joined(separator: ", ")
            )
        }
        let more = service.failedUncounted ? " or more: one died with its counters" : ""
        lines.append("  \(service.failedByProxy) requests failed by the proxy\(more)")
        return lines.map { Sanitizer.sanitize($0) }.joined(separator: "\n")
    }

    private static func rollout(_ rollout: RolloutSnapshot, at now: Timestamp) -> [String] {
        let from = rollout.stable.map { "\($0)" } ?? "nothing"
        let progress = rollout.progress
        let outcome = progress.outcome.map { "  \($0.word)" } ?? ""
        var lines = [
            "  rollout \(rollout.id.rawValue)  \(from) -> \(rollout.candidate)  "
                + "\(progress.phase.rawValue)\(outcome)  by \(rollout.actor.name)",
            "  \(progress.sentence)",
        ]
        if let countdown = progress.countdown, let left = left(of: countdown, at: now) {
            lines.append("  \(countdown.title): \(left), then \(countdown.then)")
        }
        lines += rollout.checks.compactMap { check in
            guard case .finished(let result) = check.state, !result.passed else { return nil }
            return "  check \(result.name) failed: \(result.summary)"
        }
        if let verdict = rollout.verdict {
            let findings = verdict.findings.map(\.summary).joined(separator: "; ")
            lines.append("  verdict \(verdict.conclusion.rawValue)  \(findings)")
        }
        return lines
    }

    /// What is left of a time that runs or stands.
    private static func left(
        of countdown: RolloutProgress.Countdown,
        at now: Timestamp
    ) -> String? {
        if let end = countdown.endsAt { return "\(words(max(end - now, .zero))) left" }
        return countdown.remaining.map { "stands with \(words($0)) left" }
    }

    private static func words(_ time: Duration) -> String {
        let seconds = time.components.seconds
        return seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
    }

    /// With its evidence, when something is wrong with it.
    private static func instance(_ instance: InstanceSnapshot) -> String {
        let state = "\(instance.name) \(instance.state.rawValue)"
        guard instance.state == .unhealthy || instance.state == .stopped else { return state }
        let evidence = [instance.note, instance.evidence.lastExit ?? ""].first { !$0.isEmpty }
        return evidence.map { "\(state) (\($0))" } ?? state
    }
}
