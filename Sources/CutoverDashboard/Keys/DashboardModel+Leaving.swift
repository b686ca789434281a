import CutoverCore
import CutoverScreen

extension DashboardModel {
    /// The rollouts that leaving or suspending the engine concerns.
    private var moving: [ServiceSnapshot] {
        guard hostsEngine else { return [] }
        return latest?.services.filter { $0.movingRollout != nil } ?? []
    }

    mutating func quit() -> [DashboardCommand] {
        let targets = moving.map { Target($0) }
        if targets.isEmpty { return [.quit(.atOnce)] }
        modal = .quit(QuitQuestion(targets: targets))
        return []
    }

    mutating func answer(
        _ question: QuitQuestion,
        _ press: KeyGuard.Press
    ) -> [DashboardCommand] {
        guard question.isArmed(now), !press.isRepeat else { return [] }
        switch (question.isRollingBack, press.key) {
        case (false, .character("b")):
            modal = nil
            return [.quit(.inBackground)]
        case (false, .character("h")):
            modal = nil
            return pauses(question.targets) + [.quit(.holding)]
        case (false, .character("r")):
            modal = .quit(QuitQuestion(isRollingBack: true, targets: question.targets))
            return []
        case (true, .character("y")):
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
            modal = .quit(QuitQuestion(targets: targets))
        } else {
            var question = question
            question.targets = targets
            modal = .quit(question)
        }
    }

    /// Pauses what moves, since the engine stands still together with its process.
    mutating func suspend() -> [DashboardCommand] {
        let commands = pauses(moving.map { Target($0) })
        if !commands.isEmpty {
            let names = moving.map(\.name.safe).joined(separator: ", ")
            say(.done, "paused \(names) because the engine was suspended; c continues")
        }
        return commands + [.suspend]
    }

    private func pauses(_ targets: [Target]) -> [DashboardCommand] {
        targets.compactMap { target in
            guard let service = latestService(target.service),
                case .possible = service.availability(of: .pause)
            else { return nil }
            return .send(target.command(.pause, actor: actor))
        }
    }
}
