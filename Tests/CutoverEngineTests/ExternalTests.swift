import CutoverCore
import CutoverDrivers
import CutoverEngine
import CutoverTestSupport
import CutoverWire
import Synchronization
import Testing

/// Services whose instances somebody else starts, through the whole engine, in manual time.
@Suite struct ExternalTests {
    private static let blue = ["10.0.0.1:80", "10.0.0.2:80"]
    private static let green = ["10.0.1.1:80", "unix:/run/green.sock"]

    private func fixture(
        _ addresses: ExternalAddresses = .slots(blue: blue, green: green),
        _ strategy: StrategyConfiguration = .blueGreen(
            BlueGreenConfiguration(bake: .seconds(10), keepWarm: .seconds(30))
        )
    ) async throws -> EngineFixture {
        var service = ServiceConfiguration.fixture(strategy: strategy)
        service.runtime.command = []
        service.runtime.endpoints = .external(addresses)
        return try await EngineFixture(service)
    }

    /// Somebody else puts a release at addresses.
    private func put(_ release: String, at addresses: [String], _ fixture: EngineFixture) {
        fixture.world.state.withLock { state in
            for address in addresses.compactMap(SocketAddress.init) {
                state.elsewhere[address] = ReleaseName(rawValue: release)
            }
        }
    }

    /// The addresses that get public requests.
    private func routed(_ fixture: EngineFixture) -> [String] {
        fixture.world.state.withLock { state in
            (state.table?.routes ?? []).flatMap(\.sides).filter { $0.weight > 0 }
                .flatMap(\.backends).filter { !$0.isDraining }.map(\.address.description).sorted()
        }
    }

    private func sentence(_ fixture: EngineFixture) -> String {
        fixture.service?.rollout?.progress.sentence ?? ""
    }

    private func serving() async throws -> EngineFixture {
        let fixture = try await fixture()
        put("v1", at: Self.blue, fixture)
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        return fixture
    }

    @Test func aDeployWaitsUntilSomebodyElseHasPutTheReleaseThere() async throws {
        let fixture = try await serving()
        #expect(routed(fixture) == Self.blue)
        // What has always been in green is not v2.
        put("v0", at: Self.green, fixture)
        await fixture.deploy("v2")
        await fixture.advance(by: .seconds(10))
        #expect(fixture.phase == .starting)
        #expect(
            sentence(fixture).hasPrefix(
                "green (10.0.1.1:80, unix:/run/green.sock) is started by somebody else: deploy v2 "
                    + "there; waits for v2: 0 of 2 healthy"
            )
        )
        put("v2", at: Self.green, fixture)
        #expect(await fixture.advance { $0.phase == .awaitingPromotion })
        #expect(!sentence(fixture).contains("somebody else"))
        await fixture.send(.promote)
        #expect(routed(fixture) == Self.green)
        await fixture.send(.rollback)
        #expect(routed(fixture) == Self.blue, "warm: at once")
        #expect(fixture.world.state.withLock(\.started).isEmpty, "nothing was started")
    }

    @Test func aReleaseThatDoesNotComeFailsTheRolloutAndNothingElse() async throws {
        let fixture = try await serving()
        await fixture.deploy("v2")
        #expect(await fixture.advance { $0.outcome != nil })
        #expect(fixture.outcome?.summary(candidate: ReleaseName(rawValue: "v2")) != nil)
        #expect(fixture.service?.live == ReleaseName(rawValue: "v1"))
        #expect(routed(fixture) == Self.blue)
        // Its addresses are free for the next try.
        put("v3", at: Self.green, fixture)
        await fixture.deploy("v3")
        #expect(await fixture.advance { $0.phase == .awaitingPromotion })
    }

    @Test func aColdRollbackSaysWhatSomebodyElseHasToDo() async throws {
        let fixture = try await serving()
        put("v2", at: Self.green, fixture)
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        await fixture.send(.promote)
        try #require(await fixture.advance { $0.outcome == .promoted })
        put("v3", at: Self.blue, fixture)
        guard case .possible(let effect) = fixture.service?.availability[.rollback] else {
            Issue.record("no rollback")
            return
        }
        #expect(effect.hasPrefix("waits for 2 instances of v1 in blue, which somebody else starts"))
        await fixture.send(.rollback)
        await fixture.advance(by: .seconds(5))
        #expect(sentence(fixture).contains("is started by somebody else: deploy v1 there"))
        #expect(routed(fixture) == Self.green)
        put("v1", at: Self.blue, fixture)
        #expect(await fixture.advance { $0.outcome == .promoted })
        #expect(routed(fixture) == Self.blue)
    }

    @Test func aLaterEngineTakesTheAddressesOver() async throws {
        let fixture = try await serving()
        put("v2", at: Self.green, fixture)
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        try await fixture.restart()
        await fixture.advance(by: .seconds(5))
        #expect(fixture.phase == .awaitingPromotion)
        await fixture.send(.promote)
        #expect(routed(fixture) == Self.green)
        let shown = fixture.service?.sides.flatMap(\.instances) ?? []
        #expect(shown.map(\.address).sorted() == (Self.blue + Self.green).sorted())
        #expect(shown.allSatisfy { $0.processID == nil && $0.startedAt == nil })
    }

    @Test func aBatchIsTakenOutAndWaitsForItsReplacement() async throws {
        let all = ["10.0.0.1:80", "10.0.0.2:80"]
        let rolling = RollingConfiguration(surge: 0, unavailable: 1, monitor: .seconds(2))
        let fixture = try await fixture(.instances(all), .rolling(rolling))
        put("v1", at: all, fixture)
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        await fixture.deploy("v2")
        for round in 1...2 {
            try #require(
                await fixture.advance(upTo: .seconds(20)) { sentence($0).contains("deploy v2") },
                "round \(round): \(sentence(fixture))"
            )
            let rest = routed(fixture)
            #expect(rest.count == 1)
            let out = all.filter { !rest.contains($0) }
            #expect(
                sentence(fixture).hasPrefix(
                    "\(out.joined()) is started by somebody else: deploy v2 there"
                )
            )
            await fixture.advance(by: .seconds(5))
            #expect(routed(fixture) == rest, "it waits")
            put("v2", at: out, fixture)
            try #require(await fixture.advance(upTo: .seconds(20)) { routed($0) == all })
        }
        #expect(await fixture.advance { $0.outcome == .promoted })
        #expect(fixture.world.shares() == ["v2": 100])
        #expect(fixture.world.state.withLock(\.started).isEmpty)
    }

    @Test func aBatchThatIsNotReplacedGoesBackToWhatIsThere() async throws {
        let all = ["10.0.0.1:80", "10.0.0.2:80"]
        let rolling = RollingConfiguration(surge: 0, unavailable: 1, monitor: .seconds(2))
        let fixture = try await fixture(.instances(all), .rolling(rolling))
        put("v1", at: all, fixture)
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        await fixture.deploy("v2")
        #expect(await fixture.advance { $0.outcome != nil })
        #expect(routed(fixture) == all)
        #expect(fixture.world.shares() == ["v1": 100])
    }
}
