import CutoverCore
import CutoverEngine
import CutoverTestSupport
import Testing

/// A candidate whose traffic is out of limits is held, or sent back.
@Suite struct AnomalyTests {
    /// A fixture in which `v2` has just been given all traffic.
    func shifted(onFailure: AnomalyPolicy) async throws -> EngineFixture {
        let fixture = try await EngineFixture(
            .fixture(analysis: AnalysisConfiguration(onFailure: onFailure))
        )
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        fixture.world.serve(100)
        await fixture.send(.promote)
        try #require(fixture.phase == .baking)
        return fixture
    }

    /// Lets clients ask for a while.
    func serve(_ fixture: EngineFixture, failing: String?, seconds: Int) async {
        for _ in 0..<(seconds * 4) {
            fixture.world.serve(20, failing: failing)
            await fixture.advance(by: .milliseconds(250))
        }
    }

    @Test func failingAnswersHoldTheRolloutWithTheNumbersBehindIt() async throws {
        let fixture = try await shifted(onFailure: .hold)
        await serve(fixture, failing: "v2", seconds: 20)
        #expect(fixture.phase == .baking)
        let verdict = try #require(fixture.service?.rollout?.verdict)
        #expect(verdict.conclusion == .fail)
        #expect(verdict.findings.first?.candidate == 1)
        #expect(verdict.findings.first?.stable == nil || verdict.findings.first?.stable == 0)
        let kinds = fixture.engine.snapshot?.events.map(\.kind) ?? []
        #expect(kinds.filter { $0 == .anomaly }.count == 1)
        await fixture.send(.rollback)
        #expect(fixture.world.shares() == ["v1": 100])
    }

    @Test func failingAnswersSendTheCandidateBackWhenTheManifestSaysSo() async throws {
        let fixture = try await shifted(onFailure: .rollback)
        await serve(fixture, failing: "v2", seconds: 3)
        #expect(fixture.world.shares() == ["v1": 100])
    }

    @Test func continueAnswersForTheFailuresOfBefore() async throws {
        let fixture = try await shifted(onFailure: .hold)
        await serve(fixture, failing: "v2", seconds: 3)
        try #require(fixture.service?.rollout?.progress.holds.isEmpty == false)
        await fixture.send(.continue)
        await serve(fixture, failing: nil, seconds: 3)
        #expect(fixture.service?.rollout?.progress.holds.isEmpty == true)
        #expect(fixture.service?.rollout?.verdict?.conclusion == .pass)
    }

    @Test func ratesAndErrorsAreOverTheLastSeconds() async throws {
        let fixture = try await shifted(onFailure: .hold)
        await serve(fixture, failing: nil, seconds: 10)
        let figures = try #require(fixture.service?.traffic)
        #expect(abs(figures.rate - 160) < 40)
        #expect(figures.errorRate == 0)
        await fixture.advance(by: .seconds(10))
        #expect(fixture.service?.traffic.total == 100 * 2 + 20 * 2 * 40)
        #expect(fixture.service?.traffic.rate == 0)
    }

    /// A switch in one step leaves nothing of the stable release to compare with at the same time.
    @Test func aCandidateIsComparedWithTheStableReleaseBeforeTheSwitch() async throws {
        let fixture = try await EngineFixture(
            .fixture(
                strategy: .blueGreen(BlueGreenConfiguration(bake: .seconds(60))),
                analysis: AnalysisConfiguration(errorRateLimit: nil, errorRateFactor: 2)
            )
        )
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        await serve(fixture, failing: nil, seconds: 20)
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        await serve(fixture, failing: nil, seconds: 10)
        await fixture.send(.promote)
        await serve(fixture, failing: nil, seconds: 40)
        let well = try #require(fixture.service?.rollout?.verdict)
        #expect(well.conclusion == .pass)
        #expect(well.findings.first?.comparison == .beforeSwitch)
        #expect(well.findings.first?.stableRequests ?? 0 > 1000)
        await serve(fixture, failing: "v2", seconds: 3)
        #expect(fixture.service?.rollout?.verdict?.conclusion == .fail)
        #expect(fixture.service?.rollout?.progress.holds.isEmpty == false)
    }

    /// Nobody has seen what was before the switch: then that is what is said.
    @Test func anEngineThatStartedAfterTheSwitchSaysWhoseRequestsAreMissing() async throws {
        let fixture = try await EngineFixture(
            .fixture(
                strategy: .blueGreen(BlueGreenConfiguration(bake: .seconds(60))),
                analysis: AnalysisConfiguration(errorRateLimit: nil, errorRateFactor: 2)
            )
        )
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        await serve(fixture, failing: nil, seconds: 10)
        await fixture.send(.promote)
        try await fixture.restart()
        await serve(fixture, failing: nil, seconds: 10)
        let verdict = try #require(fixture.service?.rollout?.verdict)
        #expect(verdict.conclusion == .inconclusive)
        #expect(verdict.findings.first?.missing == .stable)
    }

    /// The counts that the proxy brings along from an earlier engine are no traffic of now.
    @Test func aRestartShowsNoBurstOfOldRequests() async throws {
        let fixture = try await shifted(onFailure: .hold)
        await serve(fixture, failing: "v2", seconds: 1)
        try await fixture.restart()
        await fixture.advance(by: .seconds(1))
        #expect(fixture.service?.traffic.rate == 0)
        #expect(fixture.service?.traffic.total ?? 0 > 0)
    }
}
