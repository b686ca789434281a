import CutoverCore
import CutoverScreen
import Testing

@testable import CutoverDashboard

/// A command is about what the operator saw, however the world moves meanwhile.
@Suite struct TargetTests {
    /// Services whose order, revisions and rollouts change at random.
    private static func world(_ random: inout SplitMix) -> EngineSnapshot {
        var services = ["alpha", "beta", "gamma"].map { name in
            var service =
                random.next(below: 4) == 0 ? Scenario.anomalyService : Scenario.gateService()
            service.name = ServiceName(rawValue: name)
            service.rollout?.revision = 1 + random.next(below: 3)
            service.rollout?.id = RolloutID(rawValue: 18 + random.next(below: 2))
            return service
        }
        if random.next(below: 3) == 0 { services.swapAt(0, 2) }
        if random.next(below: 8) == 0 { services.removeLast() }
        return snapshot(services)
    }

    /// What the last frame showed as selected, or as asked: read off the screen, not off the model.
    private struct Sight: Equatable {
        var title = ""
        var question = ""

        init(_ frame: Buffer) {
            for line in frame.text.split(separator: "\n").map(String.init) {
                if line.hasPrefix("── "), title.isEmpty { title = line }
                if line.contains("PROMOTE ") || line.contains("ROLLBACK ")
                    || line.contains("CONTINUE ")
                {
                    question = line
                }
            }
        }

        func shows(_ command: EngineCommand, asked: Bool) -> Bool {
            let words = asked ? question : title
            return words.contains(command.service.rawValue)
                && words.contains("rev \(command.expected?.revision ?? -1)")
        }
    }

    @Test func everyCommandIsAboutWhatTheLastFrameShowed() {
        var sent = 0
        for seed in 1...60 {
            var random = SplitMix(seed: UInt64(seed))
            var console = Console(Self.world(&random))
            var sight = Sight(console.frame)
            for _ in 0..<60 {
                console.forgetCommands()
                let wasAsked = console.question == .awaitsYes
                switch random.next(below: 10) {
                case 0..<3:
                    // The state changes, and often no frame shows it before the next key.
                    var snapshot = Self.world(&random)
                    console.wait(.milliseconds(random.next(below: 400)))
                    snapshot.at = console.now
                    console.give(.snapshot(snapshot))
                    if random.next(below: 2) == 0 { continue }
                case 3:
                    console.wait(.milliseconds(300))
                    console.give(.keys([random.next(below: 2) == 0 ? "j" : "k"]))
                    if random.next(below: 2) == 0 { continue }
                case 4..<7:
                    console.wait(.milliseconds(300))
                    let keys: [Key] = ["p", "r", "c", " "]
                    console.give(.keys([keys[random.next(below: keys.count)]]))
                default:
                    console.wait(.milliseconds(random.next(below: 400)))
                    console.give(.keys(["y"]))
                }
                for command in console.sent {
                    sent += 1
                    #expect(
                        sight.shows(command, asked: wasAsked),
                        "seed \(seed) \(command) \(sight)"
                    )
                }
                console.give(.drawn)
                sight = Sight(console.frame)
            }
        }
        #expect(sent > 100, "the walk has to send commands to prove anything; it sent \(sent)")
    }

    @Test func aQuestionAboutAnOlderRevisionAsksAnew() {
        var console = Console(Scenario.gate)
        console.press("p")
        var changed = Scenario.gate
        changed.services[0].rollout?.revision = 8
        console.wait(.milliseconds(300))
        console.show(changed)
        console.give(.keys(["y"]))
        #expect(console.sent.isEmpty, "the new question is not armed yet")
        #expect(console.frame.text.contains("(rev 8)"))
        #expect(console.frame.text.contains("read it again"))
        console.press("y")
        #expect(console.sent.map { $0.expected?.revision } == [8])
    }

    @Test func aGateThatFlipsMakesTheQuestionGrave() {
        var console = Console(Scenario.gate)
        console.press("p")
        var changed = Scenario.gate
        changed.services[0].rollout?.verdict = Scenario.verdict(.fail)
        console.show(changed)
        console.press("y")
        #expect(console.sent.isEmpty)
        #expect(console.frame.text.contains("Type checkout to go on"))
    }

    @Test func aVerbThatBecomesImpossibleClosesItsQuestion() {
        var console = Console(Scenario.gate)
        console.press("p")
        var changed = Scenario.gate
        changed.services[0].availability[.promote] = .refused(reason: "the gate expired")
        console.show(changed)
        #expect(console.model.modal == nil)
        #expect(console.message == "promote checkout cancelled: the gate expired")
    }

    @Test func anotherRolloutClosesTheQuestion() {
        var console = Console(Scenario.gate)
        console.press("r")
        var changed = Scenario.gate
        changed.services[0].rollout?.id = RolloutID(rawValue: 19)
        console.show(changed)
        #expect(console.model.modal == nil)
        #expect(console.message.contains("another rollout has begun"))
    }

    @Test func theNumbersOfTheEffectMayChangeUnderTheAnswer() {
        var console = Console(Scenario.gate)
        console.press("r")
        var changed = Scenario.gate
        changed.services[0].availability[.rollback] = .possible(effect: "drains 24 in flight")
        console.wait(.milliseconds(300))
        console.show(changed)
        console.give(.keys(["y"]))
        #expect(console.sent.map(\.action) == [.rollback])
    }

    @Test func aKeyAfterAMoveThatNoFrameShowedDoesNothing() {
        var console = Console(Scenario.gate)
        console.wait(.milliseconds(300))
        console.give(.keys(["j", " "]))
        #expect(console.sent.isEmpty)
        #expect(console.message.contains("was not on screen yet"))
    }

    @Test func theCursorStaysOnItsServiceWhenTheOrderChanges() {
        var console = Console(Scenario.gate)
        console.press("j")
        var changed = Scenario.gate
        changed.services.reverse()
        console.show(changed)
        #expect(console.model.service?.name.rawValue == "cart")
    }
}

/// A small generator that gives the same numbers everywhere.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}
