/// Identifies one attempt to replace a release, for ever.
///
/// Ascending within a project, from 1.
package struct RolloutID: RawRepresentable, Hashable, Comparable, Codable, Sendable {
    package var rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    package static func < (lhs: RolloutID, rhs: RolloutID) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}

/// Identifies one effect of one rollout, so that a late result of another effect is never believed.
package struct EffectID: Hashable, Comparable, Codable, Sendable {
    package var rollout: RolloutID
    /// Ascending within the rollout, from 1.
    package var sequence: Int

    package init(rollout: RolloutID, sequence: Int) {
        self.rollout = rollout
        self.sequence = sequence
    }

    package static func < (lhs: EffectID, rhs: EffectID) -> Bool {
        (lhs.rollout, lhs.sequence) < (rhs.rollout, rhs.sequence)
    }
}

/// Identifies one instance of a service, for ever: the rollout that made it, and its number there.
///
/// A restart after a crash keeps the identity; the process behind it is another.
package struct InstanceID: Hashable, Comparable, Codable, Sendable {
    package var rollout: RolloutID
    /// Ascending within the rollout, from 1.
    package var number: Int

    package init(rollout: RolloutID, number: Int) {
        self.rollout = rollout
        self.number = number
    }

    package static func < (lhs: InstanceID, rhs: InstanceID) -> Bool {
        (lhs.rollout, lhs.number) < (rhs.rollout, rhs.number)
    }
}
