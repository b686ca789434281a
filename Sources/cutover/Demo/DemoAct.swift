import CutoverCore
import CutoverDemo
import Foundation

/// What the headless demo does with one service, step by step, and what came of it.
struct DemoAct {
    let service: ServiceName
    let link: any EngineLink
    let tell: @Sendable (String) -> Void
    var faults: [String] = []
    private var history: [String] = []
    /// When each release was promoted, in milliseconds since the epoch.
    private var promotions: [(release: String, at: Int64)] = []
    private var candidate = ""
    private var latest: ServiceSnapshot?
    /// The last rollout before the one that is waited for.
    ///
    /// A snapshot may still show it.
    private var earlier: RolloutID?

    init(service: ServiceName, link: any EngineLink, tell: @escaping @Sendable (String) -> Void) {
        self.service = service
        self.link = link
        self.tell = tell
    }

    /// Goes on at once when `phase` is `nil`.
    mutating func deploy(_ release: String, untilPhase phase: PhaseName?) async throws {
        candidate = release
        earlier = latest?.rollout?.id
        try await send(.deploy(ReleaseName(rawValue: release)))
        if let phase { try await waitFor(phase) }
    }

    mutating func promote(untilPhase phase: PhaseName?) async throws {
        if !promotions.contains(where: { $0.release == candidate }) {
            promotions.append((candidate, Int64(Date().timeIntervalSince1970 * 1000)))
        }
        try await send(.promote)
        if let phase { try await waitFor(phase) }
    }

    mutating func rollBack(expecting note: String) async throws {
        try await send(.rollback)
        try await waitFor(.finished)
        guard case .rolledBack = latest?.rollout?.progress.outcome else {
            throw DemoFault("a rollback ended as \(outcomeWord)")
        }
        record(note)
    }

    mutating func pauseAndContinue() async throws {
        try await send(.pause)
        try await hold(note: "paused in the middle")
        try await send(.continue)
    }

    /// Waits until the rollout is held.
    mutating func hold(note: String) async throws {
        try await wait(for: "a hold") { service in
            guard let progress = service.rollout?.progress else { return false }
            return !progress.holds.isEmpty && progress.phase != .awaitingPromotion
        }
        record(note)
    }

    mutating func waitFor(_ phase: PhaseName) async throws {
        try await wait(for: phase.rawValue) { $0.rollout?.progress.phase == phase }
        if phase == .finished { record("\(candidate): \(outcomeWord)") }
    }

    func expectLive(_ release: String) throws {
        guard latest?.live?.rawValue == release else {
            throw DemoFault("\(latest?.live?.rawValue ?? "nothing") is live, expected \(release)")
        }
    }

    func receipt(with report: LoadReport) -> DemoReceipt {
        let times = promotions.compactMap { promotion in
            report.firstAnswer[promotion.release].map { $0 - promotion.at }
        }
        let line = DemoReceipt.Line(
            service: service.rawValue,
            report: report,
            promotions: times,
            history: history
        )
        return DemoReceipt(lines: [line], faults: faults)
    }

    private var outcomeWord: String {
        switch latest?.rollout?.progress.outcome {
        case .promoted: "promoted"
        case .rolledBack: "rolled back"
        case .superseded: "superseded"
        case .failed: "failed, the stable release served all along"
        case nil: "not finished"
        }
    }

    private mutating func send(_ action: EngineCommand.Action) async throws {
        let actor = Actor(name: "demo")
        let command = EngineCommand(service: service, action: action, expected: nil, actor: actor)
        switch await link.send(command) {
        case .accepted(let deed, _): record("\(action.verb.rawValue): \(deed.sentence)")
        case .refused(let reason): throw DemoFault("\(action.verb.rawValue) was refused: \(reason)")
        }
    }

    private mutating func record(_ text: String) {
        history.append(text)
        tell("\(service): \(text)")
    }

    private mutating func wait(
        for goal: String,
        until isMet: (ServiceSnapshot) -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(90)
        for await snapshot in link.snapshots() {
            latest = snapshot.services.first { $0.name == service }
            guard let latest else { throw DemoFault("the service is gone") }
            let isEarlier = earlier != nil && latest.rollout?.id == earlier
            if !isEarlier, isMet(latest) { return }
            if ContinuousClock.now >= deadline {
                let sentence = latest.rollout?.progress.sentence ?? "no rollout"
                throw DemoFault("no \(goal) within 90 s: \(sentence)")
            }
        }
        throw DemoFault("the engine stopped")
    }
}

/// What did not go as the demo expects.
struct DemoFault: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}
