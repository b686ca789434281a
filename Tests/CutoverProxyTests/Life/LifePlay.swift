import Foundation
import Synchronization

/// All cases on one proxy, many at a time.
struct LifePlay {
    /// What came of one case.
    enum Outcome: Equatable {
        case held
        case deviated(String)
        case notApplicable(String)
    }

    var outcomes: [(name: String, outcome: Outcome)]

    /// What the cases measured.
    var figures: [String]

    var deviations: [String] {
        outcomes.compactMap { entry in
            if case .deviated(let what) = entry.outcome { "\(entry.name): \(what)" } else { nil }
        }
    }

    var heldCount: Int { outcomes.count { $0.outcome == .held } }

    var notApplicable: [String] {
        outcomes.compactMap { entry in
            if case .notApplicable(let why) = entry.outcome { "\(entry.name): \(why)" } else { nil }
        }
    }

    /// Plays cases on stages of one proxy, this many at a time.
    init(_ cases: [LifeCase], on stages: [LifeStage], atOnce: Int = 12) {
        let results = Mutex([Outcome](repeating: .held, count: cases.count))
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: max(1, min(atOnce, cases.count))) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < cases.count else { return }
                let outcome = Self.play(cases[index], on: stages[index])
                results.withLock { $0[index] = outcome }
            }
        }
        figures = stages.flatMap { stage in stage.figures.withLock { $0 } }
        outcomes = Array(zip(cases.map(\.name), results.withLock { $0 }))
    }

    private static func play(_ life: LifeCase, on stage: LifeStage) -> Outcome {
        if let reason = stage.subject.whyNot(life) { return .notApplicable(reason) }
        defer { stage.upstream.stop() }
        do {
            try life.run(stage)
            try askForTheCanary(life, stage)
        } catch {
            return .deviated("\(error)")
        }
        // What a script of the instance found may be what ended the client's side.
        return stage.upstream.deviations.first.map { .deviated("the instance: \($0)") } ?? .held
    }

    /// Whatever happened, the next client of the service gets its own answer.
    private static func askForTheCanary(_ life: LifeCase, _ stage: LifeStage) throws {
        guard case .scripted = life.instance else { return }
        stage.answer { request in
            let body = request.target
            return "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        stage.upstream.hangUp()
        try holdSoon(stage.upstream.connectionCount == 0, "the instance's scripts did not end")
        for number in 0..<3 {
            let socket = try stage.sending("GET /canary-\(number) HTTP/1.1\r\nHost: x\r\n\r\n")
            let response = try socket.receiveFinal()
            if response?.body == "/canary-\(number)" { return }
        }
        throw LifeDeviation("the next client got no answer of its own")
    }
}
