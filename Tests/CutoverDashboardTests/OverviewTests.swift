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

    @Test func aSocketIsShownByItsName() throws {
        var snapshot = Scenario.gate
        for side in snapshot.services[0].sides.indices {
            for index in snapshot.services[0].sides[side].instances.indices {
                snapshot.services[0].sides[side].instances[index].address =
                    "unix:/home/shop/.local/state/cutover/shop/run/\(side + 17)-\(index + 1).sock"
            }
        }
        let text = Console(snapshot, size: Size(columns: 200, rows: 60)).frame.text
        #expect(text.contains(" 17-1 ") && text.contains(" 18-4 "))
        #expect(text.contains("SOCKET") && !text.contains("PORT"))
    }

    @Test func whatAServiceClaimsOfASharedAddressIsShownWhereThereIsRoom() {
        var snapshot = Scenario.gate
        snapshot.services[0].matches = ["shop.example/api", "/v2"]
        let wide = Console(snapshot, size: Size(columns: 200, rows: 60)).frame.text
        #expect(wide.contains("  for shop.example/api +1 "), "\(wide)")
        let small = Console(snapshot, size: Size(columns: 60, rows: 15)).frame.text
        #expect(!small.contains("for shop"))
    }

    @Test func whatTellsAddressesApartIsShown() {
        let cases = [
            ("127.0.0.1:9101", ":9101", "PORT"), ("10.0.3.12:8080", "3.12", "HOST"),
            ("unix:/run/app/green.sock", "green", "SOCKET"), ("unix:/run/app", "app", "SOCKET"),
            ("", "", "PORT"),
        ]
        for (address, short, title) in cases {
            let place = InstancePlace(address: address)
            #expect(place.short == short && place.title == title, "\(address)")
        }
    }

    @Test func anIdleSlotOfSomebodyElseIsTheirsToFill() throws {
        var snapshot = Scenario.steady
        snapshot.services[0].isExternal = true
        let size = Size(columns: 120, rows: 40)
        #expect(Console(snapshot, size: size).frame.text.contains("idle: somebody else's to fill"))
        #expect(!Console(Scenario.steady, size: size).frame.text.contains("somebody"))
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
        console.show(Scenario.rollingHeld)
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

    @Test func theSelectedRowKeepsItsColoursAndItsBar() throws {
        let size = Size(columns: 120, rows: 40)
        let frame = Console(Scenario.anomaly, size: size).frame
        let row = frame.cells[size.columns * 3..<size.columns * 4]
        #expect(row.contains { $0.role == .stepHeld && $0.ground == .selected })
        let bar = row.filter { $0.role == .greenFill }
        #expect(!bar.isEmpty)
        #expect(bar.allSatisfy { $0.ground == nil && $0.scalar == "▒" })
    }

    @Test func aClockDoesNotLookLikeAShare() {
        let frame = Console(Scenario.warm, size: Size(columns: 120, rows: 40)).frame
        #expect(!frame.cells.contains { $0.role == .stepNow && $0.scalar == "█" })
        let anomaly = Console(Scenario.anomaly).frame
        #expect(anomaly.cells.contains { $0.role == .stepHeld && $0.scalar == "━" })
    }

    @Test func aStoppedClockStandsOnASmallScreenToo() {
        let frame = Console(Scenario.anomaly, size: Size(columns: 60, rows: 15)).frame
        #expect(frame.text.contains("‖ bake 03:14"))
        #expect(!frame.cells.contains { $0.role == .stepNow })
    }

    @Test func changingFiguresMoveNeitherReleaseNorOperator() throws {
        var snapshot = Scenario.rollingBatch
        snapshot.services[0].sides[1].release = ReleaseName(rawValue: "v6-crash-loop")
        func row(_ rate: Double, _ size: Size, _ mark: String) throws -> Substring {
            snapshot.services[0].sides[1].traffic.rate = rate
            let rows = Console(snapshot, size: size).frame.text.split(separator: "\n")
            return try #require(rows.first { $0.contains(mark) })
        }
        for columns in [80, 120, 200] {
            let size = Size(columns: columns, rows: 60)
            for rate in [0, 95, 12_345.0] {
                #expect(try row(rate, size, "NEW v6").contains("NEW v6-crash-loop"), "\(columns)")
            }
        }
        for length in 1...60 {
            snapshot.services[0].rollout?.actor = Actor(name: String(repeating: "w", count: length))
            let title = try row(95, Size(columns: 80, rows: 24), "── search")
            #expect(
                !title.contains("by w")
                    || title.contains(" \(String(repeating: "w", count: length)) ")
            )
        }
    }

    @Test func bothHalvesHaveTheirColumnsAtTheSamePlaces() throws {
        for columns in 80...90 {
            let size = Size(columns: columns, rows: 24)
            let rows = Console(Scenario.anomaly, size: size).frame.text.split(separator: "\n")
            let titles = try #require(rows.first { $0.contains("INST ") }).split(separator: "│")
            #expect(titles.count == 2)
            #expect(titles[0].trimmingSuffix == titles[1].trimmingSuffix, "\(columns)")
        }
    }

    @Test func theChartShowsWhoGotTheRequests() throws {
        var snapshot = Scenario.warm
        for index in 0...1 {
            let rates = (0..<120).map { second in (second < 60) == (index == 0) ? 1000.0 : 0 }
            snapshot.services[0].sides[index].rateHistory = rates
        }
        snapshot.services[0].rateHistory = Array(repeating: 1000, count: 120)
        let size = Size(columns: 200, rows: 60)
        let frame = Console(snapshot, size: size).frame
        let rows = frame.text.split(separator: "\n", omittingEmptySubsequences: false)
        let head = try #require(rows.firstIndex { $0.contains("highest") })
        #expect(rows[head + 1].contains("1.00k"))
        let bar = frame.cells[(head + 1) * 200..<(head + 1) * 200 + 125].map(\.role)
        let fills = bar.filter { $0 == .blueFill || $0 == .greenFill }
        let first = try #require(fills.firstIndex(of: .greenFill))
        #expect(fills[..<first].count == 58 && fills[first...].allSatisfy { $0 == .greenFill })
        #expect(rows[head + 7].contains("-60s") && rows[head + 7].contains("now"))
    }

    @Test func noRequestIsNoErrorRateOfNothing() {
        var snapshot = Scenario.steady
        snapshot.services[0].traffic = TrafficFigures()
        let rows = Console(snapshot).frame.text.split(separator: "\n")
        #expect(rows.first { $0.contains("›checkout") }?.contains("0.00") == false)
    }

    @Test func theTitleSaysWhatItsTimesAre() {
        let size = Size(columns: 120, rows: 40)
        #expect(Console(Scenario.warm, size: size).frame.text.contains(" for 6m15s "))
        #expect(Console(Scenario.rolledBack, size: size).frame.text.contains(" took 5m35s "))
        var snapshot = Scenario.steady
        snapshot.services[0].failedByProxy = 11
        #expect(!Console(snapshot, size: size).frame.text.contains("11 failed of"))
    }

    @Test func whatNobodyCountedIsNotShownAsNone() {
        let size = Size(columns: 80, rows: 24)
        var snapshot = Scenario.steady
        #expect(Console(snapshot, size: size).frame.text.contains(" 0 failed "))
        snapshot.services[0].failedUncounted = true
        let rows = Console(snapshot, size: size).frame.text.split(separator: "\n")
        #expect(rows[0].contains(" 0+ failed "), "\(rows[0])")
        #expect(rows.contains { $0.contains("checkout  ") && $0.contains(" 0+ failed ") })
        #expect(!rows.contains { $0.contains(" 0 failed ") })
    }

    @Test func aLongMessageIsWholeOnTheSmallestScreens() {
        var console = Console(Scenario.gate, size: Size(columns: 30, rows: 8))
        console.press("p", .enter)
        let words = console.message.split(separator: " ")
        #expect(words.allSatisfy { console.frame.text.contains($0) }, "\(console.message)")
    }
}

extension Substring {
    fileprivate var trimmingSuffix: Substring {
        var trimmed = self
        while trimmed.last == " " { trimmed.removeLast() }
        return trimmed
    }
}
