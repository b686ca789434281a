import CutoverCore

/// The parts of a rollout and an instance as `cutover status --json` writes them.
extension StatusJSON {
    struct Queued: Encodable {
        var id: Int
        var release: String
        var actor: String

        init(_ queued: QueuedDeploy) {
            id = queued.id.rawValue
            release = queued.release.rawValue
            actor = queued.actor.name
        }
    }

    struct Hold: Encodable {
        /// `operator`, `anomaly`, `gate` or `deadline`.
        var kind: String
        var since: Int64
        /// Who, or what, holds it.
        var reason: String?
        /// When a gate opens by itself.
        var promoteAt: Int64?
        /// When a gate that nobody opened rolls back.
        var expiresAt: Int64?

        init(_ hold: CutoverCore.Hold) {
            switch hold {
            case .operator(let actor, let since):
                (kind, self.since, reason) = ("operator", since.milliseconds, actor.name)
            case .anomaly(let anomaly, let since):
                (kind, self.since, reason) = ("anomaly", since.milliseconds, anomaly.summary)
            case .gate(let since, let promoteAt, let expiresAt):
                (kind, self.since) = ("gate", since.milliseconds)
                self.promoteAt = promoteAt?.milliseconds
                self.expiresAt = expiresAt?.milliseconds
            case .deadline(let since):
                (kind, self.since) = ("deadline", since.milliseconds)
            }
        }
    }

    struct Countdown: Encodable {
        var title: String
        /// Neither without the other: `remaining`, in milliseconds, while the clock stands.
        var endsAt: Int64?
        var remaining: Int64?
        var then: String

        init(_ countdown: RolloutProgress.Countdown) {
            title = countdown.title
            endsAt = countdown.endsAt?.milliseconds
            remaining = countdown.remaining.map(\.wholeMilliseconds)
            then = countdown.then
        }
    }

    struct Check: Encodable {
        var name: String
        var stage: String
        /// `waiting`, `running`, `passed` or `failed`.
        var state: String
        var summary: String?

        init(_ check: CheckSnapshot) {
            name = check.name
            stage = check.stage.rawValue
            switch check.state {
            case .waiting: state = "waiting"
            case .running: state = "running"
            case .finished(let result):
                state = result.passed ? "passed" : "failed"
                summary = result.summary
            }
        }
    }

    struct Verdict: Encodable {
        /// `pass`, `fail` or `inconclusive`.
        var conclusion: String
        /// The worst first.
        var findings: [String]

        init(_ verdict: CutoverCore.Verdict) {
            conclusion = verdict.conclusion.rawValue
            findings = verdict.findings.map { "\($0.conclusion.rawValue): \($0.summary)" }
        }
    }

    struct Probe: Encodable {
        var at: Int64
        var passed: Bool
        var error: String?

        init(_ probe: ProbeResult) {
            at = probe.at.milliseconds
            passed = probe.passed
            error = probe.error
        }
    }
}

extension Outcome {
    /// One word for programs.
    var word: String {
        switch self {
        case .promoted: "promoted"
        case .rolledBack: "rolledBack"
        case .superseded: "superseded"
        case .failed: "failed"
        }
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
