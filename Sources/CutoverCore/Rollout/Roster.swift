/// The instances that a rollout is about, with what was last seen of each.
///
/// An instance that was told to stop never comes back: whoever needs its release again starts
/// another instance, with its own ID. So an old answer about the one cannot be taken for the other.
package struct Roster: Hashable, Sendable {
    /// In the order in which the instances were made.
    package var entries: [Entry]

    package init(entries: [Entry] = []) {
        self.entries = entries
    }

    /// One instance and what is known of it.
    package struct Entry: Hashable, Sendable {
        package var instance: Instance
        package var role: ReleaseRole
        package var condition: Condition
        /// It was never in a rotation, or every request that it had begun when it left is over.
        package var isDrained: Bool

        package init(
            instance: Instance,
            role: ReleaseRole,
            condition: Condition,
            isDrained: Bool = false
        ) {
            self.instance = instance
            self.role = role
            self.condition = condition
            self.isDrained = isDrained
        }

        package var id: InstanceID { instance.id }
    }

    /// What was last seen of an instance.
    package enum Condition: Hashable, Sendable {
        /// Asked to start, and not healthy since. With the last evidence against it.
        ///
        /// Can become: healthy, failed, stopping.
        case starting(evidence: String?)
        /// Can become: unhealthy, failed, stopping.
        case healthy(since: Timestamp)
        /// It was healthy once. Can become: healthy, failed, stopping.
        case unhealthy(since: Timestamp, evidence: String)
        /// The runtime gave it up. Can become: healthy, stopping.
        case failed(evidence: String)
        /// Told to stop. Can become: stopped.
        case stopping
        /// Gone for good.
        case stopped
    }
}
