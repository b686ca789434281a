import CutoverCore
import Foundation
import GRDB
import Testing

@testable import CutoverStore

/// A store that an earlier release wrote is opened, migrated and read.
@Suite struct MigrationTests {
    let temporary: TemporaryDirectory

    init() throws {
        temporary = try TemporaryDirectory()
    }

    /// Opens a store whose database is what a golden file says.
    func open(_ golden: String) throws -> Store {
        mkdir(temporary.file("state"), 0o700)
        let queue = try DatabaseQueue(path: temporary.file("state/state.sqlite"))
        try queue.write { database in
            try database.execute(sql: try Golden.text(golden))
        }
        try queue.close()
        let directory = try StateDirectory(preparing: temporary.file("state"))
        return try Store(directory, at: RolloutSamples.start)
    }

    @Test func theFirstSchemaIsReadAsItWasWritten() throws {
        let store = try open("schema-1.sql")
        #expect(store.epoch == 5)
        #expect(try store.loadGeneration() == 2000)
        let service = try #require(try store.loadServices().first)
        #expect(service.live?.release.rawValue == "v41")
        #expect(service.queued?.release.rawValue == "v43")
        let phase = try #require(RolloutSamples.phases.first { $0.name == "baking" }?.phase)
        #expect(try store.loadRollout(RolloutSamples.id) == RolloutSamples.machine(in: phase))
        let instance = try #require(try store.loadInstances().first)
        #expect(instance.process?.startTicks == 123_456_789)
        #expect(instance.evidence.probes.first?.status == 503)
        #expect(try store.loadReleases().map(\.release.rawValue) == ["v42", "v41"])
        #expect(try store.loadJournal(limit: 5).map(\.text) == ["v42 starts"])
    }

    /// The newest schema made at once is the one that migrations of old files lead to.
    @Test func migratedAndNewStoresHaveTheSameSchema() throws {
        func schema(_ store: Store) throws -> [String] {
            try store.read { database in
                try String.fetchAll(
                    database,
                    sql: """
                        SELECT sql FROM sqlite_master WHERE sql IS NOT NULL
                        AND name NOT LIKE 'grdb%' ORDER BY name
                        """
                )
            }
        }
        let migrated = try schema(open("schema-1.sql"))
        let directory = try StateDirectory(preparing: temporary.file("new"))
        let new = try schema(Store(directory, at: RolloutSamples.start))
        let words = { (sql: String) in
            sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        #expect(migrated.map(words) == new.map(words))
    }
}
