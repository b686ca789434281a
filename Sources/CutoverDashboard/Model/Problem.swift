import CutoverCore

/// Something that is wrong, or was and nobody has acknowledged it, for the banner.
struct Problem: Hashable, Sendable {
    enum Gravity: Int, Hashable, Comparable, Sendable {
        /// It is over.
        case past
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

    /// A rollout that went wrong is news for so long after its end.
    static let endIsNews = Duration.seconds(3600)

    /// Everything that is wrong, the worst first.
    static func all(
        in snapshot: EngineSnapshot,
        failures: [ServiceName: ProxyFailures],
        now: Timestamp
    ) -> [Problem] {
        let found =
            global(snapshot, now: now)
            + snapshot.services.flatMap { service in
                problems(of: service, failures: failures[service.name], now: now)
            }
        return [Gravity.bad, .held, .past].flatMap { gravity in
            found.filter { $0.gravity == gravity }
        }
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

    private static func problems(
        of service: ServiceSnapshot,
        failures: ProxyFailures?,
        now: Timestamp
    ) -> [Problem] {
        let holds = service.liveRollout?.progress.holds ?? []
        return [allDown(service)].compactMap(\.self)
            + holds.compactMap { held(service, $0, now: now) }
            + [failures.flatMap { failed(service, $0, now: now) }, ended(service, now: now)]
            .compactMap(\.self)
    }

    private static func allDown(_ service: ServiceSnapshot) -> Problem? {
        let serving = service.serving
        guard serving.all > 0, serving.up == 0 else { return nil }
        return Problem(
            id: "down \(service.name)",
            gravity: .bad,
            text: "\(service.name.safe): none of the \(serving.all) instances that serve it is up"
        )
    }

    private static func failed(
        _ service: ServiceSnapshot,
        _ failures: ProxyFailures,
        now: Timestamp
    ) -> Problem? {
        guard failures.count > 0 else { return nil }
        let requests = failures.count == 1 ? "request" : "requests"
        let when =
            failures.lastAt.map { "last \(Figures.age(now - $0)) ago" }
            ?? "none since \(Figures.timeOfDay(failures.knownSince))"
        return Problem(
            id: "failed \(service.name) \(failures.count)",
            gravity: failures.areRecent(at: now) ? .bad : .past,
            text: "\(service.name.safe): \(failures.count) \(requests) failed at the proxy, "
                + "\(when) (502, 503 or 504)"
        )
    }

    /// A hold that is not as planned.
    ///
    /// What counts first: since when, and how much of the traffic still goes there.
    private static func held(
        _ service: ServiceSnapshot,
        _ hold: Hold,
        now: Timestamp
    ) -> Problem? {
        guard let rollout = service.liveRollout else { return nil }
        let share = service.sides.first { $0.role == .candidate }?.share ?? 0
        let (kind, since, gravity, fault): (String, Timestamp, Gravity, String)
        switch hold {
        case .operator, .gate: return nil
        case .anomaly(let anomaly, let start):
            (kind, since) = ("anomaly", start)
            gravity = share > 0 ? .bad : .held
            let takes = share > 0 ? "\(rollout.candidate.safe) takes \(share) %, " : ""
            fault = takes + anomaly.fault(now: rollout.verdict)
        case .deadline(let start):
            (kind, since, gravity) = ("deadline", start, .held)
            fault = "no progress within its deadline"
        }
        return Problem(
            id: "hold \(rollout.id.rawValue) \(kind) \(since.milliseconds)",
            gravity: gravity,
            text: "\(service.name.safe) HELD \(Figures.age(now - since)): \(fault)"
        )
    }

    /// A rollout that ended as nobody asked for.
    private static func ended(_ service: ServiceSnapshot, now: Timestamp) -> Problem? {
        guard let rollout = service.rollout, let end = rollout.finishedAt,
            now - end < endIsNews
        else { return nil }
        let (what, reason): (String, RollbackReason)
        switch rollout.progress.outcome {
        case .rolledBack(let cause): (what, reason) = ("was rolled back", cause)
        case .failed(let cause): (what, reason) = ("failed", cause)
        case .promoted, .superseded, nil: return nil
        }
        switch reason {
        case .operatorRequest, .superseded: return nil
        case .startTimeout, .instancesFailed, .gateExpired, .anomaly, .effectFailed: break
        }
        let age = Figures.age(now - end)
        return Problem(
            id: "ended \(rollout.id.rawValue)",
            gravity: .past,
            text: "\(service.name.safe): \(rollout.candidate.safe) \(what) \(age) ago: "
                + reason.summary.safe
        )
    }
}

extension Anomaly {
    /// What was found, in few words; a figure that is still over its limit as it is by now.
    fileprivate func fault(now verdict: Verdict?) -> String {
        guard case .verdict(let found) = self, let worst = found.findings.first else {
            return summary.safe
        }
        let current = verdict?.findings.first { $0.metric == worst.metric }
        return (current?.conclusion == .fail ? current ?? worst : worst).brief
    }
}
