import CutoverCore
import CutoverScreen

@testable import CutoverDashboard

/// Every state of the screen that has a golden file.
enum FrameCatalog {
    static let sizes = [
        Size(columns: 30, rows: 8), Size(columns: 40, rows: 10), Size(columns: 60, rows: 15),
        Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 200, rows: 60),
    ]

    struct Subject {
        let name: String
        let snapshot: EngineSnapshot?
        var keys: [Key] = []
        var glyphs = Glyphs.unicode
        /// How long nothing was heard of the engine.
        var silence = Duration.zero
        var environment: String?
    }

    static let subjects: [Subject] = [
        Subject(name: "waiting", snapshot: nil),
        Subject(name: "empty", snapshot: Scenario.empty),
        Subject(name: "steady", snapshot: Scenario.steady),
        Subject(name: "starting", snapshot: Scenario.starting),
        Subject(name: "gate", snapshot: Scenario.gate),
        Subject(name: "gate-ascii", snapshot: Scenario.gate, glyphs: .ascii),
        Subject(name: "anomaly", snapshot: Scenario.anomaly),
        Subject(name: "anomaly-ascii", snapshot: Scenario.anomaly, glyphs: .ascii),
        Subject(name: "paused", snapshot: Scenario.paused),
        Subject(name: "warm", snapshot: Scenario.warm),
        Subject(name: "draining", snapshot: Scenario.draining),
        Subject(name: "rolled-back", snapshot: Scenario.rolledBack),
        Subject(name: "rolling-batch", snapshot: Scenario.rollingBatch),
        Subject(name: "rolling-held", snapshot: Scenario.rollingHeld),
        Subject(name: "rolling-held-ascii", snapshot: Scenario.rollingHeld, glyphs: .ascii),
        Subject(name: "stale", snapshot: Scenario.paused, silence: .seconds(7)),
        Subject(name: "frozen", snapshot: Scenario.gate, keys: ["f"]),
        Subject(name: "forty", snapshot: Scenario.forty, keys: .init(repeating: "j", count: 12)),
        Subject(name: "hostile", snapshot: Scenario.hostile),
        Subject(name: "instances-focus", snapshot: Scenario.starting, keys: [.enter, "j"]),
        Subject(name: "help", snapshot: Scenario.gate, keys: ["?"]),
        Subject(name: "events", snapshot: Scenario.gate, keys: ["E"]),
        Subject(name: "instance", snapshot: Scenario.starting, keys: ["i"]),
        Subject(name: "log", snapshot: Scenario.starting, keys: ["l"]),
        Subject(name: "filter", snapshot: Scenario.gate, keys: ["/", "a"]),
        Subject(name: "themes", snapshot: Scenario.gate, keys: ["t"]),
        Subject(name: "promote", snapshot: Scenario.gate, keys: ["p"]),
        Subject(name: "promote-grave", snapshot: Scenario.anomaly, keys: ["p", "c", "h"]),
        Subject(
            name: "promote-production",
            snapshot: Scenario.gate,
            keys: ["p"],
            environment: "production"
        ),
        Subject(name: "rollback", snapshot: Scenario.anomaly, keys: ["r"]),
        Subject(name: "refused", snapshot: Scenario.starting, keys: ["p"]),
        Subject(name: "cancelled", snapshot: Scenario.gate, keys: ["p", .enter]),
        Subject(name: "deploy-form", snapshot: Scenario.steady, keys: ["d"]),
        Subject(name: "deploy-new", snapshot: Scenario.steady, keys: ["d", "v", "4", "4"]),
        Subject(name: "deploy-question", snapshot: Scenario.steady, keys: ["d", .down, .enter]),
        Subject(name: "quit", snapshot: Scenario.gate, keys: ["q"]),
        Subject(name: "quit-rollback", snapshot: Scenario.gate, keys: ["q", "r"]),
    ]

    static func console(_ subject: Subject, _ size: Size) -> Console {
        var snapshot = subject.snapshot
        if let environment = subject.environment { snapshot?.environment = environment }
        var console = Console(snapshot, size: size, glyphs: subject.glyphs)
        for key in subject.keys {
            console.answerRead()
            console.press(key)
            if let snapshot { console.show(snapshot) }
        }
        if subject.silence > .zero {
            console.wait(subject.silence)
            console.give(.tick)
        }
        console.answerRead()
        return console
    }

    static func fileName(_ subject: Subject, _ size: Size) -> String {
        "\(subject.name)-\(size.columns)x\(size.rows).txt"
    }
}
