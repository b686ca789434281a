import CutoverCore
import CutoverScreen
import Testing

@testable import CutoverDashboard

/// What the banner says, and in which order.
@Suite struct ProblemTests {
    @Test func anAnomalyThatGetsTrafficIsBadAndSaysHowMuch() throws {
        let console = Console(Scenario.anomaly)
        let problem = try #require(console.model.problems.first)
        #expect(problem.gravity == .bad)
        #expect(problem.text == "checkout HELD 14s: v42 takes 100 %, p99 412ms/250ms")
        #expect(rows(console).first?.contains(problem.text) == true)
    }

    @Test func anAnomalyWithoutTrafficIsHeld() throws {
        var snapshot = Scenario.anomaly
        snapshot.services[0].sides[1].share = 0
        let problem = try #require(Console(snapshot).model.problems.first)
        #expect(problem.gravity == .held)
        #expect(problem.text == "checkout HELD 14s: p99 412ms/250ms")
    }

    @Test func theFigureOfAnAnomalyIsTheOneOfThisMoment() throws {
        var snapshot = Scenario.anomaly
        snapshot.services[0].rollout?.verdict?.findings[0].candidate = 298
        let problem = try #require(Console(snapshot).model.problems.first)
        #expect(problem.text.hasSuffix("p99 298ms/250ms"))
    }

    /// They happened before this dashboard was opened, while an anomaly takes traffic.
    @Test func oldFailuresStandBelowWhatIsWrongNow() {
        var snapshot = Scenario.anomaly
        snapshot.services[0].failedByProxy = 11
        let console = Console(snapshot)
        #expect(console.model.problems.map(\.gravity) == [.bad, .past])
        let texts = rows(console)
        #expect(texts[0].contains("1/2 checkout HELD"))
        #expect(
            texts[1].contains("checkout: 11 requests failed at the proxy, none since 12:41:07")
        )
    }

    @Test func failuresAreBadWhileTheyHappenAndHistoryLater() {
        var console = Console(Scenario.gate)
        var failing = Scenario.gate
        failing.services[0].failedByProxy = 1
        console.wait(.seconds(1))
        console.show(failing)
        #expect(console.model.problems.map(\.gravity) == [.bad])
        console.wait(.seconds(59))
        console.show(failing)
        #expect(console.model.problems.map(\.gravity) == [.bad])
        console.wait(.seconds(1))
        console.show(failing)
        #expect(console.model.problems.map(\.gravity) == [.past])
        #expect(
            console.model.problems[0].text.contains("1 request failed at the proxy, last 1m00s")
        )
    }

    @Test func aRolloutThatEndedByItselfIsToldUntilAcknowledged() {
        var snapshot = Scenario.rolledBack
        #expect(Console(snapshot).model.problems.isEmpty, "an operator asked for it")
        snapshot.services[0].rollout?.progress.outcome = .failed(.startTimeout())
        var console = Console(snapshot)
        #expect(
            console.model.problems.map(\.text) == [
                "checkout: v42 failed 40s ago: not healthy in time"
            ]
        )
        console.press("a")
        #expect(console.model.problems.isEmpty)

        let anomaly = Anomaly.verdict(Scenario.verdict(.fail))
        snapshot.services[0].rollout?.progress.outcome = .rolledBack(.anomaly(anomaly))
        let text = Console(snapshot).model.problems.first?.text ?? ""
        #expect(text.hasPrefix("checkout: v42 was rolled back 40s ago: p99 412 ms, limit 250 ms"))

        snapshot.services[0].rollout?.finishedAt = noon - .seconds(3600)
        #expect(Console(snapshot).model.problems.isEmpty, "no news any more")
    }

    private func rows(_ console: Console) -> [String] {
        console.frame.text.split(separator: "\n").dropFirst().map(String.init)
    }
}
