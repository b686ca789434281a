import GRDB

extension Store {
    /// Rollouts that are kept of each service, besides the one that its row names.
    package static let rolloutsKept = 50
    /// Journal rows that are kept in all.
    package static let journalRowsKept: Int64 = 20_000

    /// Forgets what is older than the bounds.
    ///
    /// The engine calls it when a rollout ended.
    package func prune() throws(StoreError) {
        try write { database in
            try database.execute(
                sql: """
                    DELETE FROM rollout WHERE finishedAt IS NOT NULL AND id IN (
                        SELECT id FROM (
                            SELECT id, ROW_NUMBER() OVER (PARTITION BY service ORDER BY id DESC)
                                AS place
                            FROM rollout
                        ) WHERE place > ?
                    )
                    """,
                arguments: [Self.rolloutsKept]
            )
            try database.execute(
                sql:
                    "DELETE FROM journal WHERE sequence <= (SELECT MAX(sequence) FROM journal) - ?",
                arguments: [Self.journalRowsKept]
            )
        }
    }
}
