import CutoverCore
import CutoverScreen
import Testing

@testable import CutoverDashboard

/// The message row never says the opposite of what is true.
@Suite struct MessageTests {
    @Test func anAnomalyTakesTheReplyAwayAndItsAdviceStandsOut() throws {
        var console = try promoted()
        #expect(console.frame.text.contains("sends all traffic to v42"))
        console.wait(.seconds(2))
        console.show(held(since: console.now))
        #expect(console.message == "")
        let row = lastRow(of: console)
        #expect(row.text.contains("checkout is held: r rolls back, c continues"))
        #expect(row.role == .messageWarn)
    }

    @Test func aHoldThatCameBeforeTheReplyTakesItAwayToo() throws {
        var console = Console(Scenario.gate)
        console.press("p", "y")
        let sent = try #require(console.sent.first)
        console.wait(.seconds(1))
        console.show(held(since: console.now))
        console.wait(.seconds(1))
        console.give(.reply(.accepted(Deed("sends all traffic to v42")), to: sent))
        #expect(console.message == "")
    }

    @Test func theEndOfTheRolloutTakesTheReplyAway() throws {
        var console = try promoted()
        console.wait(.seconds(5))
        var ended = Scenario.rolledBack
        ended.services[0].rollout?.finishedAt = console.now
        console.show(ended)
        #expect(console.message == "")
    }

    @Test func aRolloutThatGoesBackByItselfTakesTheReplyAway() throws {
        var console = try promoted()
        var reverting = Scenario.gate
        reverting.services[0].rollout?.progress.phase = .reverting
        reverting.services[0].rollout?.progress.holds = []
        console.wait(.seconds(1))
        console.show(reverting)
        #expect(console.message == "")
    }

    @Test func theReplyToContinueOutlivesTheHoldThatItLifts() throws {
        var console = Console(Scenario.anomaly)
        console.press("c", "y")
        let sent = try #require(console.sent.first)
        console.give(.reply(.accepted(Deed("goes on in spite of it")), to: sent))
        console.wait(.milliseconds(100))
        console.show(Scenario.anomaly)
        #expect(console.message == "checkout: goes on in spite of it")
        console.wait(.seconds(3))
        console.show(held(since: console.now))
        #expect(console.message == "")
    }

    @Test func theReplyToADeployOutlivesTheRolloutThatMakesRoom() throws {
        var console = Console(Scenario.gate)
        console.press("d", "v", "4", "3", .enter, "y")
        let sent = try #require(console.sent.first)
        console.give(.reply(.accepted(Deed("gives v42 up, then starts v43")), to: sent))
        console.wait(.seconds(1))
        var ended = Scenario.rolledBack
        ended.services[0].rollout?.finishedAt = console.now
        console.show(ended)
        #expect(console.message == "checkout: gives v42 up, then starts v43")
        console.wait(.seconds(1))
        var gate = Scenario.gate
        gate.services[0].rollout?.id = RolloutID(rawValue: 19)
        gate.services[0].rollout?.progress.holds = [
            .gate(since: console.now, promoteAt: nil, expiresAt: nil)
        ]
        console.show(gate)
        #expect(console.message == "", "what the gate wants is worth more")
    }

    @Test func theReplyToPauseStaysUnderItsOwnHold() throws {
        var console = Console(Scenario.gate)
        console.press(" ")
        let sent = try #require(console.sent.first)
        console.give(.reply(.accepted(Deed("paused; c continues")), to: sent))
        var paused = Scenario.paused
        paused.services[0].rollout?.progress.holds = [
            .operator(Actor(name: "alice@pts/3"), since: console.now + .milliseconds(1))
        ]
        console.wait(.seconds(1))
        console.show(paused)
        #expect(console.message == "checkout: paused; c continues")
    }

    @Test func anAnomalyElsewhereIsNamedWithTheWayThere() {
        var console = Console(Scenario.anomaly)
        console.press("j")
        #expect(lastRow(of: console).text.contains("checkout is held: k selects it"))
        #expect(lastRow(of: console).role == .messageWarn)
        console.press(.tab)
        #expect(lastRow(of: console).text.contains("checkout is held: esc, then k selects it"))
        console.press(.escape, "/", "a", "u", .enter)
        #expect(lastRow(of: console).text.contains("checkout is held: esc shows it"))
    }

    /// Whoever opens a demo in which something was deployed is not told to deploy.
    @Test func onlyAProjectWithoutReleasesAndRolloutsIsUntouched() {
        #expect(Scenario.empty.isUntouched)
        #expect(!Scenario.steady.isUntouched)
        #expect(!Scenario.anomaly.isUntouched)
        var starting = Scenario.starting
        for index in starting.services.indices { starting.services[index].live = nil }
        #expect(!starting.isUntouched)
    }

    // MARK: - Support

    private func promoted() throws -> Console {
        var console = Console(Scenario.gate)
        console.press("p", "y")
        let sent = try #require(console.sent.first)
        console.give(.reply(.accepted(Deed("sends all traffic to v42 (green)")), to: sent))
        return console
    }

    private func held(since: Timestamp) -> EngineSnapshot {
        var snapshot = Scenario.anomaly
        let anomaly = Anomaly.verdict(Scenario.verdict(.fail))
        snapshot.services[0].rollout?.progress.holds = [.anomaly(anomaly, since: since)]
        return snapshot
    }

    /// The message row with the role of its words.
    private func lastRow(of console: Console) -> (text: String, role: Role?) {
        let frame = console.frame
        let row = frame.rows - 2
        let cells = frame.cells[row * frame.columns..<(row + 1) * frame.columns]
        let text = String(String.UnicodeScalarView(cells.map(\.scalar)))
        return (text, cells.dropFirst().first?.role)
    }
}
