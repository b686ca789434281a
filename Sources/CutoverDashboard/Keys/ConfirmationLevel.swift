import CutoverCore

/// How sure an operator has to be before a key acts.
enum ConfirmationLevel: Int, Hashable, Comparable, CaseIterable, Sendable {
    /// Acts at once.
    case safe
    /// Asks for `y`.
    case normal
    /// Asks for the service's name, then for `y`.
    case grave

    /// What a verb asks for.
    ///
    /// Pause is the brake and rollback the way back: nothing may make them slower, least of all in
    /// production. Everything else costs one level more there, and where something that judges the
    /// candidate says no.
    init(_ verb: Verb, isAgainstFailure: Bool, isProduction: Bool) {
        let ordinary: ConfirmationLevel
        switch verb {
        case .pause:
            self = .safe
            return
        case .rollback:
            self = .normal
            return
        case .continue:
            ordinary = isAgainstFailure ? .normal : .safe
        case .promote:
            ordinary = isAgainstFailure ? .grave : .normal
        case .deploy:
            ordinary = .normal
        }
        self = isProduction ? ordinary.raised : ordinary
    }

    private var raised: ConfirmationLevel {
        switch self {
        case .safe: .normal
        case .normal, .grave: .grave
        }
    }

    static func < (left: ConfirmationLevel, right: ConfirmationLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}
