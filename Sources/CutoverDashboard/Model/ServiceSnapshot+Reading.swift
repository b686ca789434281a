package import CutoverCore

/// What views and keys read out of a service.
extension ServiceSnapshot {
    /// A rollout that has not ended.
    var liveRollout: RolloutSnapshot? {
        rollout.flatMap { $0.progress.outcome == nil ? $0 : nil }
    }

    /// A rollout that still changes something: leaving or suspending the engine concerns it.
    ///
    /// While the old release is kept warm, the rollout is done as far as traffic goes.
    var movingRollout: RolloutSnapshot? {
        liveRollout.flatMap { $0.progress.phase == .warm ? nil : $0 }
    }

    /// Something that judges the candidate says no.
    var isFailing: Bool {
        guard let rollout = liveRollout else { return false }
        if rollout.verdict?.conclusion == .fail { return true }
        if rollout.progress.holds.contains(where: \.isAnomaly) { return true }
        return rollout.checks.contains { $0.state.hasFailed }
    }

    /// Something went wrong, and the rollout stands still until somebody answers.
    var isInTrouble: Bool {
        liveRollout?.progress.holds.contains { $0.isAnomaly || $0.isDeadline } ?? false
    }

    func availability(of verb: Verb) -> VerbAvailability {
        availability[verb] ?? .refused(reason: "the engine does not offer it for this service")
    }

    /// The sides where the screen puts them: blue left and green right, or old left and new right.
    ///
    /// The place never depends on which side is live, so that an eye that knows the one finds it.
    var columns: [SideSnapshot] {
        guard sides.count > 1, !isRolling else { return sides }
        return sides.sorted { $0.slot == .blue && $1.slot != .blue }
    }

    func side(_ slot: Slot) -> SideSnapshot? {
        sides.first { $0.slot == slot }
    }

    /// Percent of the traffic on the left and on the right side of a bar.
    var split: (left: Int, right: Int) {
        if isRolling {
            if sides.count > 1 { return (sides[0].share, sides[1].share) }
            let share = sides.first?.share ?? 0
            return isFirstDeployment ? (0, share) : (share, 0)
        }
        return (side(.blue)?.share ?? 0, side(.green)?.share ?? 0)
    }

    /// Nothing serves beside what a live rollout brings.
    var isFirstDeployment: Bool { liveRollout.map { $0.stable == nil } ?? false }

    /// Instances of the sides that get traffic, and how many of them are up.
    var serving: (up: Int, all: Int) {
        var up = 0
        var all = 0
        for side in sides where side.share > 0 {
            for state in side.instances.lazy.map(\.state) {
                guard state != .draining, state != .stopped else { continue }
                all += 1
                up += state.isUp ? 1 : 0
            }
        }
        return (up, all)
    }
}

extension InstanceState {
    /// Answers requests.
    var isUp: Bool {
        switch self {
        case .healthy, .degraded, .draining: true
        case .starting, .warming, .unhealthy, .stopped: false
        }
    }
}

extension Hold {
    var isAnomaly: Bool {
        if case .anomaly = self { return true }
        return false
    }

    var isOperator: Bool {
        if case .operator = self { return true }
        return false
    }

    var isDeadline: Bool {
        if case .deadline = self { return true }
        return false
    }
}

extension CheckSnapshot.State {
    var hasFailed: Bool {
        if case .finished(let result) = self { return !result.passed }
        return false
    }
}

extension EngineSnapshot {
    /// Nothing was ever deployed here.
    package var isUntouched: Bool {
        services.allSatisfy { $0.live == nil && $0.rollout == nil }
    }

    var isProduction: Bool {
        let name = environment?.lowercased()
        return name == "production" || name == "prod"
    }
}
