import GRDB

extension Migrations {
    /// Times are milliseconds since 1970.
    ///
    /// A `record` is JSON of the version in `recordVersion`.
    static func createFirstSchema(_ database: Database) throws {
        try database.execute(sql: rolloutTables)
        try database.execute(sql: journalAndInstanceTables)
    }

    private static let rolloutTables = """
        CREATE TABLE engine (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            epoch INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            pid INTEGER NOT NULL,
            startedAt INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE service (
            name TEXT PRIMARY KEY,
            liveRelease TEXT,
            liveSlot TEXT,
            recordVersion INTEGER NOT NULL,
            record TEXT NOT NULL,
            updatedAt INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE release (
            service TEXT NOT NULL REFERENCES service (name) ON DELETE CASCADE,
            name TEXT NOT NULL,
            seenAt INTEGER NOT NULL,
            firstDeployedAt INTEGER,
            lastDeployedAt INTEGER,
            PRIMARY KEY (service, name)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE rollout (
            id INTEGER PRIMARY KEY,
            service TEXT NOT NULL REFERENCES service (name) ON DELETE CASCADE,
            candidate TEXT NOT NULL,
            stable TEXT,
            actor TEXT NOT NULL,
            phase TEXT NOT NULL,
            outcome TEXT,
            startedAt INTEGER NOT NULL,
            finishedAt INTEGER,
            recordVersion INTEGER NOT NULL,
            record TEXT NOT NULL
        ) STRICT;
        CREATE INDEX rolloutByService ON rollout (service, id);
        """

    private static let journalAndInstanceTables = """
        CREATE TABLE journal (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            service TEXT,
            rollout INTEGER,
            kind TEXT NOT NULL,
            text TEXT NOT NULL,
            actor TEXT NOT NULL,
            event TEXT,
            effects TEXT
        ) STRICT;

        CREATE TABLE instance (
            rollout INTEGER NOT NULL,
            number INTEGER NOT NULL,
            service TEXT NOT NULL REFERENCES service (name) ON DELETE CASCADE,
            name TEXT NOT NULL,
            release TEXT NOT NULL,
            slot TEXT,
            pid INTEGER,
            processStart INTEGER,
            bootID TEXT,
            token TEXT,
            port INTEGER,
            logPath TEXT,
            startedAt INTEGER,
            restarts INTEGER NOT NULL,
            isStopped INTEGER NOT NULL,
            recordVersion INTEGER NOT NULL,
            evidence TEXT NOT NULL,
            PRIMARY KEY (rollout, number)
        ) STRICT, WITHOUT ROWID;
        """
}
