import CutoverCore
import CutoverScreen
import Testing

@testable import CutoverDashboard

/// Words and signs of the overview say what is.
@Suite struct OverviewTests {
    func status(_ slot: Slot, in snapshot: EngineSnapshot) throws -> SideStatus {
        let service = try #require(snapshot.services.first)
        return SideStatus(try #require(service.side(slot)), of: service)
    }

    @Test func liveIsWhoTakesTheTraffic() throws {
        #expect(try status(.blue, in: Scenario.gate) == .live)
        #expect(try status(.green, in: Scenario.gate) == .candidate)
        #expect(try status(.blue, in: Scenario.anomaly) == .warm)
        #expect(try status(.green, in: Scenario.anomaly) == .candidate)
        #expect(try status(.blue, in: Scenario.warm) == .warm)
        #expect(try status(.green, in: Scenario.warm) == .live)
        #expect(try status(.blue, in: Scenario.draining) == .draining)
        let text = Console(Scenario.anomaly, size: Size(columns: 200, rows: 60)).frame.text
        #expect(text.contains("GREEN v42 CANDIDATE 100 %"))
    }

    @Test func aReleaseThatWasRolledBackIsStopped() throws {
        var snapshot = Scenario.gate
        snapshot.services[0].rollout?.progress.outcome = .rolledBack(.gateExpired)
        for index in snapshot.services[0].sides[1].instances.indices {
            snapshot.services[0].sides[1].instances[index].state = .stopped
        }
        #expect(try status(.green, in: snapshot) == .stopped)
        let text = Console(snapshot).frame.text
        #expect(text.contains("GREEN v42 STOPPED"))
        #expect(!text.contains("0/4 up"))
    }

    @Test func replacedInstancesAreNotMissed() {
        var snapshot = Scenario.rollingBatch
        let old = instance("i1", number: 1, release: "v7", state: .stopped, rate: 0)
        snapshot.services[0].sides[0].instances += [old, old]
        let frame = Console(snapshot).frame
        #expect(frame.text.contains("OLD v7 LIVE  4/4 up"))
        #expect(!frame.cells.contains { $0.role == .degraded })
    }

    @Test func theFirstReleaseOfARollingServiceIsNew() throws {
        var service = try #require(Scenario.rollingBatch.services.first)
        service.rollout?.stable = nil
        service.live = nil
        service.sides = [service.sides[1]]
        let text = Console(snapshot([service])).frame.text
        #expect(text.contains("33% NEW"))
        #expect(text.contains("NEW v8 CANDIDATE"))
        #expect(text.contains("0/33"))
        #expect(!text.contains("OLD"))
    }

    @Test func aGateWaitsAndOnlyWhatNobodyWantedIsHeld() {
        let size = Size(columns: 120, rows: 40)
        let gate = Console(Scenario.gate, size: size).frame
        #expect(gate.text.contains("1 waits"))
        #expect(gate.text.contains("◐ gate"))
        #expect(!gate.text.contains("‖"))
        #expect(!gate.cells.prefix(size.columns).contains { $0.role == .bannerWarn })
        #expect(Console(Scenario.paused, size: size).frame.text.contains("1 paused"))
        let held = Console(Scenario.anomaly, size: size).frame
        #expect(held.text.contains("1 HELD"))
        #expect(held.cells.prefix(size.columns).contains { $0.role == .bannerWarn })
    }

    @Test func aWarmReleaseIsNotBeingDeployed() {
        #expect(!Console(Scenario.warm).frame.text.contains("deploying"))
        #expect(Console(Scenario.draining).frame.text.contains("1 deploying"))
    }

    @Test func aHoldTellsItsAgeAndTheFiguresOfNow() {
        var console = Console(Scenario.rollingHeld)
        #expect(console.frame.text.contains("held 9s ago: errors 12.5 %"))
        #expect(console.frame.text.contains("now: fail"))
        console.wait(.seconds(4))
        console.give(.tick)
        #expect(console.frame.text.contains("held 13s ago"))
    }

    @Test func onlyTheColumnOfTheBrokenLimitStandsOut() throws {
        let scenarios: [(EngineSnapshot, String)] = [
            (Scenario.anomaly, "612ms"), (Scenario.rollingHeld, "12"),
        ]
        for (snapshot, figure) in scenarios {
            let frame = Console(snapshot).frame
            let rows = frame.text.split(separator: "\n", omittingEmptySubsequences: false)
            let row = try #require(rows.firstIndex { $0.contains("│ ▲ ") })
            let right = frame.cells[row * 80 + 41..<(row + 1) * 80].filter { $0.role == .degraded }
            let marked = String(String.UnicodeScalarView(right.map(\.scalar)))
            #expect(marked.split(separator: " ") == ["▲", Substring(figure)])
        }
    }
}
