import CutoverCore
import CutoverScreen
import Testing

@testable import CutoverDashboard

/// The keys that look, choose and leave.
@Suite struct DashboardKeyTests {
    // MARK: - The deploy form

    @Test func deployGoesThroughTheFormAndTheQuestion() {
        var console = Console(Scenario.steady)
        console.press("d", .down, .enter)
        #expect(console.sent.isEmpty)
        #expect(console.frame.text.contains("DEPLOY v42 to checkout (rev 7)"))
        console.press("y")
        #expect(console.sent.map(\.action) == [.deploy(ReleaseName(rawValue: "v42"))])
    }

    @Test func typingFiltersAndOffersTheNewName() {
        var console = Console(Scenario.steady)
        console.press("d", "v", "4")
        #expect(console.frame.text.contains("v4  new"))
        console.press("2")
        #expect(!console.frame.text.contains("v41  live now"))
        console.press(.enter, "y")
        #expect(console.sent.map(\.action) == [.deploy(ReleaseName(rawValue: "v42"))])
    }

    @Test func aNameThatNoReleaseCanHaveIsRefusedInTheForm() {
        var console = Console(Scenario.steady)
        console.press("d", "-", "x", .enter)
        #expect(console.message == "a release's name does not begin with -")
        console.press(.escape, "d", "a", " ", "b", .enter)
        #expect(console.message.contains("letters, digits"))
        #expect(console.sent.isEmpty)
    }

    @Test func aReleaseCanBePastedIntoTheForm() {
        var console = Console(Scenario.steady)
        console.press("d", .pasteBegin)
        console.give(.keys("registry/shop:2.1".unicodeScalars.map(Key.character)))
        console.press(.pasteEnd, .enter, "y")
        #expect(console.sent.map(\.action) == [.deploy(ReleaseName(rawValue: "registry/shop:2.1"))])
    }

    // MARK: - Leaving

    @Test func withoutALiveRolloutQuitAsksNothing() {
        var console = Console(Scenario.steady)
        console.press("q")
        #expect(console.commands.contains(.quit(.atOnce)))
    }

    @Test func whereAnotherProcessHostsTheEngineQuitAsksNothing() {
        var console = Console(Scenario.gate, hostsEngine: false)
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

    // MARK: - Looking

    @Test func movementKeysStayInTheList() {
        var console = Console(Scenario.forty)
        console.press("k")
        #expect(console.model.service?.name.rawValue == "checkout")
        console.press("G")
        #expect(console.model.service?.name.rawValue == "service-40")
        console.press("j", .control("u"))
        #expect(console.model.service?.name.rawValue == "service-28")
        console.press("g")
        #expect(console.model.service?.name.rawValue == "checkout")
    }

    @Test func theFilterNarrowsTheTableAndEscapeLiftsIt() {
        var console = Console(Scenario.gate)
        console.press("/", "a", "r", "t", .enter)
        #expect(console.model.visibleServices.map(\.name.rawValue) == ["cart"])
        #expect(console.model.service?.name.rawValue == "cart")
        console.press(.escape)
        #expect(console.model.visibleServices.count == 4)
        console.press("/", "!", "c", .enter)
        #expect(console.model.visibleServices.map(\.name.rawValue) == ["auth", "mailer"])
    }

    @Test func aFrozenDisplayStandsStillAndTheBannerDoesNot() {
        var console = Console(Scenario.gate)
        console.press("f")
        console.show(Scenario.anomaly)
        #expect(console.frame.text.contains("FROZEN"))
        #expect(console.frame.text.contains("gate      3/7"))
        #expect(console.frame.text.contains("candidate p99 412ms over 250ms"))
        console.press("r", "y")
        #expect(console.sent.map(\.action) == [.rollback])
    }

    @Test func helpSaysForEachVerbWhatItWouldDoOrWhyNot() {
        var console = Console(Scenario.starting)
        console.press("?")
        let text = console.frame.text
        #expect(text.contains("discards green v42; blue v41 serves all along"))
        #expect(text.contains("not now: green v42 is not healthy yet (2 of 4)"))
    }

    @Test func theLogIsAskedForWhileItIsOnScreen() {
        var console = Console(Scenario.starting)
        console.press("l")
        let id = InstanceID(rollout: RolloutID(rawValue: 18), number: 4)
        let service = ServiceName(rawValue: "checkout")
        #expect(console.commands.last == .readLog(id, of: service))
        console.give(.log(id, of: service, lines: ["one", "two \u{1B}[2J"]))
        #expect(console.frame.text.contains("two ^[[2J"))
        console.forgetCommands()
        console.give(.tick)
        #expect(console.commands == [.readLog(id, of: service)])
        console.press(.escape)
        console.forgetCommands()
        console.give(.tick)
        #expect(console.commands == [])
    }

    @Test func themesArePreviewedAndEscapeBringsTheOldOneBack() {
        var console = Console(Scenario.gate)
        console.press("t", "j")
        #expect(console.model.theme.name == "mono")
        console.press(.escape)
        #expect(console.model.theme.name == "midnight")
        console.press("t", "k", .enter)
        #expect(console.model.theme.name == "daylight")
    }

    @Test func theBellRingsOnceForEachProblem() {
        var console = Console(Scenario.gate)
        #expect(!console.commands.contains(.bell))
        console.show(Scenario.anomaly)
        console.wait(.seconds(1))
        console.show(Scenario.anomaly)
        #expect(console.commands.count { $0 == .bell } == 1)
    }

    @Test func anAcknowledgedProblemLeavesTheBannerUntilItComesBack() {
        var console = Console(Scenario.anomaly)
        console.press("a")
        #expect(console.model.problems.isEmpty)
        console.show(Scenario.gate)
        console.show(Scenario.anomaly)
        console.wait(.seconds(1))
        console.show(Scenario.anomaly)
        #expect(console.model.problems.count == 1)
    }

    @Test func theTitleOfTheTerminalNamesWhatIsHeld() {
        var console = Console(Scenario.steady)
        #expect(console.commands.contains(.setTitle("cutover shop")))
        console.show(Scenario.gate)
        #expect(console.commands.contains(.setTitle("cutover: 1 waits checkout")))
        console.wait(.seconds(1))
        console.show(Scenario.anomaly)
        #expect(console.commands.contains(.setTitle("cutover: 1 HELD checkout")))
    }

    @Test func failedRequestsAreCountedInTheHeaderAndTheBanner() {
        var snapshot = Scenario.steady
        snapshot.services[1].failedByProxy = 3
        let text = Console(snapshot).frame.text
        #expect(text.contains("3 failed"))
        #expect(text.contains("cart: 3 requests failed at the proxy (502, 503 or 504)"))
        #expect(Console(Scenario.steady).frame.text.contains("0 failed"))
    }

    @Test func aKeyWithoutAMeaningSaysSo() {
        var console = Console(Scenario.gate)
        console.press("P")
        #expect(console.message == "P does nothing here; ? lists the keys")
        #expect(console.sent.isEmpty)
    }
}
