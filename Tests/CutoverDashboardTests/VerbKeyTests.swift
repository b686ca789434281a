import CutoverCore
import CutoverScreen
import Testing

@testable import CutoverDashboard

/// What the keys that move traffic do, and above all what they do not.
@Suite struct VerbKeyTests {
    @Test func promoteAsksAndOnlyYSends() {
        var console = Console(Scenario.gate)
        console.press("p")
        #expect(console.sent.isEmpty)
        #expect(console.frame.text.contains("PROMOTE checkout to GREEN v42 (rev 7)"))
        console.press("y")
        let expected = EngineCommand.Expectation(rollout: RolloutID(rawValue: 18), revision: 7)
        #expect(
            console.sent == [
                EngineCommand(
                    service: ServiceName(rawValue: "checkout"),
                    action: .promote,
                    expected: expected,
                    actor: Actor(name: "alice@pts/3")
                )
            ]
        )
    }

    @Test(arguments: [.enter, .escape, "n", "p", "Y", " ", .tab, .function(1), .up] as [Key])
    func everythingButYCancels(key: Key) {
        var console = Console(Scenario.gate)
        console.press("p", key)
        #expect(console.sent.isEmpty)
        #expect(console.model.modal == nil)
        #expect(console.message == "promote checkout cancelled: nothing was changed")
    }

    @Test func rollbackTakesTwoKeysInEveryPhase() {
        for snapshot in [
            Scenario.starting, Scenario.gate, Scenario.anomaly, Scenario.paused, Scenario.warm,
            Scenario.draining, Scenario.rollingHeld, Scenario.rollingBatch,
        ] {
            for environment in ["staging", "production"] {
                var snapshot = snapshot
                snapshot.environment = environment
                var console = Console(snapshot)
                console.press("r", "y")
                #expect(console.sent.map(\.action) == [.rollback])
            }
        }
    }

    @Test func pauseNeedsNoAnswer() {
        var console = Console(Scenario.gate)
        console.press(" ")
        #expect(console.sent.map(\.action) == [.pause])
    }

    @Test func pauseNeverContinues() {
        var console = Console(Scenario.paused)
        console.press(" ")
        #expect(console.sent.isEmpty)
        #expect(console.message.contains("paused already"))
    }

    @Test func continueAsksOnlyWhereSomethingSaysNo() {
        var calm = Console(Scenario.paused)
        calm.press("c")
        #expect(calm.sent.map(\.action) == [.continue])
        var held = Console(Scenario.anomaly)
        held.press("c")
        #expect(held.sent.isEmpty)
        held.press("y")
        #expect(held.sent.map(\.action) == [.continue])
    }

    @Test func promoteAgainstAFailureNeedsTheNameAndThenY() {
        var console = Console(Scenario.anomaly)
        console.press("p", "y")
        #expect(console.sent.isEmpty)
        console.press(.backspace)
        console.type("check")
        console.show(Scenario.anomaly)
        console.type("out")
        #expect(console.sent.isEmpty)
        console.press("y")
        #expect(console.sent.map(\.action) == [.promote])
    }

    @Test func enterAfterTheNameCancels() {
        var console = Console(Scenario.anomaly)
        console.press("p")
        console.type("checkout")
        console.press(.enter)
        #expect(console.sent.isEmpty)
        #expect(console.model.modal == nil)
    }

    @Test func aRefusedVerbAnswersWithItsReason() {
        var console = Console(Scenario.starting)
        console.press("p")
        #expect(console.model.modal == nil)
        #expect(
            console.message == "promote checkout unavailable: green v42 is not healthy yet (2 of 4)"
        )
        #expect(console.frame.text.contains("green v42 is not healthy yet"))
    }

    @Test func theReplyStandsInTheMessageRow() throws {
        var console = Console(Scenario.gate)
        console.press("p", "y")
        let sent = try #require(console.sent.first)
        let inverse = Deed.Inverse(.rollback, "returns to v41 (warm 10m)")
        let deed = Deed("promoted v42 from 0 to 100 %", inverse: inverse)
        console.give(.reply(.accepted(deed), to: sent))
        let words = "checkout: promoted v42 from 0 to 100 %; r returns to v41 (warm 10m)"
        #expect(console.frame.text.contains(words))
        console.give(.reply(.refused(reason: "checkout is at rev 9"), to: sent))
        #expect(console.message == "promote checkout refused: checkout is at rev 9")
    }

    @Test(arguments: Verb.allCases)
    func staleFiguresRefuseEveryVerb(verb: Verb) {
        var console = Console(Scenario.paused)
        console.wait(.seconds(4))
        console.give(.keys([.character(verb.key)]))
        #expect(console.sent.isEmpty)
        #expect(console.model.modal == nil)
        #expect(console.message.contains("the data is 4s old"))
    }

    @Test func anAnswerToStaleFiguresIsNotSent() {
        var console = Console(Scenario.gate)
        console.press("p")
        console.wait(.seconds(4))
        console.press("y")
        #expect(console.sent.isEmpty)
        #expect(console.message.contains("old"))
    }

    @Test func anEngineThatRepeatsItselfIsStale() {
        var console = Console(Scenario.gate)
        for _ in 0..<5 {
            console.wait(.seconds(1))
            console.give(.snapshot(Scenario.gate))
        }
        #expect(console.model.blindness == "the data is 5s old")
    }

    @Test func anUnreachableEngineRefusesUntilItTellsSomething() {
        var console = Console(Scenario.gate)
        console.give(.disconnected(reason: "connection refused"))
        console.press("r")
        #expect(console.model.modal == nil)
        #expect(console.message.contains("connection refused"))
        let banner = "ENGINE GONE 0s: traffic goes on; q, then `cutover` takes over"
        #expect(console.frame.text.contains(banner))
        console.show(Scenario.gate)
        console.press("r", "y")
        #expect(console.sent.map(\.action) == [.rollback])
    }

    @Test func aScreenTooSmallToShowTheTargetMovesNothing() {
        var console = Console(Scenario.gate, size: Size(columns: 10, rows: 3))
        console.press(" ", "r", "y")
        #expect(console.sent.isEmpty)
    }

    @Test func confirmationLevelsAreThisTable() {
        typealias Level = ConfirmationLevel
        let table: [(Verb, calm: Level, failing: Level, production: Level, both: Level)] = [
            (.pause, .safe, .safe, .safe, .safe),
            (.continue, .safe, .normal, .normal, .grave),
            (.promote, .normal, .grave, .grave, .grave),
            (.rollback, .normal, .normal, .normal, .normal),
            (.deploy, .normal, .normal, .grave, .grave),
        ]
        #expect(Set(table.map(\.0)) == Set(Verb.allCases))
        for (verb, calm, failing, production, both) in table {
            #expect(Level(verb, isAgainstFailure: false, isProduction: false) == calm)
            #expect(Level(verb, isAgainstFailure: true, isProduction: false) == failing)
            #expect(Level(verb, isAgainstFailure: false, isProduction: true) == production)
            #expect(Level(verb, isAgainstFailure: true, isProduction: true) == both)
        }
    }

    @Test func verbsAreSmallLettersOrTheSpaceBar() {
        for verb in Verb.allCases {
            #expect(verb.key == " " || ("a"..."z").contains(verb.key))
            #expect(verb.key != "y")
        }
        #expect(Set(Verb.allCases.map(\.key)).count == Verb.allCases.count)
    }
}
