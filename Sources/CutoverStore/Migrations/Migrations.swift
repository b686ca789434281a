import GRDB

/// Every schema that a database may have.
///
/// Append-only: a released migration is never edited.
enum Migrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 services, rollouts, journal", migrate: createFirstSchema)
        migrator.registerMigration("2 instance addresses", migrate: addInstanceAddresses)
        return migrator
    }
}
