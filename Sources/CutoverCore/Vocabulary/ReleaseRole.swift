/// What a release is to its service at one instant.
package enum ReleaseRole: String, Hashable, CaseIterable, Codable, Sendable {
    /// Serves, and no rollout runs; or: what the rollout returns to.
    case stable
    /// What the rollout tries.
    case candidate

    package var other: ReleaseRole {
        switch self {
        case .stable: .candidate
        case .candidate: .stable
        }
    }
}
