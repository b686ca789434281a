package import CutoverCore
import GRDB

extension Store {
    /// Writes everything of `commit` in one transaction, and returns its journal rows with their
    /// sequences.
    ///
    /// When it throws, nothing was written.
    package func commit(_ commit: StoreCommit) throws(StoreError) -> [JournalEntry] {
        try write { database in
            for service in commit.services {
                try Self.save(service, at: commit.at, in: database)
            }
            for release in commit.releases {
                try Self.save(release, in: database)
            }
            for rollout in commit.rollouts {
                try Self.save(rollout, in: database)
            }
            for id in commit.removedInstances {
                try database.execute(
                    sql: "DELETE FROM instance WHERE rollout = ? AND number = ?",
                    arguments: [id.rollout.rawValue, id.number]
                )
            }
            for instance in commit.instances {
                try Self.save(instance, in: database)
            }
            if let generation = commit.generation {
                try database.execute(
                    sql: "UPDATE engine SET generation = MAX(generation, ?)",
                    arguments: [Int64(clamping: generation)]
                )
            }
            return try commit.journal.map { row in
                let sequence = try Self.append(row, at: commit.at, in: database)
                return row.entry(sequence: sequence, at: commit.at)
            }
        }
    }

    private static func save(
        _ service: ServiceRecord,
        at now: Timestamp,
        in database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO service (name, liveRelease, liveSlot, recordVersion, record, updatedAt)
                VALUES (:name, :release, :slot, :recordVersion, :record, :now)
                ON CONFLICT (name) DO UPDATE SET
                    liveRelease = excluded.liveRelease, liveSlot = excluded.liveSlot,
                    recordVersion = excluded.recordVersion, record = excluded.record,
                    updatedAt = excluded.updatedAt
                """,
            arguments: [
                "name": service.name.rawValue,
                "release": service.live?.release.rawValue,
                "slot": service.live?.slot?.rawValue,
                "recordVersion": RecordV1.version,
                "record": try RecordCoding.text(RecordV1.Service(service)),
                "now": now.milliseconds,
            ]
        )
    }

    private static func save(_ rollout: RolloutMachine, in database: Database) throws {
        let plan = rollout.plan
        let ending: (outcome: Outcome, at: Timestamp)? =
            if case .finished(let outcome, let at) = rollout.phase { (outcome, at) } else { nil }
        try database.execute(
            sql: """
                INSERT INTO rollout (
                    id, service, candidate, stable, actor, phase, outcome,
                    startedAt, finishedAt, recordVersion, record
                ) VALUES (
                    :id, :service, :candidate, :stable, :actor, :phase, :outcome,
                    :startedAt, :finishedAt, :recordVersion, :record
                )
                ON CONFLICT (id) DO UPDATE SET
                    phase = excluded.phase, outcome = excluded.outcome,
                    finishedAt = excluded.finishedAt,
                    recordVersion = excluded.recordVersion, record = excluded.record
                """,
            arguments: [
                "id": plan.id.rawValue,
                "service": plan.service.rawValue,
                "candidate": plan.candidate.rawValue,
                "stable": plan.stable?.release.rawValue,
                "actor": plan.actor.name,
                "phase": rollout.progress(now: plan.startedAt).phase.rawValue,
                "outcome": ending?.outcome.word,
                "startedAt": plan.startedAt.milliseconds,
                "finishedAt": ending?.at.milliseconds,
                "recordVersion": RecordV1.version,
                "record": try RecordCoding.text(RecordV1.Rollout(rollout)),
            ]
        )
    }

    private static func save(_ release: ReleaseRecord, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO release (service, name, seenAt, firstDeployedAt, lastDeployedAt)
                VALUES (:service, :name, :seenAt, :deployedAt, :deployedAt)
                ON CONFLICT (service, name) DO UPDATE SET
                    firstDeployedAt = COALESCE(firstDeployedAt, excluded.firstDeployedAt),
                    lastDeployedAt = COALESCE(excluded.lastDeployedAt, lastDeployedAt)
                """,
            arguments: [
                "service": release.service.rawValue,
                "name": release.release.rawValue,
                "seenAt": release.seenAt.milliseconds,
                "deployedAt": release.lastDeployedAt?.milliseconds,
            ]
        )
    }

    private static func save(_ record: InstanceRecord, in database: Database) throws {
        let evidence = try RecordCoding.text(RecordV1.Evidence(record.evidence))
        let process = record.process
        try database.execute(
            sql: """
                INSERT OR REPLACE INTO instance (
                    rollout, number, service, name, release, slot,
                    pid, processStart, bootID, token, address, logPath, startedAt,
                    restarts, isStopped, recordVersion, evidence
                ) VALUES (
                    :rollout, :number, :service, :name, :release, :slot,
                    :pid, :processStart, :bootID, :token, :address, :logPath, :startedAt,
                    :restarts, :isStopped, :recordVersion, :evidence
                )
                """,
            arguments: [
                "rollout": record.instance.id.rollout.rawValue,
                "number": record.instance.id.number,
                "service": record.service.rawValue,
                "name": record.instance.name,
                "release": record.instance.release.rawValue,
                "slot": record.instance.slot?.rawValue,
                "pid": process?.identity?.processID,
                "processStart": process?.identity.map { Int64(clamping: $0.startTicks) },
                "bootID": process?.identity?.bootID,
                "token": process?.identity?.token,
                "address": process?.address,
                "logPath": process?.logPath,
                "startedAt": process?.startedAt.milliseconds,
                "restarts": record.restarts,
                "isStopped": record.isStopped ? 1 : 0,
                "recordVersion": RecordV1.version,
                "evidence": evidence,
            ]
        )
    }

    private static func append(
        _ row: JournalRow,
        at now: Timestamp,
        in database: Database
    ) throws -> Int64 {
        try database.execute(
            sql: """
                INSERT INTO journal (at, service, rollout, kind, text, actor, event, effects)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                now.milliseconds, row.service?.rawValue, row.rollout?.rawValue, row.kind.rawValue,
                row.text, row.actor.name, row.event,
                row.effects.isEmpty ? nil : row.effects.joined(separator: "\n"),
            ]
        )
        return database.lastInsertedRowID
    }
}

extension Outcome {
    /// The word by which rollouts are looked for in the table.
    fileprivate var word: String {
        switch self {
        case .promoted: "promoted"
        case .rolledBack: "rolledBack"
        case .superseded: "superseded"
        case .failed: "failed"
        }
    }
}
