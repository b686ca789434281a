package import CutoverCore
import GRDB
import Glibc

/// The engine's memory: one SQLite file, written by one engine, one transaction for each event.
///
/// It belongs to the engine's loop and is used from there alone. A call waits for the disk. Every
/// error is a ``StoreError``; after one, nothing of that call is in the file, and a later call may
/// succeed without a restart.
package final class Store {
    package let directory: StateDirectory
    /// Rises with each start of an engine on this directory.
    package let epoch: UInt64
    private let lock: StateDirectoryLock
    /// `nil` after the device failed: the next call opens the file anew and reads what is really
    /// there, because a failed fsync is not repeated by the kernel.
    private var queue: DatabaseQueue?

    /// Takes the lock, opens and migrates the file, and begins a new epoch.
    package init(_ directory: StateDirectory, at now: Timestamp) throws(StoreError) {
        lock = try StateDirectoryLock(directory)
        self.directory = directory
        let queue = try DatabaseOpening.open(directory)
        self.queue = queue
        do {
            epoch = try queue.write { database in
                try Store.beginEpoch(database, at: now)
            }
        } catch {
            throw StoreError(error, path: directory.database)
        }
    }

    private static func beginEpoch(_ database: Database, at now: Timestamp) throws -> UInt64 {
        let epoch = try Int64.fetchOne(
            database,
            sql: """
                INSERT INTO engine (id, epoch, generation, pid, startedAt) VALUES (1, 1, 0, ?, ?)
                ON CONFLICT (id) DO UPDATE
                SET epoch = epoch + 1, pid = excluded.pid, startedAt = excluded.startedAt
                RETURNING epoch
                """,
            arguments: [getpid(), now.milliseconds]
        )
        return UInt64(epoch ?? 1)
    }

    /// Performs `body` in one transaction that is on disk when this returns.
    func write<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        let queue = try open()
        do {
            return try queue.write(body)
        } catch {
            throw failure(error)
        }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        let queue = try open()
        do {
            return try queue.read(body)
        } catch {
            throw failure(error)
        }
    }

    private func open() throws(StoreError) -> DatabaseQueue {
        if let queue {
            return queue
        }
        let queue = try DatabaseOpening.open(directory)
        self.queue = queue
        return queue
    }

    private func failure(_ error: any Error) -> StoreError {
        if let error = error as? StoreError {
            return error
        }
        let error = StoreError(error, path: directory.database)
        if error.kind == .deviceFailed {
            queue = nil
        }
        return error
    }
}
