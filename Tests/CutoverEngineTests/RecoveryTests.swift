import CutoverCore
import CutoverDrivers
import CutoverEngine
import CutoverStore
import CutoverTestSupport
import CutoverWire
import GRDB
import Synchronization
import Testing

/// An engine that was killed at any point is followed by one that finishes the same rollout.
@Suite struct RecoveryTests {
    static let strategies: [StrategyConfiguration] = [
        .blueGreen(
            BlueGreenConfiguration(
                shift: [50, 100],
                soak: .seconds(4),
                bake: .seconds(4),
                keepWarm: .seconds(4)
            )
        ),
        .rolling(RollingConfiguration(monitor: .seconds(4))),
    ]

    static let check = CheckConfiguration(
        name: "smoke",
        stage: .beforePromotion,
        kind: .command(["true"]),
        timeout: .seconds(1),
        retries: 0
    )

    func serving(_ strategy: StrategyConfiguration) async throws -> EngineFixture {
        let fixture = try await EngineFixture(.fixture(strategy: strategy, checks: [Self.check]))
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        await fixture.deploy("v2")
        return fixture
    }

    /// Drives a rollout to its end, whatever it asks of an operator.
    func finish(_ fixture: EngineFixture) async -> Bool {
        for _ in 0..<20 {
            if await fixture.advance(until: { $0.outcome != nil || $0.phase == .awaitingPromotion }
            ),
                fixture.outcome != nil
            {
                return true
            }
            await fixture.send(.promote)
        }
        return false
    }

    /// The engine is killed in the course of a whole rollout, each time anew and a little later,
    /// and what follows must end with the new release serving from as many instances as before.
    @Test(arguments: [0, 1]) func aKillAtAnyMomentIsRecoveredFrom(_ strategy: Int) async throws {
        var phases: Set<PhaseName> = []
        for step in stride(from: 0, to: 400, by: 7) {
            let fixture = try await serving(Self.strategies[strategy])
            for _ in 0..<step where fixture.outcome == nil {
                if fixture.phase == .awaitingPromotion {
                    await fixture.send(.promote)
                }
                await fixture.advance(by: .milliseconds(250))
            }
            guard let phase = fixture.phase, fixture.outcome == nil else {
                break
            }
            phases.insert(phase)
            let running = fixture.world.state.withLock(\.processes)
            try await fixture.restart()
            #expect(fixture.phase == phase, "step \(step)")
            #expect(fixture.world.state.withLock(\.processes) == running, "step \(step)")
            #expect(await finish(fixture), "step \(step), \(phase)")
            #expect(fixture.outcome == .promoted, "step \(step), \(phase)")
            #expect(fixture.world.shares() == ["v2": 100], "step \(step), \(phase)")
            #expect(fixture.world.instances(of: "v2").count == 2, "step \(step), \(phase)")
            #expect(fixture.world.instances(of: "v1").isEmpty, "step \(step), \(phase)")
            let started = fixture.world.state.withLock(\.started)
            #expect(Set(started).count == started.count, "step \(step): one was started twice")
        }
        let expected: Set<PhaseName> =
            strategy == 0
            ? [.starting, .shifting, .baking, .warm]
            : [.replacing, .monitoring]
        #expect(phases.isSuperset(of: expected))
    }

    /// Every engine lives just long enough to see an instance rise.
    @Test(arguments: [0, 1]) func enginesThatAllDieYoungFinishTogether(_ strategy: Int) async throws
    {
        let fixture = try await serving(Self.strategies[strategy])
        for _ in 0..<60 where fixture.outcome == nil {
            if fixture.phase == .awaitingPromotion {
                await fixture.send(.promote)
            }
            await fixture.advance(by: .milliseconds(1500))
            try await fixture.restart()
        }
        #expect(fixture.outcome == .promoted)
        #expect(fixture.world.shares() == ["v2": 100])
        #expect(fixture.world.instances(of: "v1").isEmpty)
        let started = fixture.world.state.withLock(\.started)
        #expect(Set(started).count == started.count)
    }

    /// The world did what was asked, or did not, and the engine died before it heard.
    @Test func anEffectWithoutAnAnswerIsPerformedAgain() async throws {
        for call in [FixtureWorld.Call.start, .apply, .drain, .stop] {
            for fault in [FixtureWorld.Fault.unanswered, .lost] {
                let fixture = try await serving(Self.strategies[0])
                if call != .start {
                    try #require(await fixture.advance { $0.phase == .awaitingPromotion })
                }
                fixture.world.state.withLock { $0.faults = [call: fault] }
                if call != .start {
                    await fixture.send(.promote)
                    await fixture.advance(by: .seconds(20))
                }
                try await fixture.restart { world in
                    world.state.withLock { $0.faults = [:] }
                }
                #expect(await finish(fixture), "\(call) \(fault)")
                #expect(fixture.world.shares() == ["v2": 100], "\(call) \(fault)")
                #expect(fixture.world.instances(of: "v2").count == 2, "\(call) \(fault)")
                #expect(fixture.world.instances(of: "v1").isEmpty, "\(call) \(fault)")
            }
        }
    }

    /// The machine would ask again after a while by itself; the next engine does not wait for that.
    @Test func aSwitchWithoutAnAnswerIsMadeWithinASecondOfTheRestart() async throws {
        let fixture = try await serving(Self.strategies[0])
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        fixture.world.state.withLock { $0.faults = [.apply: .lost] }
        await fixture.send(.promote)
        #expect(fixture.world.shares() == ["v1": 100])
        try await fixture.restart { world in
            world.state.withLock { $0.faults = [:] }
        }
        let isConfirmed = await fixture.advance(upTo: .seconds(1)) { fixture in
            fixture.journal.contains("blue v1 from 100 to 50 %, green v2 from 0 to 50 %")
        }
        #expect(isConfirmed)
        #expect(fixture.world.shares() == ["v1": 50, "v2": 50])
    }

    /// By the store the candidate was healthy, and by the clock it has been for long enough.
    @Test func nothingIsDecidedOnHealthOfBeforeTheRestart() async throws {
        let fixture = try await serving(Self.strategies[0])
        let isWarming = await fixture.advance { fixture in
            fixture.service?.sides.last?.instances.allSatisfy { $0.state == .warming } == true
        }
        try #require(isWarming)
        try await fixture.restart { world in
            world.state.withLock { _ = $0.unhealthy.insert(ReleaseName(rawValue: "v2")) }
            fixture.clock.jump(by: .seconds(20))
        }
        await fixture.advance(by: .seconds(5))
        #expect(fixture.phase == .starting)
        #expect(fixture.world.state.withLock(\.table)?.routes.first?.previewSide == nil)
    }

    /// The proxy goes on with every instance until one is found unwell.
    @Test func healthIsNotForgottenByTheProxyOverARestart() async throws {
        let fixture = try await serving(Self.strategies[0])
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        let before = fixture.world.state.withLock(\.tables.count)
        try await fixture.restart()
        await fixture.advance(by: .seconds(5))
        let tables = fixture.world.state.withLock(\.tables).dropFirst(before)
        let backends = tables.flatMap(\.routes).flatMap(\.sides).flatMap(\.backends)
        #expect(backends.isEmpty == false)
        #expect(backends.filter { !$0.isHealthy }.isEmpty)
    }

    @Test func aRolloutThatWasGoingBackGoesOnGoingBack() async throws {
        let fixture = try await serving(Self.strategies[0])
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        await fixture.send(.promote)
        try #require(await fixture.advance { $0.phase == .shifting })
        fixture.world.state.withLock { $0.faults = [.apply: .lost] }
        await fixture.send(.rollback)
        try await fixture.restart { world in
            world.state.withLock { $0.faults = [:] }
        }
        #expect(await fixture.advance { $0.outcome != nil })
        #expect(fixture.world.shares() == ["v1": 100])
        #expect(fixture.world.instances(of: "v2").isEmpty)
    }

    @Test func aPauseOutlivesTheEngine() async throws {
        let fixture = try await serving(Self.strategies[1])
        try #require(await fixture.advance { $0.phase == .monitoring })
        await fixture.send(.pause)
        try await fixture.restart()
        await fixture.advance(by: .seconds(120))
        #expect(fixture.phase == .monitoring)
        #expect(fixture.service?.rollout?.progress.holds.isEmpty == false)
        await fixture.send(.continue)
        #expect(await finish(fixture))
    }

    /// What died with the old engine's machine is started again on its port.
    @Test func instancesThatAreGoneAreStartedAgain() async throws {
        let fixture = try await EngineFixture()
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        let before = fixture.world.state.withLock(\.processes)
        try await fixture.restart { world in
            world.state.withLock { $0.processes = [:] }
        }
        #expect(
            await fixture.advance(upTo: .seconds(10)) { fixture in
                fixture.world.instances(of: "v1").count == 2
            }
        )
        let after = fixture.world.state.withLock(\.processes)
        #expect(after.mapValues(\.address) == before.mapValues(\.address))
        #expect(fixture.world.shares() == ["v1": 100])
    }

    @Test func instancesOnSocketsAreRoutedToAndTakenOverWhereTheyListen() async throws {
        var web = ServiceConfiguration.fixture()
        web.runtime.endpoints = .sockets
        let fixture = try await EngineFixture([web])
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        let backends = {
            fixture.world.state.withLock { state in
                (state.table?.routes ?? []).flatMap(\.sides).flatMap(\.backends)
                    .map(\.address.description).sorted()
            }
        }
        let before = backends()
        #expect(before == ["unix:/state/run/1-1.sock", "unix:/state/run/1-2.sock"])
        try await fixture.restart()
        await fixture.advance(by: .seconds(10))
        #expect(backends() == before)
        #expect(fixture.world.instances(of: "v1").count == 2)
        #expect(fixture.service?.sides.first?.instances.map(\.address).sorted() == before)
    }

    /// The last engine's switch took place and the next one's first try does not.
    ///
    /// For all that the machine knows, the candidate serves. A cold rollback has no preview, so that
    /// nothing else says so.
    @Test func aSwitchOfBeforeTheRestartIsTakenBackByATableBeforeTheCandidateStops() async throws {
        let fixture = try await switched(to: .warm)
        try #require(await fixture.advance { $0.outcome == .promoted })
        fixture.world.state.withLock { $0.faults = [.apply: .unanswered] }
        await fixture.send(.rollback)
        try #require(await fixture.advance { $0.world.shares() == ["v1": 100] })
        try await fixture.restart { world in
            let error = DriverError.fixture("refused")
            world.state.withLock { $0.faults = [.apply: .failure(error)] }
        }
        fixture.world.state.withLock { $0.faults = [:] }
        try #require(fixture.phase == .shifting)
        await fixture.send(.rollback)
        #expect(fixture.world.shares() == ["v2": 100])
        #expect(await fixture.advance { $0.outcome != nil })
        #expect(fixture.world.shares() == ["v2": 100])
        #expect(fixture.world.instances(of: "v1").isEmpty)
    }

    // MARK: - A machine that was started again

    /// A fixture in which `v2` serves and `v1` can be gone back to.
    func switched(to phase: PhaseName) async throws -> EngineFixture {
        let fixture = try await EngineFixture(.fixture())
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        await fixture.send(.promote)
        try #require(await fixture.advance { $0.phase == phase })
        return fixture
    }

    /// Whatever comes back first, both releases were well when the machine went down.
    @Test(arguments: [PhaseName.baking, .warm])
    func aReleaseThatComesBackSlowlyAfterARebootIsNotRolledBack(_ phase: PhaseName) async throws {
        let fixture = try await switched(to: phase)
        try await fixture.restart { world in
            world.state.withLock { state in
                state.processes = [:]
                state.startUp = [ReleaseName(rawValue: "v2"): .seconds(5)]
            }
        }
        await fixture.advance(by: .seconds(9))
        #expect(fixture.phase == phase)
        #expect(fixture.service?.rollout?.progress.holds.isEmpty == true)
        #expect(fixture.world.shares() == ["v2": 100])
        #expect(await fixture.advance(upTo: .seconds(90)) { $0.outcome == .promoted })
        #expect(fixture.world.instances(of: "v2").count == 2)
    }

    @Test func aReleaseThatDoesNotComeBackInTimeIsRolledBack() async throws {
        let fixture = try await switched(to: .warm)
        try await fixture.restart { world in
            world.state.withLock { state in
                state.processes = [:]
                state.unhealthy = [ReleaseName(rawValue: "v2")]
            }
        }
        await fixture.advance(by: .seconds(20))
        #expect(fixture.phase == .warm)
        #expect(await fixture.advance(upTo: .seconds(30)) { $0.world.shares() == ["v1": 100] })
    }

    /// What ran before the engine did has had its start grace.
    @Test func anInstanceThatHangsIsFoundOutSoonAfterARestart() async throws {
        var service = ServiceConfiguration.fixture()
        service.health.startGrace = .seconds(25)
        let fixture = try await EngineFixture(service)
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        await fixture.advance(by: .seconds(30))
        try await fixture.restart { world in
            world.state.withLock { $0.unhealthy = [ReleaseName(rawValue: "v1")] }
        }
        await fixture.advance(by: .seconds(5))
        let states = fixture.service?.sides.flatMap(\.instances).map(\.state)
        #expect(states == [.unhealthy, .unhealthy])
    }

    @Test func anInstanceThatWasToldToStopIsNotStartedAgain() async throws {
        let fixture = try await serving(Self.strategies[0])
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        let error = DriverError.fixture("no answer", mayHaveBeenApplied: true)
        fixture.world.state.withLock { $0.faults = [.stop: .ambiguous(error)] }
        await fixture.send(.rollback)
        try #require(await fixture.advance { $0.world.instances(of: "v2").isEmpty })
        let started = fixture.world.state.withLock(\.started.count)
        try await fixture.restart { world in
            world.state.withLock { $0.faults = [:] }
        }
        #expect(await fixture.advance(upTo: .seconds(20)) { $0.outcome != nil })
        #expect(fixture.world.state.withLock(\.started.count) == started)
    }

    /// A process whose rollout is over and that nobody stopped is nobody's: it may not stay.
    @Test func aStrayInstanceIsStopped() async throws {
        let fixture = try await EngineFixture()
        let live = try await strand(in: fixture)
        await fixture.settle()
        #expect(fixture.world.instances(of: "v2").isEmpty)
        #expect(fixture.world.instances(of: "v1") == live)
        #expect(fixture.world.shares() == ["v1": 100])
    }

    @Test func aStrayInstanceThatCannotBeStoppedIsShownAndTriedAgain() async throws {
        let fixture = try await EngineFixture()
        let error = DriverError.fixture("it does not end")
        _ = try await strand(in: fixture, fault: .failure(error))
        await fixture.settle()
        #expect(fixture.faults.count == 1)
        #expect(fixture.faults.first?.hasPrefix("web: g1 of no rollout still runs: ") == true)
        await fixture.advance(by: .seconds(30))
        #expect(fixture.journal.filter { $0.contains("still runs") }.count == 1)
        try await fixture.restart()
        await fixture.settle()
        #expect(fixture.faults.count == 1)
        fixture.world.state.withLock { $0.faults = [:] }
        await fixture.advance(by: .seconds(6))
        #expect(fixture.world.instances(of: "v2").isEmpty)
        #expect(fixture.faults.isEmpty)
    }

    /// Leaves one instance of `v2` running that no rollout knows, and starts another engine.
    ///
    /// - Returns: the instances that serve.
    func strand(
        in fixture: EngineFixture,
        fault: FixtureWorld.Fault? = nil
    ) async throws -> [InstanceID] {
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        let live = fixture.world.instances(of: "v1")
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        let stray = try #require(fixture.world.instances(of: "v2").first)
        let process = fixture.world.state.withLock { $0.processes[stray] }
        await fixture.send(.rollback)
        try #require(await fixture.advance { $0.outcome != nil })
        try await DatabaseQueue(path: fixture.directory.database).write { database in
            try database.execute(
                sql: "UPDATE instance SET isStopped = 0 WHERE rollout = ? AND number = ?",
                arguments: [stray.rollout.rawValue, stray.number]
            )
        }
        try await fixture.restart { world in
            world.state.withLock { state in
                state.processes[stray] = process
                state.faults[.stop] = fault
            }
        }
        return live
    }

    @Test func anOldEnginesTableIsRefusedAfterTheNewOneHasBegun() async throws {
        let fixture = try await serving(Self.strategies[0])
        let old = fixture.world.state.withLock(\.table?.epoch)
        try await fixture.restart()
        #expect(fixture.world.state.withLock(\.table?.epoch) == old.map { $0 + 1 })
    }
}
