import CutoverCore
import Foundation
import GRDB
import Testing

@testable import CutoverStore

/// A commit that throws has written nothing, and a later one succeeds without a restart.
@Suite struct StoreFaultTests {
    let temporary: TemporaryDirectory
    let now = RolloutSamples.start

    init() throws {
        temporary = try TemporaryDirectory()
    }

    func open() throws -> Store {
        try Store(StateDirectory(preparing: temporary.file("state")), at: now)
    }

    func commit(_ text: String) -> StoreCommit {
        var commit = StoreCommit(at: now)
        commit.journal = [JournalRow(service: nil, rollout: nil, kind: .phase, text: text)]
        return commit
    }

    @Test func aFullDiskLeavesNothingAndIsOverWhenSpaceIsBack() throws {
        let store = try open()
        try store.write { database in
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            try database.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
        let large = String(repeating: "x", count: 100_000)
        var change = commit("small")
        change.journal += commit(large).journal
        let error = #expect(throws: StoreError.self) { try store.commit(change) }
        #expect(error?.kind == .diskFull)
        #expect(error?.isRetryable == true)
        #expect(try store.loadJournal(limit: 10).isEmpty)
        try store.write { database in
            try database.execute(sql: "PRAGMA max_page_count = 1000000")
        }
        #expect(try store.commit(change).count == 2)
    }

    @Test func aSecondStoreOfTheSameDirectoryIsRefused() throws {
        let store = try open()
        let error = #expect(throws: StoreError.self) { try open() }
        #expect(error?.kind == .lockedByEngine(processID: getpid()))
        _ = try store.commit(commit("the first goes on"))
    }

    @Test func aNewerSchemaIsRefusedByItsName() throws {
        do {
            try open().write { database in
                try database.execute(sql: "INSERT INTO grdb_migrations VALUES ('9 trains')")
            }
        }
        let error = #expect(throws: StoreError.self) { try open() }
        #expect(error?.kind == .newerSchema(["9 trains"]))
        #expect(error?.description.contains("9 trains") == true)
    }

    @Test func aNewerRecordIsRefusedByItsVersion() throws {
        let store = try open()
        var change = StoreCommit(at: now)
        change.services = [
            ServiceRecord(
                name: ServiceName(rawValue: "web"),
                live: nil,
                previous: nil,
                rollout: nil,
                queued: nil
            )
        ]
        _ = try store.commit(change)
        try store.write { database in
            try database.execute(sql: "UPDATE service SET recordVersion = 2")
        }
        let error = #expect(throws: StoreError.self) { try store.loadServices() }
        #expect(error?.kind == .newerRecord(2))
    }

    @Test func aFileThatIsNoDatabaseIsCalledDamaged() throws {
        mkdir(temporary.file("state"), 0o700)
        let garbage = Data(repeating: 0x5A, count: 8192)
        try garbage.write(to: URL(filePath: temporary.file("state/state.sqlite")))
        let error = #expect(throws: StoreError.self) { try open() }
        #expect(error?.kind == .corrupt)
    }

    @Test func aLinkInPlaceOfTheFileIsNotFollowed() throws {
        mkdir(temporary.file("state"), 0o700)
        let victim = temporary.file("victim")
        try Data("precious".utf8).write(to: URL(filePath: victim))
        symlink(victim, temporary.file("state/state.sqlite"))
        #expect(throws: StoreError.self) { try open() }
        #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
    }

    /// The log is cut at every byte: what a power loss leaves is the state after some whole commit.
    @Test func aTornLogReadsBackToTheLastWholeCommit() throws {
        let texts = ["one", "two", "three"]
        let store = try open()
        for text in texts {
            _ = try store.commit(commit(text))
        }
        let state = temporary.file("state")
        let log = try Data(contentsOf: URL(filePath: "\(state)/state.sqlite-wal"))
        let file = try Data(contentsOf: URL(filePath: "\(state)/state.sqlite"))
        var seen: Set<Int> = []
        for length in stride(from: log.count, through: 0, by: -1531) {
            let copy = temporary.file("copy-\(length)")
            mkdir(copy, 0o700)
            try file.write(to: URL(filePath: "\(copy)/state.sqlite"))
            try log.prefix(length).write(to: URL(filePath: "\(copy)/state.sqlite-wal"))
            let reopened = try Store(StateDirectory(preparing: copy), at: now)
            let entries = try reopened.loadJournal(limit: 10).map(\.text).reversed()
            #expect(Array(entries) == Array(texts.prefix(entries.count)), "cut at \(length)")
            seen.insert(entries.count)
        }
        #expect(seen == [0, 1, 2, 3])
    }
}
