import CutoverCore
import CutoverScreen
import Testing

@testable import CutoverDashboard

/// What stands in the box before traffic moves.
@Suite struct QuestionTests {
    /// The rows of the box alone: the checks stand on the page behind it too.
    private func box(_ snapshot: EngineSnapshot, _ keys: Key...) -> String {
        var console = Console(snapshot)
        for key in keys { console.press(key) }
        return console.frame.text.split(separator: "\n")
            .filter { $0.contains("│") || $0.contains("┌") }
            .joined(separator: "\n")
    }

    @Test func checksAndVerdictsStandOnlyWhereTheCandidateGoesForward() {
        #expect(box(Scenario.gate, "p").contains("checks  ✓ smoke"))
        #expect(box(Scenario.anomaly, "c").contains("now: fail"))
        #expect(!box(Scenario.gate, "r").contains("smoke"))
        #expect(!box(Scenario.anomaly, "r").contains("now: fail"))
        // It is about a release that none of them has seen.
        let deploy = box(Scenario.gate, "d", .enter)
        #expect(deploy.contains("DEPLOY v43 to checkout"))
        #expect(!deploy.contains("smoke"))
    }

    @Test func theTitleNamesWhatGetsTheTraffic() {
        #expect(box(Scenario.gate, "p").contains("PROMOTE checkout to GREEN v42 (rev 7)"))
        #expect(box(Scenario.anomaly, "c").contains("CONTINUE checkout with GREEN v42 (rev 7)"))
        #expect(box(Scenario.anomaly, "r").contains("ROLLBACK checkout to BLUE v41 (rev 7)"))
        #expect(box(Scenario.rollingHeld, "r").contains("ROLLBACK search to "))
    }

    @Test func theAnswersStandInOneRowOnEveryScreen() {
        for columns in 30...120 {
            var console = Console(Scenario.gate, size: Size(columns: columns, rows: 24))
            console.press("r")
            let rows = console.frame.text.split(separator: "\n")
            let answers = rows.filter {
                $0.contains("y to roll back") || $0.contains("y rolls back")
            }
            #expect(answers.count == 1 && answers[0].contains("cancel"), "\(columns)")
        }
    }
}
