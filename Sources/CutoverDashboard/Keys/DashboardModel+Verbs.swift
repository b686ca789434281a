import CutoverCore
import CutoverScreen

extension Verb {
    /// The one key of a verb: a small letter or the space bar, never a chord, never enter.
    var key: Unicode.Scalar {
        switch self {
        case .pause: " "
        case .continue: "c"
        case .promote: "p"
        case .rollback: "r"
        case .deploy: "d"
        }
    }

    init?(key: Key) {
        guard case .character(let scalar) = key else { return nil }
        guard let verb = Verb.allCases.first(where: { $0.key == scalar }) else { return nil }
        self = verb
    }
}

extension DashboardModel {
    /// The smallest screen that can show what a key is about.
    private static let smallest = Size(columns: 20, rows: 4)

    /// The key of a verb was pressed: acts, asks, or says why not.
    mutating func request(_ verb: Verb) -> [DashboardCommand] {
        guard let service else {
            say(.refused, "there is no service to \(verb.rawValue)")
            return []
        }
        if let obstacle = obstacle(to: verb, service) {
            say(.refused, obstacle)
            return []
        }
        if verb == .deploy {
            modal = .deploy(
                DeployForm(target: Target(service), in: latestService(service.name) ?? service)
            )
            return []
        }
        guard let action = EngineCommand.Action(verb), let shown else { return [] }
        // A question states the newest facts itself; without one, what was on screen counts.
        let current = latestService(service.name) ?? service
        let level = level(of: verb, for: current)
        if level == .safe {
            return send(
                shown.command(action, actor: actor),
                "\(verb.rawValue) \(service.name.safe)"
            )
        }
        guard case .possible(let effect) = current.availability(of: verb) else { return [] }
        ask(action, current, level: level, effect: effect)
        return []
    }

    /// Why the verb does nothing at this moment; `nil` when it does.
    private func obstacle(to verb: Verb, _ service: ServiceSnapshot) -> String? {
        let name = service.name.safe
        if size.columns < Self.smallest.columns || size.rows < Self.smallest.rows {
            return "the terminal is too small to show what \(verb.rawValue) would change"
        }
        if let blindness {
            return "\(verb.rawValue) \(name) not sent: \(blindness)"
        }
        guard shown?.service == service.name else {
            return "\(name) was not on screen yet: look, then press the key again"
        }
        let current = latestService(service.name) ?? service
        if case .refused(let reason) = current.availability(of: verb) {
            return "\(verb.rawValue) \(name) unavailable: \(reason.safe)"
        }
        return nil
    }

    func level(of verb: Verb, for service: ServiceSnapshot) -> ConfirmationLevel {
        ConfirmationLevel(
            verb,
            isAgainstFailure: service.isFailing,
            isProduction: latest?.isProduction ?? false
        )
    }

    /// Opens the question whose answer acts.
    mutating func ask(
        _ action: EngineCommand.Action,
        _ service: ServiceSnapshot,
        level: ConfirmationLevel,
        effect: String
    ) {
        modal = .confirmation(
            Confirmation(action, target: Target(service), level: level, effect: effect)
        )
    }
}

extension EngineCommand.Action {
    /// The action of a verb that needs nothing but a service.
    fileprivate init?(_ verb: Verb) {
        switch verb {
        case .deploy: return nil
        case .promote: self = .promote
        case .pause: self = .pause
        case .continue: self = .continue
        case .rollback: self = .rollback
        }
    }
}
