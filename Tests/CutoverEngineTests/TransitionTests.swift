import CutoverCore
import CutoverDrivers
import CutoverEngine
import CutoverStore
import CutoverTestSupport
import Synchronization
import Testing

/// What the journal and the store say of changes that are more than a step.
@Suite struct TransitionTests {
    /// The end of one rollout and the begin of the next are one change of the service: neither is
    /// lost.
    @Test func aDeployThatTakesAnothersPlaceLeavesTheEndOfTheFirstBehind() async throws {
        let fixture = try await EngineFixture()
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        await fixture.deploy("v3")
        try #require(await fixture.advance { $0.service?.rollout?.candidate.rawValue == "v3" })
        #expect(fixture.journal.contains("v2 gave way to v3"))
        try await fixture.restart()
        #expect(fixture.service?.rollout?.candidate.rawValue == "v3")
        let ended = try fixture.phaseInStore(of: 2)
        #expect(ended == .finished)
        #expect(await fixture.advance { $0.phase == .awaitingPromotion })
    }

    /// A first deployment with traffic is finished before the next one begins, at the latest when
    /// somebody says continue.
    @Test func aContinueThatEndsARolloutLeavesItsEndBehind() async throws {
        let fixture = try await EngineFixture()
        let doubt = DriverError.fixture("the answer was lost", mayHaveBeenApplied: true)
        fixture.world.state.withLock { $0.faults[.apply] = .ambiguous(doubt) }
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.phase == .shifting })
        await fixture.deploy("v2")
        await fixture.send(.pause)
        fixture.world.state.withLock { $0.faults[.apply] = nil }
        await fixture.advance(by: .seconds(60))
        try #require(fixture.world.shares() == ["v1": 100])
        await fixture.send(.continue)
        #expect(fixture.service?.rollout?.candidate.rawValue == "v2")
        #expect(fixture.journal.contains("v1 is promoted"))
        #expect(try fixture.phaseInStore(of: 1) == .finished)
    }

    @Test func everyCommandIsWrittenDownWithItsActorBeforeItsEffects() async throws {
        let fixture = try await EngineFixture()
        await fixture.send(.deploy(ReleaseName(rawValue: "v1")), by: "bob")
        let first = fixture.engine.snapshot?.events.last { $0.kind == .deploy }
        #expect(first?.actor.name == "bob")
        #expect(first?.rollout == RolloutID(rawValue: 1))
        let sequences = (fixture.engine.snapshot?.events ?? []).map(\.sequence)
        #expect(sequences == sequences.sorted(by: >))
    }

    @Test func releasesAreKnownWithTheLastDeployedFirst() async throws {
        let fixture = try await EngineFixture()
        for release in ["v1", "v2"] {
            await fixture.deploy(release)
            _ = await fixture.advance { $0.outcome != nil || $0.phase == .awaitingPromotion }
        }
        #expect(fixture.service?.knownReleases.map(\.rawValue) == ["v2", "v1", "v9"])
        try await fixture.restart()
        #expect(fixture.service?.knownReleases.map(\.rawValue) == ["v2", "v1", "v9"])
    }

    @Test func releasesSayWhyTheyAreNotToBeDeployedAndWhatBecameOfThem() async throws {
        let fixture = try await EngineFixture()
        func standing(_ release: String) -> ReleaseStanding? {
            fixture.service?.standings[ReleaseName(rawValue: release)]
        }
        await fixture.deploy("v1")
        #expect(standing("v1") == ReleaseStanding(obstacle: .rollingOut))
        try #require(await fixture.advance { $0.outcome == .promoted })
        #expect(standing("v1") == ReleaseStanding(obstacle: .live))
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        #expect(standing("v1") == ReleaseStanding(obstacle: .returnTarget))
        await fixture.send(.promote)
        await fixture.send(.rollback)
        try #require(await fixture.advance { $0.outcome != nil })
        let setback = try #require(standing("v2")?.setback)
        #expect(setback.wasRolledBack && standing("v2")?.obstacle == nil)
        #expect(standing("v9") == nil)
        try await fixture.restart()
        #expect(standing("v2")?.setback == setback)

        fixture.world.state.withLock { state in
            state.unstartable[ReleaseName(rawValue: "v3")] = "server: no such file"
        }
        await fixture.deploy("v3")
        try #require(await fixture.advance { $0.outcome != nil })
        #expect(standing("v3")?.setback?.wasRolledBack == false)
        #expect(standing("v2")?.setback == setback)
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        await fixture.send(.promote)
        try #require(await fixture.advance { $0.outcome == .promoted })
        #expect(standing("v2") == ReleaseStanding(obstacle: .live))
    }

    @Test func anEngineWhoseManifestLostAServiceWithInstancesTouchesNothing() async throws {
        let fixture = try await EngineFixture()
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        let running = fixture.world.state.withLock(\.processes)
        fixture.configuration.services = []
        await #expect(throws: EngineError.self) {
            try await fixture.restart()
        }
        #expect(fixture.world.state.withLock(\.processes) == running)
        #expect(fixture.world.shares() == ["v1": 100])
    }

    @Test func stoppingEverythingEndsEveryInstanceAndTheProxy() async throws {
        let fixture = try await EngineFixture()
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        await fixture.engine.stop(.stopEverything)
        #expect(fixture.world.state.withLock(\.processes).isEmpty)
        #expect(fixture.world.state.withLock(\.isProxyRunning) == false)
        let reply = await fixture.engine.send(fixture.command(.pause))
        #expect(reply == .refused(reason: "the engine has stopped"))
    }

    @Test func anEngineThatLeavesTouchesNothing() async throws {
        let fixture = try await EngineFixture()
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        await fixture.engine.stop()
        #expect(fixture.world.instances(of: "v1").count == 2)
        let isProxyRunning = fixture.world.state.withLock(\.isProxyRunning)
        #expect(isProxyRunning)
    }
}
