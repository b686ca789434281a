import CutoverCore

extension RecordV1 {
    struct RosterEntry: Codable {
        var instance: Instance
        var role: String
        var condition: Condition
        var isDrained: Bool

        enum Condition: Codable {
            case starting(evidence: String?)
            case healthy(since: Instant)
            case unhealthy(since: Instant, evidence: String)
            case failed(evidence: String)
            case stopping
            case stopped
        }

        init(_ entry: Roster.Entry) {
            instance = entry.instance
            role =
                switch entry.role {
                case .stable: "stable"
                case .candidate: "candidate"
                }
            condition =
                switch entry.condition {
                case .starting(let evidence): .starting(evidence: evidence)
                case .healthy(let since): .healthy(since: Instant(since))
                case .unhealthy(let since, let evidence):
                    .unhealthy(since: Instant(since), evidence: evidence)
                case .failed(let evidence): .failed(evidence: evidence)
                case .stopping: .stopping
                case .stopped: .stopped
                }
            isDrained = entry.isDrained
        }

        var value: Roster.Entry {
            Roster.Entry(
                instance: instance,
                role: role == "stable" ? .stable : .candidate,
                condition: condition.value,
                isDrained: isDrained
            )
        }
    }
}

extension RecordV1.RosterEntry.Condition {
    var value: Roster.Condition {
        switch self {
        case .starting(let evidence): .starting(evidence: evidence)
        case .healthy(let since): .healthy(since: since.value)
        case .unhealthy(let since, let evidence):
            .unhealthy(since: since.value, evidence: evidence)
        case .failed(let evidence): .failed(evidence: evidence)
        case .stopping: .stopping
        case .stopped: .stopped
        }
    }
}
