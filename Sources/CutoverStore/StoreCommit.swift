package import CutoverCore

/// What one event changed.
///
/// It is written as a whole or not at all.
package struct StoreCommit: Sendable {
    package var at: Timestamp
    package var services: [ServiceRecord] = []
    package var rollouts: [RolloutMachine] = []
    package var instances: [InstanceRecord] = []
    package var removedInstances: [InstanceID] = []
    package var releases: [ReleaseRecord] = []
    package var journal: [JournalRow] = []
    /// No table of the proxy has this generation or a higher one.
    ///
    /// `nil`: as before.
    package var generation: UInt64?

    package init(at: Timestamp) {
        self.at = at
    }

    package var isEmpty: Bool {
        services.isEmpty && rollouts.isEmpty && instances.isEmpty && removedInstances.isEmpty
            && releases.isEmpty && journal.isEmpty && generation == nil
    }
}
