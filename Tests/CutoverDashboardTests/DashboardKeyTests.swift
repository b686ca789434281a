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

    @Test func aFilterThatIsGivenUpBringsTheCursorBack() {
        var console = Console(Scenario.gate)
        console.press("j", "j")
        #expect(console.model.service?.name.rawValue == "auth")
        console.press("/", "c")
        #expect(console.model.service?.name.rawValue == "checkout")
        console.press(.backspace, "z", "z")
        #expect(console.model.service == nil)
        console.press(.escape)
        #expect(console.model.service?.name.rawValue == "auth")
        console.press("/", "z", .enter, "r")
        #expect(console.message == "there is no service to rollback")
        console.press(.escape)
        #expect(console.model.service?.name.rawValue == "auth")
    }

    @Test(arguments: ["?", "e", "i", "l"] as [Key])
    func theFilterIsForTheOverview(page: Key) {
        var console = Console(Scenario.gate)
        console.press(page, "/", "z")
        #expect(console.model.visibleServices.count == 4)
        #expect(console.model.service?.name.rawValue == "checkout")
        #expect(console.frame.text.contains("esc"))
    }

    @Test func aFrozenDisplayStandsStillAndTheBannerDoesNot() {
        var console = Console(Scenario.gate)
        console.press("f")
        console.show(Scenario.anomaly)
        #expect(console.frame.text.contains("FROZEN"))
        #expect(console.frame.text.contains("gate      3/7"))
        #expect(console.frame.text.contains("checkout HELD 14s: v42 takes 100 %, p99 412ms/250ms"))
        console.press("r", "y")
        #expect(console.sent.map(\.action) == [.rollback])
    }

    /// A countdown that runs on would promise what nobody knows.
    @Test func clocksStandWhileTheDisplayIsFrozenOrNothingIsHeard() {
        let left = "gate 28:20 left"
        var frozen = Console(Scenario.gate)
        #expect(frozen.frame.text.contains(left))
        frozen.press("f")
        frozen.wait(.seconds(60))
        frozen.show(Scenario.gate)
        #expect(frozen.frame.text.contains(left))
        frozen.press("f")
        #expect(!frozen.frame.text.contains(left))

        var silent = Console(Scenario.gate)
        silent.wait(.seconds(60))
        silent.give(.tick)
        #expect(silent.frame.text.contains(left))
        silent.show(Scenario.gate)
        #expect(silent.frame.text.contains("gate 27:20 left"))
    }

    @Test func helpSaysForEachVerbWhatItWouldDoOrWhyNot() {
        var console = Console(Scenario.starting)
        console.press("?")
        let text = console.frame.text
        #expect(text.contains("discards green v42; blue v41 serves all along"))
        #expect(text.contains("not now: green v42 is not healthy yet (2 of 4)"))
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
        #expect(text.contains("cart: 3 requests failed at the proxy, none since 12:41:07"))
        #expect(Console(Scenario.steady).frame.text.contains("0 failed"))
    }

    @Test func aKeyWithoutAMeaningSaysSo() {
        var console = Console(Scenario.gate)
        console.press("P")
        #expect(console.message == "P does nothing here; ? lists the keys")
        #expect(console.sent.isEmpty)
    }
}
