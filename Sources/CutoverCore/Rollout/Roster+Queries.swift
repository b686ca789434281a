extension Roster.Condition {
    /// Not told to stop.
    var isPresent: Bool {
        switch self {
        case .starting, .healthy, .unhealthy, .failed: true
        case .stopping, .stopped: false
        }
    }

    var isHealthy: Bool {
        switch self {
        case .healthy: true
        case .starting, .unhealthy, .failed, .stopping, .stopped: false
        }
    }

    /// Alive, and healthy once: fit to get requests when there is nothing better.
    var isProven: Bool {
        switch self {
        case .healthy, .unhealthy: true
        case .starting, .failed, .stopping, .stopped: false
        }
    }

    var isStarting: Bool {
        switch self {
        case .starting: true
        case .healthy, .unhealthy, .failed, .stopping, .stopped: false
        }
    }

    var isFailed: Bool {
        switch self {
        case .failed: true
        case .starting, .healthy, .unhealthy, .stopping, .stopped: false
        }
    }

    var healthySince: Timestamp? {
        switch self {
        case .healthy(let since): since
        case .starting, .unhealthy, .failed, .stopping, .stopped: nil
        }
    }

    /// The last thing known against the instance.
    package var evidence: String? {
        switch self {
        case .starting(let evidence): evidence
        case .unhealthy(_, let evidence), .failed(let evidence): evidence
        case .healthy, .stopping, .stopped: nil
        }
    }
}

extension Roster {
    package subscript(id: InstanceID) -> Entry? {
        entries.first { $0.id == id }
    }

    /// The instances of one side that were not told to stop.
    func present(_ role: ReleaseRole) -> [Entry] {
        entries.filter { $0.role == role && $0.condition.isPresent }
    }

    /// The instances of one side that were not told to stop and not given up either.
    func hopeful(_ role: ReleaseRole) -> [Entry] {
        present(role).filter { !$0.condition.isFailed }
    }

    func healthy(_ role: ReleaseRole) -> [Entry] {
        entries.filter { $0.role == role && $0.condition.isHealthy }
    }

    /// Told to stop, and nobody has said yet that they are gone.
    var stopping: [Entry] {
        entries.filter { $0.condition == .stopping }
    }

    mutating func set(_ condition: Condition, of ids: [InstanceID]) {
        for index in entries.indices where ids.contains(entries[index].id) {
            entries[index].condition = condition
        }
    }

    mutating func setDrained(_ isDrained: Bool, of ids: [InstanceID]) {
        for index in entries.indices where ids.contains(entries[index].id) {
            entries[index].isDrained = isDrained
        }
    }

    /// Drops instances of the stable release that a rollout started on its way back and that are
    /// gone: a release that cannot start would otherwise leave one behind with every try.
    mutating func forgetFailedReplacements(of rollout: RolloutID) {
        entries.removeAll { entry in
            entry.role == .stable && entry.id.rollout == rollout && entry.condition == .stopped
        }
    }
}
