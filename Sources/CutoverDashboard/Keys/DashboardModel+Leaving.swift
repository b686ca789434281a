import CutoverCore
import CutoverScreen

extension DashboardModel {
    /// The rollouts that leaving or suspending the engine concerns.
    private var moving: [ServiceSnapshot] {
        guard hosting != .elsewhere else { return [] }
        return latest?.services.filter { $0.movingRollout != nil } ?? []
    }

    mutating func quit() -> [DashboardCommand] {
        let targets = moving.map { Target($0) }
        if targets.isEmpty { return [.quit(.atOnce)] }
        modal = .quit(question(about: targets))
        return []
    }

    private func question(about targets: [Target]) -> QuitQuestion {
        QuitQuestion(kind: hosting == .demo ? .endDemo : .choose, targets: targets)
    }

    mutating func answer(
        _ question: QuitQuestion,
        _ press: KeyGuard.Press
    ) -> [DashboardCommand] {
        guard question.isArmed(now), !press.isRepeat else { return [] }
        switch (question.kind, press.key) {
        case (.choose, .character("b")):
            modal = nil
            return [.quit(.inBackground)]
        case (.choose, .character("h")):
            modal = nil
            return pauses(question.targets).map { .send($0) } + [.quit(.holding)]
        case (.choose, .character("r")):
            modal = .quit(QuitQuestion(kind: .rollBack, targets: question.targets))
            return []
        case (.endDemo, .character("y")):
            modal = nil
            return [.quit(.atOnce)]
        case (.rollBack, .character("y")):
            modal = nil
            let rollbacks = question.targets.map { $0.command(.rollback, actor: actor) }
            return rollbacks.map { .send($0) } + [.quit(.rollingBack)]
        default:
            modal = nil
            say(.refused, "staying: nothing was changed")
            return []
        }
    }

    /// The question names rollouts; when those change, it is another question.
    mutating func review(_ question: QuitQuestion) {
        let targets = moving.map { Target($0) }
        if targets.isEmpty {
            modal = nil
            say(.done, "no rollout is live any more: q quits at once")
        } else if targets.map(\.rollout) != question.targets.map(\.rollout) {
            modal = .quit(self.question(about: targets))
        } else {
            var question = question
            question.targets = targets
            modal = .quit(question)
        }
    }

    /// Pauses what moves, since the engine stands still together with its process.
    mutating func suspend() -> [DashboardCommand] {
        let pauses = pauses(moving.map { Target($0) })
        let names = pauses.map(\.service.safe).joined(separator: ", ")
        suspension =
            pauses.isEmpty
            ? nil
            : Suspension(
                pauses: Set(pauses),
                words: "paused \(names) because the engine was suspended; c continues"
            )
        noteResumed()
        return pauses.map { .send($0) } + [.suspend]
    }

    /// Says what the suspension did, to whoever is back after any length of time.
    mutating func noteResumed() {
        if let suspension { say(.done, suspension.words) }
    }

    private func pauses(_ targets: [Target]) -> [EngineCommand] {
        targets.compactMap { target in
            guard let service = latestService(target.service),
                case .possible = service.availability(of: .pause)
            else { return nil }
            return target.command(.pause, actor: actor)
        }
    }
}

/// What was paused because the process was suspended.
struct Suspension: Hashable, Sendable {
    let pauses: Set<EngineCommand>
    let words: String
}
