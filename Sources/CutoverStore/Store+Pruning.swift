import GRDB

extension Store {
    /// Rollouts that are kept of each service, besides the one that its row names.
    package static let rolloutsKept = 50
    /// Releases that are kept of each service, the last deployed first.
    package static let releasesKept = 50
    /// Journal rows that are kept in all.
    package static let journalRowsKept: Int64 = 20_000

    /// Forgets what is older than the bounds.
    ///
    /// The engine calls it when it starts, when a rollout ended, and after some hundred rows.
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
                sql: """
                    DELETE FROM release WHERE (service, name) IN (
                        SELECT service, name FROM (
                            SELECT service, name, ROW_NUMBER() OVER (
                                PARTITION BY service
                                ORDER BY COALESCE(lastDeployedAt, 0) DESC, seenAt DESC, name DESC
                            ) AS place
                            FROM release
                        ) WHERE place > ?
                    )
                    """,
                arguments: [Self.releasesKept]
            )
            try database.execute(
                sql:
                    "DELETE FROM journal WHERE sequence <= (SELECT MAX(sequence) FROM journal) - ?",
                arguments: [Self.journalRowsKept]
            )
        }
    }
}
