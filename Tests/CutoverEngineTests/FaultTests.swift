import CutoverCore
import CutoverDrivers
import CutoverEngine
import CutoverStore
import CutoverTestSupport
import CutoverWire
import GRDB
import Synchronization
import Testing

/// What goes wrong outside is shown, never made worse, and gone on from by itself.
@Suite struct FaultTests {
    func promoted(_ service: ServiceConfiguration = .fixture()) async throws -> EngineFixture {
        let fixture = try await EngineFixture(service)
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.outcome == .promoted })
        return fixture
    }

    // MARK: - The proxy

    @Test func aProxyThatHandedOverHasLostNoCount() async throws {
        let fixture = try await promoted()
        fixture.drivers.report(.exited(.exited(code: 0)))
        await fixture.settle()
        #expect(fixture.journal.contains("proxy ended: exit status 0"), "\(fixture.journal)")
        #expect(fixture.service?.failedUncounted == false)
    }

    @Test func whatAReplacedProxyCutAtItsEndMakesTheTotalALowerBound() async throws {
        let fixture = try await promoted()
        fixture.drivers.report(.failedLeaving(.exited(code: ProxyExit.failedUncounted)))
        await fixture.settle()
        let events = fixture.journal.filter { $0.contains("replaced proxy") }
        #expect(events.count == 1 && events[0].contains("uncounted"), "\(fixture.journal)")
        #expect(events[0].contains("replace it while few run"))
        #expect(fixture.service?.failedUncounted == true)
        guard case .running = fixture.engine.snapshot?.proxy else {
            Issue.record("another proxy serves")
            return
        }
        #expect(fixture.engine.snapshot?.faults == [])
    }

    @Test func aReplacedProxyThatWasKilledMakesTheTotalALowerBound() async throws {
        let fixture = try await promoted()
        fixture.drivers.report(.failedLeaving(.signalled(9)))
        await fixture.settle()
        let loss = "the replaced proxy ended: signal 9 (SIGKILL); requests failed uncounted"
        #expect(fixture.journal.contains(loss), "\(fixture.journal)")
        #expect(fixture.service?.failedUncounted == true)
    }

    @Test func aProxyThatDiedGetsItsTableAgain() async throws {
        let fixture = try await promoted()
        fixture.world.state.withLock { $0.isProxyRunning = false }
        fixture.drivers.report(.exited(.signalled(9)))
        await fixture.settle()
        #expect(fixture.engine.snapshot?.faults.first?.contains("SIGKILL") == true)
        let loss = "proxy ended: signal 9 (SIGKILL); requests failed uncounted"
        #expect(fixture.journal.contains(loss))
        #expect(fixture.service?.failedUncounted == true)
        guard case .unreachable = fixture.engine.snapshot?.proxy else {
            Issue.record("the proxy is said to run")
            return
        }
        fixture.world.state.withLock { state in
            state.isProxyRunning = true
            state.table = nil
        }
        fixture.drivers.report(
            .restarted(
                RouterStatus(
                    processID: 501,
                    startedAt: fixture.clock.now,
                    generation: 0,
                    epoch: 0,
                    isAdopted: false
                )
            )
        )
        await fixture.settle()
        #expect(fixture.world.shares() == ["v1": 100])
        #expect(fixture.engine.snapshot?.faults.isEmpty == true)
    }

    @Test func aProxyThatCannotBeStartedIsTriedAgain() async throws {
        let fixture = try await promoted()
        try await fixture.restart { world in
            world.state.withLock { state in
                state.isProxyRunning = false
                state.refusesToStart = true
                state.table = nil
            }
        }
        await fixture.advance(by: .seconds(5))
        #expect(fixture.engine.snapshot?.faults.isEmpty == false)
        fixture.world.state.withLock { $0.refusesToStart = false }
        await fixture.advance(by: .seconds(3))
        #expect(fixture.world.shares() == ["v1": 100])
        #expect(fixture.engine.snapshot?.faults.isEmpty == true)
    }

    @Test func aProxyThatDoesNotAnswerHoldsTheSwitchAndStopsNothing() async throws {
        let fixture = try await promoted()
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        fixture.world.state.withLock { $0.isProxyRunning = false }
        await fixture.send(.promote)
        await fixture.advance(by: .seconds(30))
        #expect(fixture.phase == .shifting)
        #expect(fixture.world.instances(of: "v1").count == 2)
        #expect(fixture.engine.snapshot?.faults.isEmpty == false)
        fixture.world.state.withLock { $0.isProxyRunning = true }
        #expect(await fixture.advance(upTo: .seconds(60)) { $0.world.shares() == ["v2": 100] })
    }

    /// The switch took place and was reported as failed; before it is asked for again, an instance
    /// ends.
    @Test func aSwitchThatMayHaveTakenPlaceIsNotTakenBackByATableForAnotherReason() async throws {
        let fixture = try await promoted()
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        let before = fixture.world.state.withLock(\.tables.count)
        let error = DriverError.fixture("no answer", mayHaveBeenApplied: true)
        fixture.world.state.withLock { $0.faults = [.apply: .ambiguous(error)] }
        await fixture.send(.promote)
        fixture.world.state.withLock { $0.faults = [:] }
        let blue = try #require(fixture.world.instances(of: "v1").first)
        fixture.drivers.crash(blue)
        await fixture.advance(by: .seconds(5))
        #expect(fixture.phase == .baking)
        let tables = fixture.world.state.withLock(\.tables).dropFirst(before)
        #expect(tables.count >= 3)
        for table in tables {
            let weights = table.routes.flatMap(\.sides).filter { $0.weight > 0 }.map(\.release)
            #expect(weights == ["v2"])
        }
    }

    /// Nothing reaches a first release whose table was not sent: it can be given up.
    @Test func aFirstDeploymentIsRolledBackWhileTheProxyIsAway() async throws {
        let fixture = try await EngineFixture()
        try await fixture.restart { world in
            world.state.withLock { state in
                state.isProxyRunning = false
                state.refusesToStart = true
            }
        }
        await fixture.deploy("v1")
        try #require(await fixture.advance { $0.phase == .shifting })
        await fixture.advance(by: .seconds(90))
        guard case .possible = fixture.service?.availability[.rollback] else {
            Issue.record("\(String(describing: fixture.service?.availability[.rollback]))")
            return
        }
        await fixture.send(.rollback)
        #expect(await fixture.advance(upTo: .seconds(30)) { $0.outcome != nil })
        #expect(fixture.world.instances(of: "v1").isEmpty)
    }

    @Test func oneTableIsOnItsWayAtATime() async throws {
        let fixture = try await promoted()
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        fixture.world.state.withLock { $0.faults = [.apply: .lost] }
        await fixture.send(.promote)
        fixture.world.state.withLock { $0.faults = [:] }
        let sent = fixture.world.state.withLock(\.tables.count)
        let blue = try #require(fixture.world.instances(of: "v1").first)
        fixture.drivers.crash(blue)
        await fixture.advance(by: .seconds(5))
        #expect(fixture.world.state.withLock(\.tables.count) == sent)
    }

    @Test func theGenerationRisesWithEachTableAndOverRestarts() async throws {
        let fixture = try await promoted()
        try await fixture.restart()
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        let tables = fixture.world.state.withLock(\.tables)
        for (earlier, later) in zip(tables, tables.dropFirst()) {
            #expect(earlier.generation < later.generation)
            #expect(earlier.epoch <= later.epoch)
        }
    }

    // MARK: - The store

    /// Fails every commit of the engine, as a full disk does, until it is lifted.
    func withoutSpace(_ fixture: EngineFixture, _ body: () async throws -> Void) async throws {
        let database = try DatabaseQueue(path: fixture.directory.database)
        try await database.write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER noSpace BEFORE INSERT ON journal
                    BEGIN SELECT RAISE(ABORT, 'no space'); END
                    """
            )
        }
        try await body()
        try await database.write { database in
            try database.execute(sql: "DROP TRIGGER noSpace")
        }
    }

    @Test func withoutSpaceNothingIsPerformedAndCommandsAreRefused() async throws {
        let fixture = try await promoted()
        await fixture.deploy("v2")
        try #require(await fixture.advance { $0.phase == .awaitingPromotion })
        try await withoutSpace(fixture) {
            let reply = await fixture.send(.promote)
            guard case .refused(let reason) = reply else {
                Issue.record("\(reply)")
                return
            }
            #expect(reason.contains("no space"))
            await fixture.advance(by: .seconds(20))
            #expect(fixture.world.shares() == ["v1": 100])
            #expect(fixture.engine.snapshot?.faults.isEmpty == false)
        }
        await fixture.advance(by: .seconds(2))
        #expect(fixture.engine.snapshot?.faults.isEmpty == true)
        await fixture.send(.promote)
        #expect(fixture.world.shares() == ["v2": 100])
    }

    @Test func aRolloutGoesOnByItselfWhenSpaceIsBack() async throws {
        let fixture = try await promoted()
        await fixture.deploy("v2")
        let isWarming = await fixture.advance { fixture in
            fixture.service?.sides.last?.instances.first?.state == .warming
        }
        try #require(isWarming)
        let tables = fixture.world.state.withLock(\.tables.count)
        try await withoutSpace(fixture) {
            await fixture.advance(by: .seconds(20))
            #expect(fixture.phase == .starting)
        }
        // The candidate was ready long ago, and nothing was done that is not written down.
        #expect(fixture.world.state.withLock(\.tables.count) == tables)
        #expect(await fixture.advance(upTo: .seconds(60)) { $0.phase == .awaitingPromotion })
    }

    @Test func whatHappenedWithoutSpaceIsToldWhenThereIsSomeAgain() async throws {
        let fixture = try await promoted()
        let id = try #require(fixture.world.instances(of: "v1").first)
        try await withoutSpace(fixture) {
            fixture.drivers.crash(id)
            await fixture.advance(by: .milliseconds(200))
            let backends = fixture.world.state.withLock(\.table)?.routes.flatMap(\.sides)
                .flatMap(\.backends)
            #expect(backends?.first { $0.key == id.key }?.isHealthy == false)
        }
        await fixture.advance(by: .seconds(2))
        #expect(fixture.journal.contains { $0.hasPrefix("b1: exit status 1") })
    }

    // MARK: - Instances

    @Test func anInstanceThatDiedLeavesTheRotationAtOnceAndComesBack() async throws {
        let fixture = try await promoted()
        let id = try #require(fixture.world.instances(of: "v1").first)
        fixture.drivers.crash(id)
        await fixture.engine.idle()
        let backends = fixture.world.state.withLock(\.table)?.routes.flatMap(\.sides)
            .flatMap(\.backends)
        #expect(backends?.first { $0.key == id.key }?.isHealthy == false)
        await fixture.settle()
        let snapshot = fixture.service?.sides.first?.instances.first { $0.id == id }
        #expect(snapshot?.state == .unhealthy)
        #expect(snapshot?.evidence.lastExit == "exit status 1")
        #expect(snapshot?.evidence.log.isEmpty == false)
        await fixture.advance(by: .seconds(5))
        #expect(fixture.world.instances(of: "v1").count == 2)
        let healed = fixture.service?.sides.first?.instances.first { $0.id == id }
        #expect(healed?.state == .healthy)
        #expect(healed?.restarts == 1)
    }

    @Test func aProbeOfAProcessThatIsGoneSaysNothingOfTheNextOne() async throws {
        let fixture = try await promoted()
        let victim = try #require(fixture.world.instances(of: "v1").first)
        fixture.world.state.withLock { $0.probeDuration = .seconds(20) }
        // Long enough for a probe of the old process to begin.
        await fixture.advance(by: .seconds(2))
        fixture.world.state.withLock { $0.unhealthy = [ReleaseName(rawValue: "v1")] }
        let crash = fixture.clock.now
        fixture.drivers.crash(victim)
        let isBack = await fixture.advance(upTo: .seconds(10)) {
            $0.world.instances(of: "v1").contains(victim)
        }
        try #require(isBack)
        await fixture.advance(by: .seconds(60))
        let instances = fixture.service?.sides.flatMap(\.instances) ?? []
        let probes = try #require(instances.first { $0.id == victim }).evidence.probes
        let later = probes.filter { $0.at > crash }
        #expect(!later.isEmpty && later.allSatisfy { !$0.passed }, "\(probes)")
    }

    @Test func anInstanceThatCouldNotBeStartedAgainIsTriedUntilItCan() async throws {
        let fixture = try await promoted()
        let id = try #require(fixture.world.instances(of: "v1").first)
        fixture.world.state.withLock { state in
            state.unstartable[ReleaseName(rawValue: "v1")] = "server: no such file"
        }
        fixture.drivers.crash(id)
        await fixture.advance(by: .seconds(10))
        let gone = fixture.service?.sides.first?.instances.first { $0.id == id }
        #expect(gone?.state == .unhealthy)
        #expect(gone?.evidence.lastExit == "server: no such file")
        #expect(fixture.journal.contains("b1 given up: server: no such file"))
        fixture.world.state.withLock { $0.unstartable = [:] }
        await fixture.advance(by: .seconds(35))
        #expect(fixture.world.instances(of: "v1").count == 2)
        let back = fixture.service?.sides.first?.instances.first { $0.id == id }
        #expect(back?.state == .healthy)
    }

    /// Its end is known before its start is.
    @Test func aProcessThatEndsAtOnceIsNotTakenForOneThatRuns() async throws {
        let fixture = try await promoted()
        let id = try #require(fixture.world.instances(of: "v1").first)
        fixture.world.state.withLock { _ = $0.dying.insert(ReleaseName(rawValue: "v1")) }
        fixture.drivers.crash(id)
        await fixture.advance(by: .seconds(1))
        let state = fixture.service?.sides.first?.instances.first { $0.id == id }?.state
        #expect(state == .unhealthy)
        fixture.world.state.withLock { $0.dying = [] }
        await fixture.advance(by: .seconds(35))
        #expect(fixture.world.instances(of: "v1").count == 2)
    }

    @Test func aPassOverTheLogsBeginsWhenTheLastOneHasEnded() async throws {
        let fixture = try await promoted()
        fixture.world.state.withLock { $0.rotationDuration = .seconds(3) }
        await fixture.advance(by: .seconds(20))
        let rotations = fixture.world.state.withLock(\.rotations)
        #expect(rotations.most == 1)
        #expect(rotations.ended > 4)
    }

    @Test func aCandidateThatCrashesInALoopFailsTheRollout() async throws {
        let fixture = try await promoted()
        await fixture.deploy("v2")
        for _ in 0..<60 where fixture.outcome == nil {
            for id in fixture.world.instances(of: "v2") {
                fixture.drivers.crash(id)
            }
            await fixture.advance(by: .milliseconds(500))
        }
        guard case .failed(.instancesFailed(let evidence)) = fixture.outcome else {
            Issue.record("ended with \(String(describing: fixture.outcome))")
            return
        }
        #expect(evidence.contains("exit status 1; last line: log of"))
        #expect(fixture.world.shares() == ["v1": 100])
    }
}
