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
        let folder = temporary.file("of-\(golden)")
        mkdir(folder, 0o700)
        let queue = try DatabaseQueue(path: "\(folder)/state.sqlite")
        try queue.write { database in
            try database.execute(sql: try Golden.text(golden))
        }
        try queue.close()
        let directory = try StateDirectory(preparing: folder)
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
        #expect(instance.process?.identity?.startTicks == 123_456_789)
        #expect(instance.evidence.probes.first?.status == 503)
        #expect(try store.loadReleases().map(\.release.rawValue) == ["v42", "v41"])
        #expect(try store.loadJournal(limit: 5).map(\.text) == ["v42 starts"])
    }

    @Test func aPortOfTheFirstSchemaIsAnAddressOfThisMachine() throws {
        let instance = try #require(try open("schema-1.sql").loadInstances().first)
        #expect(instance.process?.address == "127.0.0.1:9101")
    }

    @Test func theSecondSchemaIsReadAsItWasWritten() throws {
        let instances = try open("schema-2.sql").loadInstances()
        #expect(
            instances.map(\.process?.address)
                == ["127.0.0.1:9101", "unix:/state/run/7-2.sock", nil]
        )
        #expect(instances.map(\.process?.identity?.processID) == [4243, 4244, nil])
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
        let migrated = try ["schema-1.sql", "schema-2.sql"].map { try schema(open($0)) }
        let directory = try StateDirectory(preparing: temporary.file("new"))
        let new = try schema(Store(directory, at: RolloutSamples.start))
        let words = { (sql: String) in
            sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        for schema in migrated {
            #expect(schema.map(words) == new.map(words))
        }
    }
}
