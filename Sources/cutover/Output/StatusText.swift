import CutoverCore
import CutoverScreen

/// What `cutover status` prints: operating faults first, then one paragraph a service, for people.
struct StatusText {
    let text: String

    init(_ snapshot: EngineSnapshot, _ services: [ServiceSnapshot]) {
        let faults = snapshot.faults.map { Sanitizer.sanitize("FAULT: \($0)") }
        text = (faults + services.map(Self.paragraph)).joined(separator: "\n")
    }

    private static func paragraph(_ service: ServiceSnapshot) -> String {
        let live = service.live.map { "\($0)" } ?? "nothing"
        var lines = ["\(service.name)  live \(live)  \(service.listen)"]
        if let rollout = service.rollout {
            let from = rollout.stable.map { "\($0)" } ?? "nothing"
            lines.append(
                "  rollout \(rollout.id.rawValue)  \(from) -> \(rollout.candidate)  "
                    + "\(rollout.progress.phase.rawValue)  by \(rollout.actor.name)"
            )
            lines.append("  \(rollout.progress.sentence)")
        }
        for side in service.sides {
            let states = side.instances.map { "\($0.name) \($0.state.rawValue)" }
            let name = side.slot?.rawValue ?? side.role.rawValue
            lines.append(
                "  \(name)  \(side.release)  \(side.share) %  \(Int(side.traffic.rate)) req/s  "
                    + "\(side.traffic.errors) errors  \(side.traffic.inFlight) in flight  "
                    + states.joined(separator: ", ")
            )
        }
        lines.append("  \(service.failedByProxy) requests failed by the proxy")
        return lines.map { Sanitizer.sanitize($0) }.joined(separator: "\n")
    }
}
