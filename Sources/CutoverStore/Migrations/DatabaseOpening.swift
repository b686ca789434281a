import CutoverCore
import GRDB
import Glibc

extension StoreError {
    /// Words and kind for what GRDB threw.
    ///
    /// SQL and arguments are left out: they may hold secrets.
    init(_ error: any Error, path: String) {
        guard let error = error as? DatabaseError else {
            self.init(.unavailable, path: path, detail: "\(error)")
            return
        }
        let kind: Kind =
            switch error.resultCode {
            case .SQLITE_FULL: .diskFull
            case .SQLITE_READONLY, .SQLITE_PERM: .readOnly
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: .corrupt
            case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
            case .SQLITE_IOERR: .deviceFailed
            default: .unavailable
            }
        let code = error.extendedResultCode.rawValue
        self.init(kind, path: path, detail: "\(error.message ?? "SQLite") (SQLite \(code))")
    }
}

/// Opens, proves and migrates the database of a state directory.
enum DatabaseOpening {
    static func open(_ directory: StateDirectory) throws(StoreError) -> DatabaseQueue {
        let path = directory.database
        try createFile(path)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            // Only FULL keeps an acknowledged commit over a power loss in WAL mode. GRDB sets
            // NORMAL when it turns WAL on, after everything that a configuration can prepare.
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
            }
            try queue.read { database in
                try refuseNewerSchema(database, path: path)
            }
            try Migrations.migrator.migrate(queue)
            return queue
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(2)
        return configuration
    }

    /// Made by us, so that it never exists with a wider mode; SQLite copies the mode to its other
    /// files.
    private static func createFile(_ path: String) throws(StoreError) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw StateDirectory.systemFailure(errno, at: path, doing: "cannot be opened")
        }
        close(descriptor)
    }

    private static func refuseNewerSchema(_ database: Database, path: String) throws {
        let migrator = Migrations.migrator
        guard try migrator.hasBeenSuperseded(database) else {
            return
        }
        let unknown = try migrator.appliedIdentifiers(database).subtracting(migrator.migrations)
        throw StoreError(.newerSchema(unknown.sorted()), path: path, detail: "")
    }
}
