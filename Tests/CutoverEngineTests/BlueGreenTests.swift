import CutoverCore
import CutoverDrivers
import CutoverEngine
import CutoverTestSupport
import CutoverWire
import Synchronization
import Testing

/// A blue-green service through the whole engine, in manual time.
@Suite struct BlueGreenTests {
    /// A fixture in which `v1` serves.
    func serving(_ service: ServiceConfiguration = .fixture()) async throws -> EngineFixture {
        let fixture = try await EngineFixture(service)
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        return fixture
    }

    @Test func theFirstDeploymentServesWithoutAGate() async throws {
        let fixture = try await serving()
        #expect(fixture.world.shares() == ["v1": 100])
        #expect(fixture.service?.live == ReleaseName(rawValue: "v1"))
        #expect(fixture.service?.liveSlot == .blue)
    }

    @Test func promotionMovesAllTrafficAndKeepsBlueWarmUntilItIsOver() async throws {
        let fixture = try await serving()
        await fixture.deploy("v2")
        #expect(await fixture.advance { $0.phase == .awaitingPromotion })
        #expect(fixture.world.shares() == ["v1": 100])
        await fixture.send(.promote)
        #expect(fixture.world.shares() == ["v2": 100])
        #expect(fixture.phase == .baking)
        #expect(await fixture.advance { $0.phase == .warm })
        #expect(fixture.world.instances(of: "v1").count == 2)
        #expect(await fixture.advance { $0.outcome == .promoted })
        #expect(fixture.world.instances(of: "v1").isEmpty)
        #expect(fixture.world.instances(of: "v2").count == 2)
        #expect(fixture.service?.live == ReleaseName(rawValue: "v2"))
    }

    /// Between the command and the proxy's new table nothing is waited for but the disk.
    @Test func promotionReachesTheProxyWithoutAnyTimePassing() async throws {
        let fixture = try await serving()
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        let before = fixture.clock.now
        _ = await fixture.engine.send(fixture.command(.promote))
        await fixture.engine.idle()
        #expect(fixture.clock.now == before)
        #expect(fixture.world.shares() == ["v2": 100])
    }

    @Test func blueIsNotStoppedBeforeItsLastRequestIsOver() async throws {
        let fixture = try await serving(
            .fixture(strategy: .blueGreen(BlueGreenConfiguration(bake: .zero, keepWarm: .zero)))
        )
        let blue = try #require(fixture.world.instances(of: "v1").first)
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        fixture.world.setInFlight(1, on: blue)
        await fixture.send(.promote)
        try #require(await fixture.advance { $0.phase == .draining })
        await fixture.advance(by: .seconds(15))
        #expect(fixture.world.instances(of: "v1").contains(blue))
        fixture.world.setInFlight(0, on: blue)
        #expect(await fixture.advance(upTo: .seconds(3)) { $0.outcome == .promoted })
        #expect(fixture.world.instances(of: "v1").isEmpty)
    }

    @Test func requestsLeftAtTheDrainDeadlineAreCutAndCounted() async throws {
        let fixture = try await serving(
            .fixture(strategy: .blueGreen(BlueGreenConfiguration(bake: .zero, keepWarm: .zero)))
        )
        let blue = try #require(fixture.world.instances(of: "v1").first)
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        fixture.world.setInFlight(25, on: blue)
        await fixture.send(.promote)
        #expect(await fixture.advance(upTo: .seconds(40)) { $0.outcome == .promoted })
        for sentence in [
            "25 requests were cut at the drain's deadline",
            "cut GET /slow/0 of 127.0.0.1 after 12m34s (event stream)",
            "cut GET /slow/19 of 127.0.0.1 after 12m34s (waiting for the response)",
            "cut GET /slow/20 of 127.0.0.1, GET /slow/21 of 127.0.0.1, GET /slow/22 of 127.0.0.1,"
                + " GET /slow/23 of 127.0.0.1, GET /slow/24 of 127.0.0.1",
        ] {
            #expect(fixture.journal.contains(sentence), "\(sentence)")
        }
        #expect(!fixture.journal.contains { $0.contains("not named") })
    }

    /// What is in rotation again is no longer drained: its requests are not cut at the old
    /// deadline.
    @Test func rollbackOfADrainingReleaseCutsNothing() async throws {
        let fixture = try await serving(
            .fixture(strategy: .blueGreen(BlueGreenConfiguration(bake: .zero, keepWarm: .zero)))
        )
        let blue = try #require(fixture.world.instances(of: "v1").first)
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        fixture.world.setInFlight(1, on: blue)
        await fixture.send(.promote)
        try #require(await fixture.advance { $0.phase == .draining })
        await fixture.send(.rollback)
        #expect(fixture.world.shares() == ["v1": 100])
        await fixture.advance(by: .seconds(60))
        #expect(fixture.world.state.withLock { $0.counters[blue.key]?.inFlight } == 1)
    }

    @Test func rollbackOfAWarmReleaseIsInstant() async throws {
        let fixture = try await serving()
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        await fixture.send(.promote)
        try #require(await fixture.advance { $0.phase == .warm })
        await fixture.send(.rollback)
        #expect(fixture.world.shares() == ["v1": 100])
        #expect(await fixture.advance { $0.outcome != nil })
        #expect(fixture.world.instances(of: "v2").isEmpty)
        #expect(fixture.service?.live == ReleaseName(rawValue: "v1"))
    }

    @Test func pauseStopsThePromotionByTimeAndContinueLetsItGoOn() async throws {
        let fixture = try await serving(
            .fixture(
                strategy: .blueGreen(
                    BlueGreenConfiguration(promoteAfter: .seconds(5), bake: .seconds(10))
                )
            )
        )
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        await fixture.send(.pause)
        await fixture.advance(by: .seconds(60))
        #expect(fixture.world.shares() == ["v1": 100])
        await fixture.send(.continue)
        #expect(await fixture.advance(upTo: .seconds(10)) { $0.world.shares() == ["v2": 100] })
    }

    @Test func aCandidateThatNeverGetsHealthyIsDiscardedWithItsEvidence() async throws {
        let fixture = try await serving()
        fixture.world.state.withLock { _ = $0.unhealthy.insert(ReleaseName(rawValue: "bad")) }
        await fixture.deploy("bad")
        #expect(await fixture.advance { $0.outcome != nil })
        #expect(fixture.world.shares() == ["v1": 100])
        #expect(fixture.world.instances(of: "bad").isEmpty)
        let side = fixture.service?.sides.first { $0.release.rawValue == "bad" }
        let evidence = try #require(side?.instances.first?.evidence)
        #expect(evidence.probes.first?.error == "503, expected 200-299")
        #expect(evidence.log.count == 1)
        #expect(evidence.lastExit == "signal 15 (SIGTERM), stopped by Cutover")
        #expect(side?.instances.first?.state == .stopped)
        #expect(side?.instances.first?.note == "probe: 503, expected 200-299")
        let sentence = fixture.service?.rollout?.progress.sentence ?? ""
        let cause = "not healthy in time; g1: probe: 503, expected 200-299"
        #expect(sentence.hasPrefix("bad failed before it took traffic: \(cause)"))
    }

    @Test func aProgramThatCannotBeStartedFailsTheRolloutAtOnce() async throws {
        let fixture = try await serving()
        fixture.world.state.withLock { state in
            state.unstartable[ReleaseName(rawValue: "gone")] = "server: no such file"
        }
        await fixture.deploy("gone")
        #expect(await fixture.advance(upTo: .seconds(2)) { $0.outcome != nil })
        guard case .failed(.instancesFailed(let evidence)) = fixture.outcome else {
            Issue.record("ended with \(String(describing: fixture.outcome))")
            return
        }
        #expect(evidence.contains("server: no such file"))
    }

    @Test func aReleaseThatIsLiveIsRefusedAndTheRefusalIsWrittenDown() async throws {
        let fixture = try await serving()
        let reply = await fixture.deploy("v1")
        #expect(reply == .refused(reason: "v1 is already live"))
        #expect(fixture.journal.last == "deploy: v1 is already live")
        #expect(fixture.engine.snapshot?.events.first?.actor.name == "alice")
    }
}
