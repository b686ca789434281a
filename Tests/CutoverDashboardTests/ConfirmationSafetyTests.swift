import CutoverCore
import CutoverScreen
import Testing

@testable import CutoverDashboard

/// Properties that hold for every key from every screen.
@Suite struct ConfirmationSafetyTests {
    static let keys: [Key] =
        (0x20...0x7E).compactMap { Unicode.Scalar($0).map(Key.character) }
        + "abcdlpruyz".unicodeScalars.map(Key.control)
        + [
            .enter, .escape, .tab, .backTab, .up, .down, .left, .right, .home, .end, .pageUp,
            .pageDown, .backspace, .delete, .insert, .function(1), .function(9), .alt("y"),
            .alt("p"), .unknown, .pasteEnd,
        ]

    /// The ways to each screen from which the sequences start.
    static let screens: [[Key]] = [
        [], [.tab], [.tab, .tab], ["?"], ["e"], ["E"], ["i"], ["l"], ["t"], ["/"], ["f"], ["d"],
        ["q"], ["p"], ["r"],
    ]

    /// A command that moves traffic without its answer would be found here, whatever the key.
    @Test(arguments: screens)
    func noTwoKeysMoveTrafficWithoutTheirAnswer(screen: [Key]) {
        let calm = screen.isEmpty ? [Scenario.paused, Scenario.rollingHeld] : []
        for snapshot in [Scenario.gate, Scenario.anomaly] + calm {
            var start = Console(snapshot)
            for key in screen { start.press(key) }
            start.forgetCommands()
            for first in Self.keys {
                var middle = start
                middle.press(first)
                check(middle, last: first, question: start.question, screen: screen)
                middle.forgetCommands()
                for second in Self.keys {
                    var end = middle
                    end.press(second)
                    check(end, last: second, question: middle.question, screen: screen)
                }
            }
        }
    }

    private func check(_ console: Console, last: Key, question: Question, screen: [Key]) {
        for command in console.sent {
            switch command.action {
            case .pause: continue
            case .continue where question == .none && last == "c":
                // Its level is safe: nothing says no.
                let service = console.model.latestService(command.service)
                #expect(service?.isFailing == false)
            case .promote, .rollback, .deploy, .continue:
                #expect(last == "y" && question == .awaitsYes, "\(screen) \(last) \(command)")
            }
        }
    }

    /// Nobody can have meant what was not on screen for a moment.
    @Test func keysOfTheFirstMomentAnswerNothing() {
        for delay in [0, 1, 100, 249] {
            var console = Console(Scenario.gate)
            console.press("p")
            console.wait(.milliseconds(delay))
            console.give(.keys(["y"]))
            #expect(console.sent.isEmpty)
            #expect(console.model.modal != nil, "an early key neither answers nor cancels")
        }
    }

    @Test func aQuestionThatNeverReachedTheTerminalCannotBeAnswered() {
        var console = Console(Scenario.gate)
        console.give(.keys(["p"]))
        console.wait(.seconds(2))
        console.give(.keys(["y"]))
        #expect(console.sent.isEmpty)
    }

    @Test func aKeyHeldDownAnswersNothing() {
        var console = Console(Scenario.gate)
        console.press("p")
        for _ in 0..<40 {
            console.wait(.milliseconds(33))
            console.give(.keys(["y"]))
            console.give(.drawn)
        }
        #expect(console.sent.isEmpty)
        console.wait(.milliseconds(200))
        console.give(.keys(["y"]))
        #expect(console.sent.map(\.action) == [.promote])
    }

    @Test func theOpenerHeldDownOpensAndStopsThere() {
        var console = Console(Scenario.gate)
        console.press("r")
        for _ in 0..<40 {
            console.wait(.milliseconds(33))
            console.give(.keys(["r"]))
            console.give(.drawn)
        }
        #expect(console.model.modal?.movesTraffic == true)
        #expect(console.sent.isEmpty)
    }

    @Test func textPastedWithBracketsActsNowhere() {
        var console = Console(Scenario.paused)
        let text = "c r y checkout\n".unicodeScalars.map { $0 == "\n" ? Key.enter : .character($0) }
        console.press(.pasteBegin)
        console.give(.keys(text))
        console.give(.keys([.pasteEnd]))
        #expect(console.sent.isEmpty)
        #expect(console.model.modal == nil)
        #expect(console.message.contains("paste"))
    }

    @Test func aPasteWithoutEndIsOverAfterASecond() {
        var console = Console(Scenario.paused)
        console.press(.pasteBegin)
        console.give(.keys(["c"]))
        #expect(console.sent.isEmpty)
        console.wait(.milliseconds(1_001))
        console.give(.keys(["c"]))
        #expect(console.sent.map(\.action) == [.continue])
    }

    @Test func textPastedWithoutBracketsActsNowhere() {
        var console = Console(Scenario.paused)
        console.wait(.milliseconds(500))
        console.give(.keys("continue please".unicodeScalars.map(Key.character)))
        #expect(console.sent.isEmpty)
        #expect(console.message.contains("paste"))
        // What is left of it comes with the next read.
        console.wait(.milliseconds(20))
        console.give(.keys("c".unicodeScalars.map(Key.character)))
        #expect(console.sent.isEmpty)
    }

    @Test func aBurstTakesTheQuestionAwayThatItOpened() {
        var console = Console(Scenario.gate)
        console.wait(.milliseconds(500))
        for scalar in "rolling".unicodeScalars {
            console.give(.keys([.character(scalar)]))
            console.wait(.milliseconds(2))
        }
        console.give(.keys(["x", "x"]))
        #expect(console.model.modal == nil)
        #expect(console.sent.isEmpty)
    }

    @Test func theCursorKeysHeldDownAreNoPaste() {
        var console = Console(Scenario.forty)
        console.wait(.milliseconds(500))
        console.give(.keys(.init(repeating: "j", count: 12)))
        #expect(console.model.service?.name.rawValue == "service-13")
    }
}

/// What the last frame asked.
enum Question {
    case none
    case awaitsName
    case awaitsYes
}

extension Console {
    var question: Question {
        switch model.modal {
        case .confirmation(let confirmation): confirmation.awaitsYes ? .awaitsYes : .awaitsName
        case .quit(let question): question.kind == .choose ? .none : .awaitsYes
        case .deploy, .themes, .filter, nil: .none
        }
    }
}
