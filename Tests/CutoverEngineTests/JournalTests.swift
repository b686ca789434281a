import CutoverCore
import CutoverEngine
import CutoverTestSupport
import Synchronization
import Testing

/// What the journal tells: what happened, with names and figures, in a line that a screen shows.
@Suite struct JournalTests {
    /// What an event of the smallest usual screen has room for.
    private static let room = 60

    private func serving(_ service: ServiceConfiguration) async throws -> EngineFixture {
        let fixture = try await EngineFixture(service)
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        return fixture
    }

    /// The rows behind the first `count`, with their kinds.
    private func rows(_ fixture: EngineFixture, behind count: Int) -> [String] {
        (fixture.engine.snapshot?.events ?? []).reversed().dropFirst(count)
            .map { "\($0.kind.rawValue): \($0.text)" }
    }

    @Test func aBlueGreenRolloutIsToldInFacts() async throws {
        let strategy = BlueGreenConfiguration(
            shift: [20, 100],
            soak: .seconds(5),
            bake: .seconds(10),
            keepWarm: .seconds(60)
        )
        let fixture = try await serving(.fixture(strategy: .blueGreen(strategy)))
        let before = fixture.journal.count
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        await fixture.send(.promote)
        await fixture.send(.pause)
        await fixture.send(.continue)
        try #require(await fixture.advance { $0.phase == .warm })
        await fixture.send(.rollback)
        try #require(await fixture.advance { $0.outcome != nil })
        #expect(
            rows(fixture, behind: before) == [
                "deploy: v2 begun, 2 instances in green",
                "phase: g1, g2 started",
                "healthy: g1 answers its probes",
                "healthy: g2 answers its probes",
                "phase: asked for blue v1 at 100 %, green v2 on the preview",
                "shift: blue v1 at 100 %, green v2 on the preview",
                "phase: gate reached, v2 at 0 %; expires in 30m",
                "promote: promoted v2 from 0 to 20 %",
                "shift: blue v1 from 100 to 80 %, green v2 from 0 to 20 %",
                "pause: paused at shift 20%, v2 at 20 %",
                "continue: continued at shift 20%, v2 at 20 %",
                "phase: shift to 100 % begun",
                "shift: green v2 from 20 to 100 %",
                "phase: bake of 10s begun, v2 at 100 %",
                "phase: v2 promoted, v1 warm for 1m",
                "rollback: rolled back to v1: v2 from 100 to 0 %",
                "shift: blue v1 from 0 to 100 %",
                "drained: g1, g2 drained, 0 requests in flight",
                "stopped: g1, g2 stopped",
                "finished: v2 was rolled back: asked by alice",
            ]
        )
        #expect(fixture.journal.allSatisfy { $0.count <= Self.room })
    }

    @Test func aRollingRolloutIsToldInFacts() async throws {
        let strategy = RollingConfiguration(batchSize: 2, surge: 2, monitor: .seconds(15))
        let fixture = try await serving(.fixture(instances: 4, strategy: .rolling(strategy)))
        let before = fixture.journal.count
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .monitoring })
        try #require(await fixture.advance { $0.outcome == .promoted })
        let rows = rows(fixture, behind: before)
        #expect(rows.first == "deploy: v2 begun, 4 instances in 2 batches")
        #expect(rows.contains("phase: batch 1 of 2 in, v2 at 50 %; watched for 15s"))
        #expect(rows.contains("phase: batch 2 of 2 begun, v2 at 50 %"))
        #expect(rows.last == "finished: v2 is promoted")
        #expect(rows.allSatisfy { $0.count <= Self.room + 10 }, "\(rows)")
    }

    @Test func aRolloutThatStandsStillIsToldWithItsShareAndWhy() async throws {
        let fixture = try await serving(.fixture())
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        fixture.world.state.withLock { $0.faults = [.apply: .lost] }
        await fixture.send(.promote)
        #expect(
            await fixture.advance(upTo: .seconds(900)) { fixture in
                fixture.journal.contains("v2 held at 0 %: no progress in 10m")
            }
        )
    }

    /// It is begun by no key, so that no row of a command tells it.
    @Test func aDeployThatWaitedIsToldWhenItBegins() async throws {
        let fixture = try await serving(.fixture())
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        await fixture.deploy("v3")
        #expect(fixture.journal.contains("v3 queued, v2 discarded"))
        try #require(await fixture.advance { $0.service?.rollout?.candidate.rawValue == "v3" })
        let begun = fixture.engine.snapshot?.events.first {
            $0.text == "v3 begun, 2 instances in green"
        }
        #expect(begun?.kind == .deploy && begun?.actor.name == "alice")
    }
}
