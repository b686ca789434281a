import CutoverCore
import CutoverDrivers
import CutoverEngine
import CutoverStore
import CutoverTestSupport
import CutoverWire
import Synchronization
import Testing

/// Services share one table and nothing else: what goes wrong with one holds up no other.
@Suite struct ServicesTests {
    static let check = CheckConfiguration(
        name: "smoke",
        stage: .beforePromotion,
        kind: .command(["true"]),
        timeout: .seconds(1),
        retries: 0
    )

    static let api = ServiceConfiguration.fixture(name: "api", port: 8090, checks: [check])

    /// A fixture in which `v1` of `web` serves.
    func serving(_ services: [ServiceConfiguration]) async throws -> EngineFixture {
        let fixture = try await EngineFixture(services)
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        return fixture
    }

    /// A fixture in which `v2` of `web` has just been given all traffic, and `v1` is warm.
    func warm(_ services: [ServiceConfiguration]) async throws -> EngineFixture {
        let fixture = try await serving(services)
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        await fixture.send(.promote)
        try #require(await fixture.advance { $0.phase == .warm })
        return fixture
    }

    /// A fixture like `warm`, in which `v1` of `api` serves too.
    func warmBesideAPI() async throws -> EngineFixture {
        let fixture = try await warm([.fixture(), Self.api])
        await fixture.deploy("v1", of: "api")
        let isServed = await fixture.advance {
            $0.service("api")?.rollout?.progress.outcome == .promoted
        }
        try #require(isServed)
        return fixture
    }

    func routes(_ fixture: EngineFixture) -> [ProxyRoute] {
        fixture.world.state.withLock { $0.table?.routes ?? [] }
    }

    func listening(_ fixture: EngineFixture) -> [String: String] {
        Dictionary(uniqueKeysWithValues: routes(fixture).map { ($0.service, "\($0.listen)") })
    }

    // MARK: - First deployments that come to nothing

    @Test func aFirstDeploymentThatFailedLeavesNoRouteBehind() async throws {
        let fixture = try await serving([.fixture(), Self.api])
        fixture.world.state.withLock { $0.failingChecks = ["smoke"] }
        await fixture.deploy("v1", of: "api")
        let isChecked = await fixture.advance {
            $0.service("api")?.rollout?.progress.phase == .verifying
        }
        try #require(isChecked)
        #expect(routes(fixture).map(\.service) == ["web", "api"])
        await fixture.send(.rollback, of: "api")
        try #require(await fixture.advance { $0.service("api")?.rollout?.progress.outcome != nil })
        #expect(routes(fixture).map(\.service) == ["web"])
        #expect(fixture.faults.isEmpty)
    }

    @Test func aFirstDeploymentThatFailedHoldsUpNoOtherService() async throws {
        let fixture = try await serving([.fixture(), Self.api])
        fixture.world.state.withLock { $0.failingChecks = ["smoke"] }
        await fixture.deploy("v1", of: "api")
        let isChecked = await fixture.advance {
            $0.service("api")?.rollout?.progress.phase == .verifying
        }
        try #require(isChecked)
        await fixture.send(.rollback, of: "api")
        try #require(await fixture.advance { $0.service("api")?.rollout?.progress.outcome != nil })
        fixture.world.state.withLock { $0.unhealthy = [ReleaseName(rawValue: "bad")] }
        await fixture.deploy("bad", of: "api")
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        await fixture.send(.promote)
        #expect(fixture.world.shares() == ["v2": 100])
        await fixture.send(.rollback)
        #expect(fixture.world.shares() == ["v1": 100])
        #expect(fixture.faults.isEmpty)
    }

    /// The deploy that waits begins in the same step in which the first one ends.
    @Test func aFirstDeploymentThatGaveWayHoldsUpNoOtherService() async throws {
        let fixture = try await serving([.fixture(), Self.api])
        fixture.world.state.withLock { $0.failingChecks = ["smoke"] }
        await fixture.deploy("v1", of: "api")
        let isChecked = await fixture.advance {
            $0.service("api")?.rollout?.progress.phase == .verifying
        }
        try #require(isChecked)
        fixture.world.state.withLock { $0.unhealthy = [ReleaseName(rawValue: "bad")] }
        await fixture.deploy("bad", of: "api")
        let isNext = await fixture.advance {
            $0.service("api")?.rollout?.candidate.rawValue == "bad"
        }
        try #require(isNext)
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        await fixture.send(.promote)
        #expect(fixture.world.shares() == ["v2": 100])
        #expect(fixture.faults.isEmpty)
    }

    @Test func aFirstTableThatMayHaveBeenAppliedIsLeftOutByNoOther() async throws {
        let fixture = try await serving([.fixture(), Self.api])
        let error = DriverError.fixture("no answer", mayHaveBeenApplied: true)
        fixture.world.state.withLock { $0.faults = [.apply: .ambiguous(error)] }
        await fixture.deploy("v1", of: "api")
        try #require(await fixture.advance { routes($0).map(\.service) == ["web", "api"] })
        fixture.world.state.withLock { $0.faults = [:] }
        let before = fixture.world.state.withLock(\.tables.count)
        fixture.drivers.crash(try #require(fixture.world.instances(of: "v1").first))
        await fixture.advance(by: .seconds(5))
        let tables = fixture.world.state.withLock(\.tables).dropFirst(before)
        #expect(tables.count >= 2)
        for table in tables {
            #expect(table.routes.map(\.service) == ["web", "api"])
        }
    }

    // MARK: - Addresses

    /// The proxy listens at the new address already, and somebody else takes the former one.
    @Test func aMoveThatMayHaveTakenPlaceIsNotTakenBackByATableForAnotherReason() async throws {
        var api = Self.api
        let fixture = try await warmBesideAPI()
        api.listen = "127.0.0.1:8095"
        fixture.configuration.services[1] = api
        let error = DriverError.fixture("no answer", mayHaveBeenApplied: true)
        fixture.world.state.withLock { $0.faults = [.apply: .ambiguous(error)] }
        try await fixture.restart()
        try #require(await fixture.advance { listening($0)["api"] == "127.0.0.1:8095" })
        fixture.world.state.withLock {
            $0.faults = [:]
            $0.taken = [.ipv4(host: "127.0.0.1", port: 8090)]
        }
        await fixture.send(.rollback)
        #expect(fixture.world.shares() == ["v1": 100])
        #expect(listening(fixture)["api"] == "127.0.0.1:8095")
    }

    @Test func aServiceWhoseNewAddressIsTakenStaysWhereItIsAndHoldsUpNoOther() async throws {
        var api = Self.api
        let fixture = try await warmBesideAPI()
        await fixture.deploy("v3")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        await fixture.send(.promote)
        try #require(fixture.world.shares() == ["v3": 100])
        api.listen = "127.0.0.1:8095"
        fixture.configuration.services[1] = api
        fixture.world.state.withLock {
            $0.taken = [.ipv4(host: "127.0.0.1", port: 8095)]
        }
        try await fixture.restart()
        await fixture.settle()
        #expect(fixture.faults.count == 1)
        #expect(fixture.faults.first?.hasPrefix("api stays on 127.0.0.1:8090: ") == true)
        await fixture.send(.rollback)
        #expect(fixture.world.shares() == ["v2": 100])
        #expect(listening(fixture) == ["web": "127.0.0.1:8080", "api": "127.0.0.1:8090"])
        await fixture.advance(by: .seconds(30))
        #expect(fixture.journal.filter { $0.hasPrefix("api stays on") }.count == 1)
        fixture.world.state.withLock { $0.taken = [] }
        await fixture.advance(by: .seconds(2))
        #expect(listening(fixture) == ["web": "127.0.0.1:8080", "api": "127.0.0.1:8095"])
        #expect(fixture.faults.isEmpty)
    }

    @Test func aProxyWithoutATableServesWhatItCanWhenOneAddressIsTaken() async throws {
        let fixture = try await serving([.fixture(), Self.api])
        await fixture.deploy("v1", of: "api")
        let isServed = await fixture.advance {
            $0.service("api")?.rollout?.progress.outcome == .promoted
        }
        try #require(isServed)
        try await fixture.restart { world in
            world.state.withLock { state in
                state.table = nil
                state.taken = [.ipv4(host: "127.0.0.1", port: 8090)]
            }
        }
        await fixture.advance(by: .seconds(2))
        #expect(listening(fixture) == ["web": "127.0.0.1:8080"])
        #expect(fixture.faults.first?.hasPrefix("api is not served: ") == true)
        fixture.world.state.withLock { $0.taken = [] }
        await fixture.advance(by: .seconds(2))
        #expect(fixture.world.shares(of: "api") == ["v1": 100])
        #expect(fixture.faults.isEmpty)
    }

    @Test func servicesThatComeToShareAnAddressAndItsSettingsMoveTogether() async throws {
        let fixture = try await serving([.fixture(), Self.api])
        await fixture.deploy("v1", of: "api")
        let isServed = await fixture.advance {
            $0.service("api")?.rollout?.progress.outcome == .promoted
        }
        try #require(isServed)
        for index in 0..<2 {
            fixture.configuration.services[index].listen = "127.0.0.1:8080"
            fixture.configuration.services[index].route.headTimeout = .milliseconds(2_500)
        }
        let api = RequestMatch(host: "api.example.com", pathPrefix: "/v1")
        let claimed = RouteMatch(host: "api.example.com", pathPrefix: "/v1")
        fixture.configuration.services[1].route.matches = [api]
        try await fixture.restart()
        await fixture.settle()
        #expect(listening(fixture) == ["web": "127.0.0.1:8080", "api": "127.0.0.1:8080"])
        #expect(routes(fixture).map(\.settings.headTimeout) == [2_500, 2_500])
        #expect(routes(fixture).map(\.matches) == [[], [claimed]])
        #expect(fixture.service("api")?.matches == ["api.example.com/v1"])
        #expect(fixture.faults.isEmpty)
    }

    @Test func servicesThatExchangeTheirAddressesMoveTogether() async throws {
        let fixture = try await serving([.fixture(), Self.api])
        await fixture.deploy("v1", of: "api")
        let isServed = await fixture.advance {
            $0.service("api")?.rollout?.progress.outcome == .promoted
        }
        try #require(isServed)
        fixture.configuration.services = [
            .fixture(port: 8090), .fixture(name: "api", port: 8080, checks: [Self.check]),
        ]
        try await fixture.restart()
        await fixture.settle()
        #expect(listening(fixture) == ["web": "127.0.0.1:8090", "api": "127.0.0.1:8080"])
        #expect(fixture.faults.isEmpty)
    }

    @Test func aFirstDeploymentOnATakenAddressHoldsUpNoOtherServiceOverARestart() async throws {
        let fixture = try await warm([.fixture(), .fixture(name: "api", port: 8090)])
        fixture.world.state.withLock {
            $0.taken = [.ipv4(host: "127.0.0.1", port: 8090)]
        }
        fixture.world.state.withLock { $0.faults = [.apply: .lost] }
        await fixture.deploy("v1", of: "api")
        let isShifting = await fixture.advance {
            $0.service("api")?.rollout?.progress.phase == .shifting
        }
        try #require(isShifting)
        try await fixture.restart { world in
            world.state.withLock { $0.faults = [:] }
        }
        await fixture.send(.rollback)
        #expect(fixture.world.shares() == ["v1": 100])
    }
}
