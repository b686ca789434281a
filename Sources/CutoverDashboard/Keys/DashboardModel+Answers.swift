import CutoverCore
import CutoverScreen

extension DashboardModel {
    mutating func answer(
        _ confirmation: Confirmation,
        _ press: KeyGuard.Press
    ) -> [DashboardCommand] {
        // Keys that were on their way when the question appeared are no answer to it.
        guard confirmation.isArmed(now) else { return [] }
        var confirmation = confirmation
        switch press.key {
        case .character("y") where confirmation.awaitsYes:
            if press.isRepeat { return [] }
            modal = nil
            return confirm(confirmation)
        case .character(let scalar) where !confirmation.awaitsYes:
            confirmation.type(scalar)
            modal = .confirmation(confirmation)
            return []
        case .backspace where confirmation.level == .grave:
            confirmation.typed.deleteLast()
            modal = .confirmation(confirmation)
            return []
        default:
            if press.isRepeat { return [] }
            modal = nil
            say(.refused, "\(confirmation.title) cancelled: nothing was changed")
            return []
        }
    }

    private mutating func confirm(_ confirmation: Confirmation) -> [DashboardCommand] {
        if let blindness {
            say(.refused, "\(confirmation.title) not sent: \(blindness)")
            return []
        }
        return send(
            confirmation.target.command(confirmation.action, actor: actor),
            confirmation.title
        )
    }

    /// Holds an open question against the newest state: it closes or says what changed.
    mutating func reviewModal() {
        switch modal {
        case .confirmation(let confirmation): review(confirmation)
        case .quit(let question): review(question)
        case .deploy(let form):
            if latestService(form.target.service) == nil { modal = nil }
        case .themes, .filter, nil: break
        }
    }

    private mutating func review(_ confirmation: Confirmation) {
        let verb = confirmation.action.verb
        guard let service = latestService(confirmation.target.service) else {
            modal = nil
            say(.refused, "\(confirmation.title) cancelled: the service is gone")
            return
        }
        guard service.rollout?.id == confirmation.target.rollout else {
            modal = nil
            say(.refused, "\(confirmation.title) cancelled: another rollout has begun")
            return
        }
        switch service.availability(of: verb) {
        case .refused(let reason):
            modal = nil
            say(.refused, "\(confirmation.title) cancelled: \(reason.safe)")
        case .possible(let effect):
            if let obstacle = service.obstacle(to: confirmation.action) {
                modal = nil
                say(.refused, "\(confirmation.title) cancelled: \(obstacle.safe)")
                return
            }
            var confirmation = confirmation
            confirmation.restate(
                target: Target(service),
                level: level(of: verb, for: service),
                effect: effect
            )
            modal = .confirmation(confirmation)
        }
    }
}

extension ServiceSnapshot {
    /// Why the release that would be deployed is none to deploy; `nil` for every other action.
    fileprivate func obstacle(to action: EngineCommand.Action) -> String? {
        guard case .deploy(let release) = action else { return nil }
        return standings[release]?.obstacle?.reason(for: release)
    }
}

extension Confirmation {
    /// What would be done to what, such as `promote checkout`.
    var title: String {
        let verb = action.verb.rawValue
        guard case .deploy(let release) = action else { return "\(verb) \(target.service.safe)" }
        return "\(verb) \(release.safe) to \(target.service.safe)"
    }
}

// MARK: - The deploy form

extension DashboardModel {
    mutating func edit(_ form: DeployForm, _ key: Key) -> [DashboardCommand] {
        guard let service = latestService(form.target.service) else { return [] }
        var form = form
        switch key {
        case .character(let scalar): form.type(scalar, in: service)
        case .backspace, .delete: form.deleteLast(in: service)
        case .down, .tab, .control("n"): form.move(by: 1, in: service)
        case .up, .backTab, .control("p"): form.move(by: -1, in: service)
        case .enter:
            submit(form, for: service)
            return []
        case .escape:
            modal = nil
            say(.refused, "deploy \(form.target.service.safe) cancelled: nothing was changed")
            return []
        default: break
        }
        modal = .deploy(form)
        return []
    }

    /// Goes on from the form to its question, or says why the release is none to ask about.
    private mutating func submit(_ form: DeployForm, for service: ServiceSnapshot) {
        if let fault = form.fault { return say(.refused, fault) }
        guard let choice = form.chosen(of: service) else {
            return say(.refused, "type the name of a release first")
        }
        if let obstacle = choice.standing.obstacle {
            let reason = obstacle.reason(for: choice.release)
            return say(.refused, "deploy \(service.name.safe) unavailable: \(reason.safe)")
        }
        switch service.availability(of: .deploy) {
        case .refused(let reason):
            modal = nil
            say(.refused, "deploy \(service.name.safe) unavailable: \(reason.safe)")
        case .possible(let effect):
            ask(
                .deploy(choice.release),
                service,
                level: level(of: .deploy, for: service),
                effect: effect
            )
        }
    }
}
