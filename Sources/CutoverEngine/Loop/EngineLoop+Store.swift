import CutoverCore
import CutoverStore
import Logging

/// Writing, and what happens when it fails.
extension EngineLoop {
    /// Journal rows after which the store is pruned: a rollout that never ends writes too.
    static let pruningInterval = 500

    /// Commits, with the instances whose records are old, and shows the journal's new rows.
    func write(_ commit: inout StoreCommit) throws(StoreError) {
        let saved = unsaved
        commit.instances += unsavedRecords(except: Set(commit.removedInstances))
        if tables.wantsReservation {
            commit.generation = tables.nextReservation
        }
        do throws(StoreError) {
            state.record(try store.commit(commit))
        } catch {
            storeFailed(error)
            throw error
        }
        unsaved.subtract(saved)
        schedule.isNews = true
        if let generation = commit.generation {
            tables.reserved = generation
        }
        state.faults[.store] = nil
        rowsSincePruning += commit.journal.count
        if rowsSincePruning >= Self.pruningInterval {
            pruneStore()
        }
    }

    /// Writes journal rows that belong to no transition.
    ///
    /// Without space they are lost, but logged.
    func note(_ rows: JournalRow...) {
        var commit = StoreCommit(at: now)
        commit.journal = rows
        for row in rows {
            logger.notice("\(row.text)", metadata: ["service": "\(row.service?.rawValue ?? "-")"])
        }
        // The failure is shown by `write`, and there is nothing to undo.
        try? write(&commit)
    }

    /// Writes the records of instances that changed without any transition.
    func saveInstances() {
        guard !unsaved.isEmpty, schedule.storeRetryAt == nil else {
            return
        }
        var commit = StoreCommit(at: now)
        // Shown by `write`, which tries again: the records stay marked.
        try? write(&commit)
    }

    /// Goes on where a failed commit stopped, as soon as the store can be written again.
    func retryStore() {
        guard let retryAt = schedule.storeRetryAt, retryAt <= now else {
            return
        }
        schedule.storeRetryAt = nil
        var commit = StoreCommit(at: now)
        commit.journal = [
            JournalRow(
                service: nil,
                rollout: nil,
                kind: .fault,
                text: "the store can be written again; rollouts go on"
            )
        ]
        guard (try? write(&commit)) != nil else {
            return
        }
        performDeferred()
    }

    func pruneStore() {
        rowsSincePruning = 0
        do throws(StoreError) {
            try store.prune()
        } catch {
            logger.error("the store was not pruned: \(error)")
        }
    }

    func readJournal(
        limit: Int,
        of service: ServiceName?
    ) -> Result<[JournalEntry], StoreError> {
        Result { () throws(StoreError) in try store.loadJournal(limit: limit, service: service) }
    }

    private func storeFailed(_ error: StoreError) {
        if state.faults[.store] == nil {
            logger.error("\(error)")
        }
        state.faults[.store] = "\(error)"
        schedule.isNews = true
        let retryAt = now + .seconds(1)
        schedule.storeRetryAt = retryAt
        schedule.wake(by: retryAt)
    }

    private func unsavedRecords(except removed: Set<InstanceID>) -> [InstanceRecord] {
        unsaved.subtracting(removed).compactMap { id in
            for index in state.services.indices {
                if let instance = state.services[index].instances[id] {
                    return instance.record(of: state.services[index].name)
                }
            }
            return nil
        }
    }
}
