package import CutoverCore
import GRDB

extension Store {
    /// Every service that was ever saved, by name.
    package func loadServices() throws(StoreError) -> [ServiceRecord] {
        let path = directory.database
        return try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM service ORDER BY name").map { row in
                let record = try Self.record(RecordV1.Service.self, of: row, path: path)
                return record.value(of: ServiceName(rawValue: row["name"]))
            }
        }
    }

    /// One rollout, or `nil` when it was pruned or never was.
    package func loadRollout(_ id: RolloutID) throws(StoreError) -> RolloutMachine? {
        let path = directory.database
        return try read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT recordVersion, record FROM rollout WHERE id = ?",
                arguments: [id.rawValue]
            ).map { row in
                try Self.record(RecordV1.Rollout.self, of: row, path: path).value
            }
        }
    }

    /// The highest ID that any rollout has had.
    ///
    /// 0 before the first.
    package func loadLastRollout() throws(StoreError) -> RolloutID {
        try read { database in
            let highest = try Int.fetchOne(
                database,
                sql: """
                    SELECT MAX(id) FROM (
                        SELECT id FROM rollout UNION ALL SELECT rollout FROM journal
                        UNION ALL SELECT rollout FROM instance
                    )
                    """
            )
            return RolloutID(rawValue: highest ?? 0)
        }
    }

    /// Every instance that is remembered, in the order in which they were made.
    package func loadInstances() throws(StoreError) -> [InstanceRecord] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM instance ORDER BY rollout, number")
                .map { row in try Self.instance(row, path: self.directory.database) }
        }
    }

    /// The last `limit` rows, newest first, of one service or of all.
    package func loadJournal(
        limit: Int,
        service: ServiceName? = nil
    ) throws(StoreError) -> [JournalEntry] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM journal WHERE ?1 IS NULL OR service = ?1
                    ORDER BY sequence DESC LIMIT ?2
                    """,
                arguments: [service?.rawValue, limit]
            ).map(Self.entry)
        }
    }

    /// The releases of each service, the last deployed first, then the last seen.
    package func loadReleases() throws(StoreError) -> [ReleaseRecord] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT service, name, seenAt, lastDeployedAt FROM release
                    ORDER BY service, COALESCE(lastDeployedAt, 0) DESC, seenAt DESC, name DESC
                    """
            ).map { row in
                ReleaseRecord(
                    service: ServiceName(rawValue: row["service"]),
                    release: ReleaseName(rawValue: row["name"]),
                    seenAt: Timestamp(milliseconds: row["seenAt"]),
                    lastDeployedAt: (row["lastDeployedAt"] as Int64?).map(
                        Timestamp.init(milliseconds:)
                    )
                )
            }
        }
    }

    /// The newest instant at which anything was written; 1970 before the first.
    ///
    /// Not the one of the last row: the machine's clock may have gone back since.
    package func loadNewestInstant() throws(StoreError) -> Timestamp {
        try read { database in
            let newest = try Int64.fetchOne(
                database,
                sql: """
                    SELECT MAX(at) FROM (
                        SELECT MAX(at) AS at FROM journal
                        UNION ALL SELECT MAX(updatedAt) FROM service
                    )
                    """
            )
            return Timestamp(milliseconds: newest ?? 0)
        }
    }

    /// No table of the proxy has this generation or a higher one.
    package func loadGeneration() throws(StoreError) -> UInt64 {
        try read { database in
            UInt64(try Int64.fetchOne(database, sql: "SELECT generation FROM engine") ?? 0)
        }
    }

    private static func record<Record: Decodable>(
        _ type: Record.Type,
        of row: Row,
        column: String = "record",
        path: String
    ) throws -> Record {
        let version: Int = row["recordVersion"]
        guard version == RecordV1.version else {
            throw StoreError(.newerRecord(version), path: path, detail: "record")
        }
        do {
            return try RecordCoding.record(type, row[column])
        } catch {
            throw StoreError(.corrupt, path: path, detail: "a record cannot be read: \(error)")
        }
    }

    private static func entry(_ row: Row) -> JournalEntry {
        JournalEntry(
            sequence: row["sequence"],
            at: Timestamp(milliseconds: row["at"]),
            service: (row["service"] as String?).map(ServiceName.init(rawValue:)),
            rollout: (row["rollout"] as Int?).map(RolloutID.init(rawValue:)),
            kind: JournalEntry.Kind(rawValue: row["kind"]) ?? .fault,
            text: row["text"],
            actor: Actor(name: row["actor"])
        )
    }

    private static func instance(_ row: Row, path: String) throws -> InstanceRecord {
        let evidence = try record(RecordV1.Evidence.self, of: row, column: "evidence", path: path)
        return InstanceRecord(
            instance: Instance(
                id: InstanceID(
                    rollout: RolloutID(rawValue: row["rollout"]),
                    number: row["number"]
                ),
                name: row["name"],
                release: ReleaseName(rawValue: row["release"]),
                slot: (row["slot"] as String?).flatMap(Slot.init(rawValue:))
            ),
            service: ServiceName(rawValue: row["service"]),
            process: process(row),
            restarts: row["restarts"],
            isStopped: row["isStopped"],
            evidence: evidence.value
        )
    }

    private static func process(_ row: Row) -> ProcessRecord? {
        guard let address: String = row["address"] else {
            return nil
        }
        return ProcessRecord(
            identity: identity(row),
            address: address,
            logPath: row["logPath"] ?? "",
            startedAt: Timestamp(milliseconds: row["startedAt"] ?? 0)
        )
    }

    private static func identity(_ row: Row) -> ProcessRecord.Identity? {
        guard let processID: Int32 = row["pid"], let start: Int64 = row["processStart"],
            let bootID: String = row["bootID"]
        else {
            return nil
        }
        return ProcessRecord.Identity(
            processID: processID,
            startTicks: UInt64(clamping: start),
            bootID: bootID,
            token: row["token"] ?? ""
        )
    }
}
