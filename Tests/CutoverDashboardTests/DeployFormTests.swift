import CutoverCore
import CutoverScreen
import Testing

@testable import CutoverDashboard

/// The form offers what would be followed, and says of the rest why not.
@Suite struct DeployFormTests {
    /// `v43` was rolled back, `v42` failed, `v41` serves.
    private static var afterSetbacks: EngineSnapshot {
        var snapshot = Scenario.steady
        snapshot.services[0].standings = [
            ReleaseName(rawValue: "v43"): ReleaseStanding(
                setback: .init(wasRolledBack: true, at: noon - .seconds(40))
            ),
            ReleaseName(rawValue: "v42"): ReleaseStanding(
                setback: .init(wasRolledBack: false, at: noon - .seconds(240))
            ),
            ReleaseName(rawValue: "v41"): ReleaseStanding(obstacle: .live),
        ]
        return snapshot
    }

    @Test func theCursorStartsOnAReleaseThatHasNotComeToNothing() {
        var console = Console(Self.afterSetbacks)
        console.press("d")
        let text = console.frame.text
        #expect(text.contains("v43  rolled back 40s ago"))
        #expect(text.contains("v42  failed 4m00s ago"))
        #expect(text.contains("v41  live now"))
        #expect(text.contains("› v40"))
        console.press(.enter, "y")
        #expect(console.sent.map(\.action) == [.deploy(ReleaseName(rawValue: "v40"))])
    }

    @Test func aReleaseThatFailedCanBeChosenOnPurpose() {
        var console = Console(Self.afterSetbacks)
        console.press("d", .up, .up, .enter, "y")
        #expect(console.sent.map(\.action) == [.deploy(ReleaseName(rawValue: "v42"))])
    }

    @Test(arguments: DeployObstacle.allCases)
    func enterOnAReleaseThatWouldBeRefusedSaysWhyAndStays(obstacle: DeployObstacle) {
        var snapshot = Self.afterSetbacks
        let release = ReleaseName(rawValue: "v41")
        snapshot.services[0].standings[release] = ReleaseStanding(obstacle: obstacle)
        var console = Console(snapshot)
        console.press("d", "v", "4", "1")
        let reason = obstacle.reason(for: release)
        #expect(console.frame.text.contains("Not now: \(reason)"))
        console.press(.enter)
        #expect(console.frame.text.contains("DEPLOY to checkout"), "the form stays")
        #expect(console.message == "deploy checkout unavailable: \(reason)")
        console.press("y")
        #expect(console.sent.isEmpty)
    }

    @Test func theCursorStaysOnItsReleaseWhenAnotherIsDeployed() {
        var snapshot = Scenario.steady
        var console = Console(snapshot)
        console.press("d", .down)
        #expect(console.frame.text.contains("› v42"))
        snapshot.services[0].knownReleases.insert(ReleaseName(rawValue: "v44"), at: 0)
        console.show(snapshot)
        #expect(console.frame.text.contains("› v42"))
    }

    @Test func aQuestionAboutAReleaseThatHasBecomeNextCloses() {
        var snapshot = Scenario.steady
        var console = Console(snapshot)
        console.press("d", .enter)
        #expect(console.frame.text.contains("DEPLOY v43 to checkout"))
        let release = ReleaseName(rawValue: "v43")
        snapshot.services[0].standings[release] = ReleaseStanding(obstacle: .next)
        console.show(snapshot)
        #expect(console.model.modal == nil)
        #expect(console.message == "deploy v43 to checkout cancelled: v43 is already next")
    }
}
