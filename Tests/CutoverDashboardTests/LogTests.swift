import CutoverCore
import CutoverScreen
import Testing

@testable import CutoverDashboard

/// What an instance wrote: asked for while it is on screen, and never made up.
@Suite struct LogTests {
    private let service = ServiceName(rawValue: "checkout")
    private let sick = InstanceID(rollout: RolloutID(rawValue: 18), number: 4)

    @Test func theLogIsAskedForWhileItIsOnScreen() {
        var console = Console(Scenario.starting)
        console.press("l")
        #expect(console.commands.last == .readLog(sick, of: service))
        console.give(.log(sick, of: service, lines: ["one", "two \u{1B}[2J"]))
        #expect(console.frame.text.contains("two ^[[2J"))
        console.forgetCommands()
        console.wait(.seconds(1))
        console.give(.tick)
        #expect(console.commands == [.readLog(sick, of: service)])
        console.press(.escape)
        console.forgetCommands()
        console.wait(.seconds(1))
        console.give(.tick)
        #expect(console.commands == [])
    }

    /// An engine that tells something four times a second leaves no second without news.
    @Test func snapshotsKeepTheLogFollowing() {
        var console = Console(Scenario.starting)
        console.press("l")
        for _ in 0..<12 {
            console.wait(.milliseconds(250))
            console.show(Scenario.starting)
            console.give(.log(sick, of: service, lines: ["line"]))
        }
        let reads = console.commands.count { $0 == .readLog(sick, of: service) }
        #expect((3...4).contains(reads), "\(reads) in three seconds")
    }

    @Test func aSlowAnswerIsWaitedForAndALostOneIsNot() {
        var console = Console(Scenario.starting)
        console.press("l")
        console.forgetCommands()
        console.wait(.seconds(4))
        console.give(.tick)
        #expect(console.commands == [])
        console.wait(.seconds(1))
        console.give(.tick)
        #expect(console.commands == [.readLog(sick, of: service)])
    }

    @Test(
        arguments: [
            (["i"], Size(columns: 80, rows: 40)), ([], Size(columns: 120, rows: 50)),
            ([], Size(columns: 200, rows: 60)),
        ] as [([Key], Size)]
    )
    func theInstanceOnScreenShowsWhatItWrote(keys: [Key], size: Size) {
        // A candidate at its gate: no instance has ended, so that none has kept a log.
        var console = Console(Scenario.gate, size: size)
        for key in keys { console.press(key) }
        let id = InstanceID(rollout: RolloutID(rawValue: 18), number: 1)
        #expect(console.commands.contains(.readLog(id, of: service)))
        #expect(console.frame.text.contains("log not read yet"))
        #expect(!console.frame.text.contains("it has written nothing"))
        console.give(.log(id, of: service, lines: ["GET /cart 200"]))
        #expect(console.frame.text.contains("GET /cart 200"))
        console.wait(.seconds(1))
        console.give(.log(id, of: service, lines: []))
        #expect(console.frame.text.contains("it has written nothing"))
    }

    @Test func anotherInstanceIsReadBeforeItsLogIsSpokenOf() {
        var console = Console(Scenario.gate, size: Size(columns: 120, rows: 50))
        let first = InstanceID(rollout: RolloutID(rawValue: 18), number: 1)
        console.give(.log(first, of: service, lines: ["of the first"]))
        console.press(.tab, "j")
        #expect(!console.frame.text.contains("of the first"))
        #expect(console.frame.text.contains("log not read yet"))
    }
}
