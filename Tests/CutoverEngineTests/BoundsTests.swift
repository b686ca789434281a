import CutoverCore
import CutoverStore
import CutoverTestSupport
import CutoverWire
import GRDB
import Testing

@testable import CutoverEngine

/// What an engine remembers has an end, however long it runs.
@Suite struct BoundsTests {
    let id = InstanceID(rollout: RolloutID(rawValue: 1), number: 1)

    func state() -> ServiceState {
        ServiceState(.fixture(), now: Timestamp(milliseconds: 0))
    }

    @Test func ofEventsThatWaitTheLastLossAndWhatFollowedAreKept() {
        var state = state()
        let other = InstanceID(rollout: RolloutID(rawValue: 1), number: 2)
        state.deferEvent(.instanceUnhealthy(other, evidence: "other"))
        for round in 0..<1000 {
            state.deferEvent(.instanceUnhealthy(id, evidence: "\(round)"))
            state.deferEvent(.instanceHealthy(id))
            state.deferEvent(.tick)
        }
        #expect(
            state.deferred == [
                .instanceUnhealthy(other, evidence: "other"),
                .instanceUnhealthy(id, evidence: "999"), .instanceHealthy(id),
            ]
        )
        state.deferEvent(.instanceFailed(id, evidence: "given up"))
        #expect(state.deferred.last == .instanceFailed(id, evidence: "given up"))
        #expect(state.deferred.count == 2)
    }

    @Test func onlyTheNewestReleasesAreKnown() {
        var state = state()
        for number in 1...200 {
            state.noteRelease(ReleaseName(rawValue: "v\(number)"))
        }
        #expect(state.seenReleases.count == Store.releasesKept)
        #expect(state.seenReleases.first == ReleaseName(rawValue: "v200"))
    }

    @Test func theTrafficOfReleasesWithoutInstancesIsForgotten() {
        var traffic = ServiceTraffic(since: Timestamp(milliseconds: 0), window: .seconds(30))
        let instances = (1...3).map { number in
            Instance(
                id: InstanceID(rollout: RolloutID(rawValue: number), number: 1),
                name: "b1",
                release: ReleaseName(rawValue: "v\(number)"),
                slot: .blue
            )
        }
        var stats = ProxyServiceStats(service: "web")
        stats.backends = instances.map { ProxyBackendStats(key: $0.id.key) }
        traffic.record(stats, of: instances, at: Timestamp(milliseconds: 0))
        traffic.keep([instances[2]])
        #expect(Array(traffic.releases.keys) == [ReleaseName(rawValue: "v3")])
        #expect(Array(traffic.instances.keys) == [instances[2].id])
    }

    // MARK: - The journal

    func addRows(_ fixture: EngineFixture) async throws {
        try await DatabaseQueue(path: fixture.directory.database).write { database in
            try database.execute(
                sql: """
                    WITH RECURSIVE number (n) AS (
                        SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 25000
                    )
                    INSERT INTO journal (at, kind, text, actor) SELECT 1, 'phase', 'x', 'a'
                    FROM number
                    """
            )
        }
    }

    func rows(_ fixture: EngineFixture) async throws -> Int64 {
        try await DatabaseQueue(path: fixture.directory.database).read { database in
            try Int64.fetchOne(database, sql: "SELECT COUNT(*) FROM journal") ?? 0
        }
    }

    @Test func theJournalIsPrunedWhenAnEngineStarts() async throws {
        let fixture = try await EngineFixture()
        try await addRows(fixture)
        try await fixture.restart()
        #expect(try await rows(fixture) < Store.journalRowsKept + 10)
    }

    /// Nothing of a service that refuses all day ever ends.
    @Test func theJournalIsPrunedWhileNoRolloutEnds() async throws {
        let fixture = try await EngineFixture()
        try await addRows(fixture)
        for _ in 0..<EngineLoop.pruningInterval {
            _ = await fixture.engine.send(fixture.command(.promote))
        }
        #expect(
            try await rows(fixture)
                < Store.journalRowsKept + Int64(EngineLoop.pruningInterval)
        )
    }
}
