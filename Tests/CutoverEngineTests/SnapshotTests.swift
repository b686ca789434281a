import CutoverCore
import CutoverEngine
import CutoverTestSupport
import CutoverWire
import Testing

@testable import CutoverEngine

/// What is shown says what is: nobody serves, waits or is missed who does not.
@Suite struct SnapshotTests {
    let start = Timestamp(milliseconds: 1_000_000)

    func side(_ release: String, of fixture: EngineFixture) -> SideSnapshot? {
        fixture.service?.sides.first { $0.release.rawValue == release }
    }

    @Test func aWarmReleaseIsUpAndDoesNotSeemToDrain() async throws {
        let fixture = try await EngineFixture(.fixture())
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        fixture.world.serve(100)
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        await fixture.send(.promote)
        try #require(fixture.phase == .baking)
        let baking = try #require(side("v1", of: fixture))
        #expect(baking.instances.map(\.state) == [.healthy, .healthy])
        #expect(baking.instances.map(\.note) == ["warm", "warm"])
        try #require(await fixture.advance { $0.phase == .warm })
        let warm = try #require(side("v1", of: fixture))
        #expect(warm.instances.map(\.state) == [.healthy, .healthy])
        #expect(warm.instances.map(\.note) == ["warm", "warm"])
    }

    @Test func aRollingServiceCountsNoReplacedInstances() async throws {
        let strategy = StrategyConfiguration.rolling(RollingConfiguration(monitor: .seconds(4)))
        let fixture = try await EngineFixture(.fixture(instances: 3, strategy: strategy))
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .monitoring })
        let states = try #require(side("v1", of: fixture)).instances.map(\.state)
        #expect(states == [.healthy, .healthy, .stopped])
        await fixture.send(.rollback)
        try #require(await fixture.advance { $0.outcome != nil })
        let back = try #require(side("v1", of: fixture)).instances.map(\.state)
        #expect(back == [.healthy, .healthy, .healthy])
        #expect(side("v2", of: fixture)?.instances.map(\.state) == [.stopped])
        #expect(side("v2", of: fixture)?.instances.map(\.note) == ["by Cutover"])
        await fixture.deploy("v3")
        try #require(await fixture.advance { $0.outcome == .promoted })
        #expect(fixture.service?.sides.map(\.release.rawValue) == ["v3"])
    }

    /// A service whose one instance has had some traffic.
    func service(errors: UInt64, microseconds: UInt64) -> ServiceState {
        let analysis = AnalysisConfiguration(
            errorRateLimit: 0.05,
            latencyLimit: 350,
            latencyQuantile: 0.9
        )
        var service = ServiceState(.fixture(analysis: analysis), now: start)
        let web = Instance(
            id: InstanceID(rollout: RolloutID(rawValue: 1), number: 1),
            name: "b1",
            release: ReleaseName(rawValue: "v1"),
            slot: .blue
        )
        var hosted = HostedInstance(web, configuration: service.configuration)
        hosted.activity = .running
        for second in 0..<5 {
            let at = start + .seconds(second)
            let probe = ProbeResult(
                at: at,
                passed: true,
                status: 200,
                bytes: 0,
                duration: .zero,
                error: nil
            )
            _ = hosted.health.record(probe)
        }
        service.instances[web.id] = hosted
        for second in 0...1 {
            var backend = ProxyBackendStats(key: web.id.key)
            backend.requests = UInt64(second) * 20
            backend.responses[1] = UInt64(second) * (20 - errors)
            backend.responses[4] = UInt64(second) * errors
            if second == 1 {
                let bucket = LatencyHistogram.index(of: microseconds)
                backend.latency.buckets = [LatencyBucket(index: bucket, count: 20)]
            }
            var stats = ProxyServiceStats(service: "web")
            stats.backends = [backend]
            service.traffic.record(stats, of: [web], at: start + .seconds(second))
        }
        return service
    }

    @Test func aBrokenLimitDegradesAnInstanceAndIsNamed() throws {
        let cases: [(errors: UInt64, microseconds: UInt64, exceeded: [Metric])] = [
            (0, 40_000, []), (0, 410_000, [.latency(quantile: 0.9)]), (5, 40_000, [.errorRate]),
        ]
        for (errors, microseconds, exceeded) in cases {
            let service = service(errors: errors, microseconds: microseconds)
            let sides = SnapshotBuilder.sides(of: service, at: start + .seconds(1))
            let instance = try #require(sides.first?.instances.first)
            #expect(instance.exceeded == exceeded)
            #expect(instance.state == (exceeded.isEmpty ? .healthy : .degraded))
        }
    }
}
