/// What is to be known of a release before it is deployed.
package struct ReleaseStanding: Hashable, Codable, Sendable {
    /// Why a deploy of it would be refused at this moment; `nil`: it would be followed.
    package var obstacle: DeployObstacle?
    /// How its last rollout came to nothing; `nil`: it did not, or there was none.
    package var setback: Setback?

    package init(obstacle: DeployObstacle? = nil, setback: Setback? = nil) {
        self.obstacle = obstacle
        self.setback = setback
    }

    /// The end of a rollout whose candidate does not serve because of what it did, or because an
    /// operator did not want it.
    package struct Setback: Hashable, Codable, Sendable {
        /// It took traffic before, or an operator gave it up; else it failed before it could.
        package var wasRolledBack: Bool
        package var at: Timestamp

        package init(wasRolledBack: Bool, at: Timestamp) {
            self.wasRolledBack = wasRolledBack
            self.at = at
        }

        /// - Returns: `nil` for a rollout that runs, or that ended in another way.
        package init?(_ phase: RolloutPhase) {
            guard case .finished(let outcome, let at) = phase else { return nil }
            switch outcome {
            case .rolledBack: self.init(wasRolledBack: true, at: at)
            case .failed: self.init(wasRolledBack: false, at: at)
            case .promoted, .superseded: return nil
            }
        }
    }
}

/// Why a release cannot be deployed at this moment.
package enum DeployObstacle: String, Hashable, CaseIterable, Codable, Sendable {
    case live
    case rollingOut
    /// A deploy of it waits for the running rollout to end.
    case next
    /// The running rollout goes back to it.
    case comingBack
    /// A rollback returns to it.
    case returnTarget

    /// The refusal, as one clause.
    package func reason(for release: ReleaseName) -> String {
        switch self {
        case .live: "\(release) is already live"
        case .rollingOut: "\(release) is already being rolled out"
        case .next: "\(release) is already next"
        case .comingBack: "\(release) is already coming back"
        case .returnTarget: "\(release) is what rollback returns to: roll back"
        }
    }
}
