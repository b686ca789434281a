import CutoverCore

extension TranscriptStage {
    /// One effect as a line that people read.
    func words(_ effect: RolloutEffect) -> String {
        switch effect {
        case .startInstances(_, let instances):
            "> start \(instances.map(\.name).joined(separator: " ")) of \(release(of: instances))"
        case .applyTraffic(_, let traffic): "> traffic " + words(traffic)
        case .drain(_, let ids, _): "> drain \(names(ids))"
        case .stopInstances(_, let ids): "> stop \(names(ids))"
        case .runChecks(_, _, let names): "> check \(names.joined(separator: " "))"
        case .refuse(let verb, let reason): "> refuse \(verb.rawValue): \(reason)"
        case .recordFault(let text): "> fault: \(text)"
        }
    }

    private func words(_ traffic: Traffic) -> String {
        let sides = [(ReleaseRole.stable, traffic.stable), (.candidate, traffic.candidate)]
        return sides.compactMap { role, side in
            side.map { side in
                "\(traffic.share(of: role)) % to \(side.release) (\(names(side.rotation)))"
            }
        }.joined(separator: ", ")
    }

    private func release(of instances: [Instance]) -> String {
        instances.first?.release.rawValue ?? ""
    }

    private func names(_ ids: [InstanceID]) -> String {
        let entries = (service.rollout?.roster.entries ?? []) + (service.live?.roster.entries ?? [])
        return ids.map { id in
            entries.first { $0.id == id }?.instance.name ?? "\(id.rollout.rawValue).\(id.number)"
        }.joined(separator: " ")
    }

    /// Where the rollout stands; nothing when that is what was shown last.
    mutating func shown() -> [String] {
        guard let rollout = service.rollout else { return [] }
        let progress = rollout.progress(now: now)
        let line = "\(progress.phase.rawValue): \(progress.sentence)" + words(progress.countdown)
        guard line != lastShown else { return [] }
        lastShown = line
        return [line]
    }

    private func words(_ countdown: RolloutProgress.Countdown?) -> String {
        guard let countdown else { return "" }
        let left = countdown.remaining ?? countdown.endsAt.map { $0 - now } ?? .zero
        let stands = countdown.remaining == nil ? "" : ", stands"
        return " [\(countdown.title) \(left.words)\(stands), then \(countdown.then)]"
    }
}

extension RolloutEffect {
    /// The ID by which it is answered with success or failure.
    var answered: EffectID? {
        switch self {
        case .startInstances(let id, _), .applyTraffic(let id, _), .drain(let id, _, _),
            .stopInstances(let id, _):
            id
        case .runChecks, .refuse, .recordFault:
            nil
        }
    }
}
