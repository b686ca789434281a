import GRDB

extension Migrations {
    /// An address in place of a port: an instance may listen on a Unix socket.
    static func addInstanceAddresses(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE instance ADD COLUMN address TEXT;
                UPDATE instance SET address = '127.0.0.1:' || port WHERE port IS NOT NULL;
                ALTER TABLE instance DROP COLUMN port;
                """
        )
    }
}
