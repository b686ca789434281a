import CutoverCore

/// Something that is wrong at this moment, for the banner.
struct Problem: Hashable, Sendable {
    enum Gravity: Int, Hashable, Comparable, Sendable {
        /// A rollout stands still and waits for an answer.
        case held
        /// Requests are failing or about to, or nobody can tell.
        case bad

        static func < (left: Gravity, right: Gravity) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// The same problem keeps its ID while its numbers change.
    let id: String
    let gravity: Gravity
    let text: String

    /// Everything that is wrong, the worst first.
    static func all(in snapshot: EngineSnapshot, now: Timestamp) -> [Problem] {
        let found = global(snapshot, now: now) + snapshot.services.flatMap { problems(of: $0) }
        return found.filter { $0.gravity == .bad } + found.filter { $0.gravity == .held }
    }

    private static func global(_ snapshot: EngineSnapshot, now: Timestamp) -> [Problem] {
        var problems: [Problem] = []
        if case .unreachable(let reason, let since) = snapshot.proxy {
            let text =
                "the proxy does not answer for \(Figures.age(now - since)) (\(reason.safe)): "
                + "figures are old, traffic cannot be moved"
            problems.append(Problem(id: "proxy", gravity: .bad, text: text))
        }
        return problems
            + snapshot.faults.map { Problem(id: "fault \($0)", gravity: .bad, text: $0.safe) }
    }

    private static func problems(of service: ServiceSnapshot) -> [Problem] {
        let name = service.name.safe
        var problems: [Problem] = []
        let serving = service.serving
        if serving.all > 0, serving.up == 0 {
            problems.append(
                Problem(
                    id: "down \(service.name)",
                    gravity: .bad,
                    text: "\(name): none of the \(serving.all) instances that serve it is up"
                )
            )
        }
        if service.failedByProxy > 0 {
            let word = service.failedByProxy == 1 ? "request" : "requests"
            problems.append(
                Problem(
                    id: "failed \(service.name) \(service.failedByProxy)",
                    gravity: .bad,
                    text: "\(name): \(service.failedByProxy) \(word) failed at the proxy "
                        + "(502, 503 or 504)"
                )
            )
        }
        guard let rollout = service.liveRollout else { return problems }
        for hold in rollout.progress.holds {
            guard let text = hold.problem else { continue }
            problems.append(
                Problem(
                    id: "hold \(rollout.id.rawValue) \(hold.id)",
                    gravity: .held,
                    text: "\(name): \(text)"
                )
            )
        }
        return problems
    }
}

extension Hold {
    fileprivate var id: String {
        switch self {
        case .operator(_, let since): "operator \(since.milliseconds)"
        case .anomaly(_, let since): "anomaly \(since.milliseconds)"
        case .gate(let since, _, _): "gate \(since.milliseconds)"
        case .deadline(let since): "deadline \(since.milliseconds)"
        }
    }

    /// What is wrong; `nil` for a hold that is as planned.
    fileprivate var problem: String? {
        switch self {
        case .operator, .gate: nil
        case .anomaly(let anomaly, _): anomaly.summary + ": held"
        case .deadline: "no progress within its deadline: held"
        }
    }
}

extension Anomaly {
    /// What was found, with its numbers.
    var summary: String {
        switch self {
        case .verdict(let verdict):
            guard let worst = verdict.findings.first else { return "the analysis failed" }
            return worst.sentence(window: verdict.window)
        case .unhealthy(let names, let evidence):
            let list = names.map(\.safeName).joined(separator: " ")
            return "\(list) unhealthy (\(evidence.safe))"
        case .check(let result):
            return "check \(result.name.safeName) failed (\(result.summary.safe))"
        case .effectFailed(let message):
            return message.safe
        }
    }
}
