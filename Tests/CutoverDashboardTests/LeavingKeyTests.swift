import CutoverCore
import CutoverScreen
import Testing

@testable import CutoverDashboard

/// What the keys that leave ask, do and say.
@Suite struct LeavingKeyTests {
    @Test func withoutALiveRolloutQuitAsksNothing() {
        var console = Console(Scenario.steady)
        console.press("q")
        #expect(console.commands.contains(.quit(.atOnce)))
    }

    @Test func whereAnotherProcessHostsTheEngineQuitAsksNothing() {
        var console = Console(Scenario.gate, hosting: .elsewhere)
        console.press("q")
        #expect(console.commands.contains(.quit(.atOnce)))
    }

    @Test func quitKeepsGoingHoldsRollsBackOrStays() {
        var background = Console(Scenario.gate)
        background.press("q", "b")
        #expect(background.commands.last == .quit(.inBackground))
        #expect(background.sent.isEmpty)

        var holding = Console(Scenario.gate)
        holding.press("q", "h")
        #expect(holding.sent.map(\.action) == [.pause])
        #expect(holding.commands.last == .quit(.holding))

        var back = Console(Scenario.gate)
        back.press("q", "r")
        #expect(back.sent.isEmpty)
        back.press("y")
        #expect(back.sent.map(\.action) == [.rollback])
        #expect(back.commands.last == .quit(.rollingBack))

        var staying = Console(Scenario.gate)
        staying.press("q", "y")
        #expect(staying.sent.isEmpty)
        #expect(!staying.commands.contains { if case .quit = $0 { true } else { false } })
    }

    @Test func suspendPausesALiveRolloutFirstAndSaysSo() {
        var console = Console(Scenario.gate)
        console.forgetCommands()
        console.press(.control("z"))
        #expect(console.sent.map(\.action) == [.pause])
        #expect(console.commands.last == .suspend)
        #expect(console.message.contains("paused checkout"))
    }

    @Test func suspendWithoutALiveRolloutPausesNothing() {
        var console = Console(Scenario.warm)
        console.forgetCommands()
        console.press(.control("z"))
        #expect(console.commands == [.suspend])
    }

    @Test func controlCCancelsAQuestionAndElseQuits() {
        var console = Console(Scenario.gate)
        console.press("p", .control("c"))
        #expect(console.model.modal == nil)
        #expect(console.sent.isEmpty)
        console.press(.control("c"))
        #expect(console.frame.text.contains("keep going in the background"))
    }

    @Test func theQuestionNamesTheReleasesThatItIsAbout() {
        var console = Console(Scenario.gate)
        console.press("q")
        #expect(console.frame.text.contains("checkout  v41 → v42: gate 3/7"))
    }

    @Test func theReplyToThePauseOfASuspensionDoesNotHideIt() throws {
        var console = Console(Scenario.gate)
        console.press(.control("z"))
        let sent = try #require(console.sent.first)
        // Brought back an hour later.
        console.wait(.seconds(3600))
        console.give(.resumed)
        console.give(.reply(.accepted(Deed("paused, waits at the gate")), to: sent))
        #expect(console.message.hasPrefix("paused checkout because the engine was suspended"))
        console.show(Scenario.gate)
        console.press(" ")
        let again = try #require(console.sent.last)
        var other = again
        other.expected?.revision = 8
        console.give(.reply(.accepted(Deed("paused")), to: other))
        #expect(console.message == "checkout: paused")
    }

    @Test func aPauseThatASuspensionDidNotGetIsSaid() throws {
        var console = Console(Scenario.gate)
        console.press(.control("z"))
        let sent = try #require(console.sent.first)
        console.give(.resumed)
        console.give(.reply(.refused(reason: "the disk is full"), to: sent))
        #expect(console.message == "pause checkout refused: the disk is full")
    }

    @Test func theDemoAsksBeforeItEndsALiveRollout() {
        for opener in ["q", .control("c")] as [Key] {
            var console = Console(Scenario.gate, hosting: .demo)
            console.press(opener)
            #expect(console.frame.text.contains("QUIT THE DEMO"))
            #expect(!console.commands.contains(.quit(.atOnce)))
            var staying = console
            staying.press("b")
            #expect(staying.model.modal == nil)
            #expect(!staying.commands.contains { if case .quit = $0 { true } else { false } })
            console.press("y")
            #expect(console.commands.last == .quit(.atOnce))
            #expect(console.sent.isEmpty)
        }
    }

    @Test func theDemoAtRestEndsAtOnce() {
        var console = Console(Scenario.warm, hosting: .demo)
        console.press("q")
        #expect(console.commands.last == .quit(.atOnce))
    }

    @Test func suspendingTheDemoPausesItsRollouts() {
        var console = Console(Scenario.gate, hosting: .demo)
        console.press(.control("z"))
        #expect(console.sent.map(\.action) == [.pause])
    }

    @Test func suspendingAnAttachedDashboardPausesNothing() {
        var console = Console(Scenario.gate, hosting: .elsewhere)
        console.forgetCommands()
        console.press(.control("z"))
        #expect(console.commands == [.suspend])
    }

    // MARK: - What the shell says

    @Test func theShellNamesEachLiveRolloutAndItsEngine() {
        let driver = Farewell.Driver.background(processID: 8474, log: "/state/engine.log")
        let text = Farewell(Scenario.gate, driver: driver, glyphs: .unicode).text
        let lines = text.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(
            lines[0].hasPrefix("checkout v41 → v42, gate until 13:09:27Z: The gate waits for you")
        )
        #expect(
            lines[1].hasPrefix("The engine goes on as process 8474 and writes to /state/engine.log")
        )
    }

    @Test func theShellSaysThatNobodyDrivesAHeldRollout() {
        let text = Farewell(Scenario.paused, driver: .nobody, glyphs: .ascii).text
        #expect(text.hasPrefix("checkout v41 -> v42: Paused by alice@pts/3 at 20 %"))
        #expect(text.contains("No engine runs: nothing advances until `cutover` is opened again"))
    }

    @Test func withoutALiveRolloutAndAnEngineTheShellSaysNothing() {
        #expect(Farewell(Scenario.steady, driver: .nobody, glyphs: .unicode).text == "")
    }
}
