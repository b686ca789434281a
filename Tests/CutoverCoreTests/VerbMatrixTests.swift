import CutoverCore
import CutoverTestSupport
import Foundation
import Testing

/// Every verb in every phase under every hold: whether it is offered, and that it is followed then.
///
/// `CUTOVER_UPDATE=1 swift test` writes the table anew.
@Suite struct VerbMatrixTests {
    private static let golden = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Golden/verbs.txt")

    /// A place to be in, and the way there.
    private struct Place {
        var name: String
        var scene: String
        var way: [String]
    }

    private static let blueGreen = "service count=2 live=v41 shift=20,100"
    private static let rolling = "service strategy=rolling count=2 live=v41"
    private static let toPreview = ["deploy v42", "ok", "healthy g1 g2", "wait 2s"]
    private static let toGate = toPreview + ["ok"]
    private static let toLastStep = toGate + ["promote", "ok", "promote"]
    private static let toBatch = ["deploy v42", "ok", "healthy i3", "wait 2s", "ok", "ok", "ok"]

    private static let places = [
        Place(name: "starting", scene: blueGreen, way: ["deploy v42"]),
        Place(name: "starting, preview", scene: blueGreen, way: toPreview),
        Place(name: "verifying", scene: blueGreen + " check=smoke", way: toGate),
        Place(
            name: "verifying, failed",
            scene: blueGreen + " check=smoke",
            way: toGate + ["check smoke fail 500"]
        ),
        Place(name: "gate", scene: blueGreen, way: toGate),
        Place(name: "gate, g2 sick", scene: blueGreen, way: toGate + ["unhealthy g2 503"]),
        Place(name: "shifting, applying", scene: blueGreen, way: toGate + ["promote"]),
        Place(name: "shifting, soaking", scene: blueGreen, way: toGate + ["promote", "ok"]),
        Place(name: "baking", scene: blueGreen, way: toLastStep + ["ok"]),
        Place(name: "warm", scene: blueGreen, way: toLastStep + ["ok", "wait 60s"]),
        Place(
            name: "draining",
            scene: blueGreen,
            way: toLastStep + ["ok", "wait 60s", "wait 10m"]
        ),
        Place(
            name: "draining, stopping",
            scene: blueGreen,
            way: toLastStep + ["ok", "wait 60s", "wait 10m", "ok"]
        ),
        Place(name: "replacing", scene: rolling, way: ["deploy v42"]),
        Place(name: "monitoring", scene: rolling, way: toBatch),
        Place(
            name: "gate behind a batch",
            scene: rolling + " gate-after=1",
            way: toBatch + ["wait 15s"]
        ),
        Place(name: "reverting", scene: blueGreen, way: toGate + ["rollback"]),
        Place(name: "finished", scene: blueGreen, way: ["deploy v42", "ok", "rollback", "ok"]),
        Place(name: "first, starting", scene: "service count=2", way: ["deploy v1"]),
        Place(
            name: "first, shifting",
            scene: "service count=2",
            way: ["deploy v1", "ok", "healthy b1 b2", "wait 2s"]
        ),
    ]

    private static let actor = Actor(name: "alice")

    @Test func everyVerbIsFollowedExactlyWhenItIsOffered() throws {
        var rows = ["place                | hold     | promote  pause    continue rollback"]
        for place in Self.places {
            let rollout = try #require(try stage(place).service.rollout)
            for hold in holds(at: rollout) {
                let machine = held(rollout, by: hold)
                let marks = [Verb.promote, .pause, .continue, .rollback].map { verb in
                    mark(verb, on: machine, at: place.name)
                }
                let columns = marks.map { padded($0, to: 8) }.joined(separator: " ")
                let name = padded(place.name, to: 20)
                let row = "\(name) | \(padded(hold.name, to: 8)) | \(columns)"
                rows.append(String(row.reversed().drop { $0 == " " }.reversed()))
            }
        }
        try compare(rows.joined(separator: "\n") + "\n")
    }

    /// What a service itself answers agrees with what it offers, in every place and without a
    /// rollout.
    @Test func everyCommandIsFollowedExactlyWhenItIsOffered() throws {
        for place in Self.places {
            for verb in [Verb.promote, .pause, .continue, .rollback] {
                var service = try stage(place).service
                let now = Timestamp(milliseconds: 10_000_000)
                let isOffered = service.availability(of: verb, now: now).isPossible
                let reply = service.handle(
                    command(verb),
                    newRollout: RolloutID(rawValue: 99),
                    now: now
                )
                let isFollowed = if case .accepted = reply.reply { true } else { false }
                #expect(isOffered == isFollowed, "\(place.name): \(verb)")
            }
        }
    }

    private func command(_ verb: Verb) -> EngineCommand {
        let action: EngineCommand.Action =
            switch verb {
            case .deploy: .deploy("v9")
            case .promote: .promote
            case .pause: .pause
            case .continue: .continue
            case .rollback: .rollback
            }
        return EngineCommand(
            service: ServiceName(rawValue: "shop"),
            action: action,
            expected: nil,
            actor: Self.actor
        )
    }

    private func stage(_ place: Place) throws -> TranscriptStage {
        var stage = try TranscriptScene.stage(of: Transcript(parsing: place.scene))
        for line in place.way { _ = stage.play(line) }
        return stage
    }

    /// Whether a verb is offered; it must be followed then, and change nothing otherwise.
    private func mark(_ verb: Verb, on machine: RolloutMachine, at place: String) -> String {
        let now = machine.settledAt
        let isOffered = machine.availability(of: verb, now: now).isPossible
        var after = machine
        let event: RolloutEvent =
            switch verb {
            case .deploy: .supersede(by: "v9", Self.actor)
            case .promote: .promote(Self.actor)
            case .pause: .pause(Self.actor)
            case .continue: .continue(Self.actor)
            case .rollback: .rollback(Self.actor)
            }
        let effects = after.handle(event, now: now)
        let isRefused = effects.contains { if case .refuse(verb, _) = $0 { true } else { false } }
        #expect(isOffered == !isRefused, "\(place): \(verb)")
        #expect(isRefused == (after == machine), "\(place): \(verb)")
        return isOffered ? "yes" : "-"
    }

    // MARK: - Holds

    private func holds(at rollout: RolloutMachine) -> [(name: String, holds: [Hold])] {
        let now = rollout.settledAt
        let pause = Hold.operator(Self.actor, since: now)
        let anomaly = Hold.anomaly(.effectFailed("lost"), since: now)
        let none = (name: "none", holds: [Hold]())
        switch rollout.phase {
        // The way back takes every hold away.
        case .reverting, .finished: return [none]
        case .starting, .verifying, .awaitingPromotion, .shifting, .baking, .warm, .draining,
            .replacing, .monitoring:
            return [
                none,
                (name: "operator", holds: [pause]),
                (name: "anomaly", holds: [anomaly]),
                (name: "deadline", holds: [.deadline(since: now)]),
                (name: "both", holds: [pause, anomaly]),
            ]
        }
    }

    private func held(
        _ rollout: RolloutMachine,
        by hold: (name: String, holds: [Hold])
    ) -> RolloutMachine {
        RolloutMachine(
            plan: rollout.plan,
            phase: rollout.phase,
            holds: hold.holds,
            roster: rollout.roster,
            traffic: rollout.traffic,
            checkResults: rollout.checkResults,
            lastEffect: rollout.lastEffect,
            lastInstance: rollout.lastInstance,
            revision: rollout.revision,
            furthestStep: rollout.furthestStep,
            settledAt: rollout.settledAt
        )
    }

    // MARK: - Golden

    private func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.count, 0))
    }

    private func compare(_ table: String) throws {
        if ProcessInfo.processInfo.environment["CUTOVER_UPDATE"] == "1" {
            try Data(table.utf8).write(to: Self.golden, options: .atomic)
        } else {
            let written = try String(contentsOf: Self.golden, encoding: .utf8)
            #expect(table == written)
        }
    }
}
