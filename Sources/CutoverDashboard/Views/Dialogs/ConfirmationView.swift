import CutoverCore
import CutoverScreen

/// The question before traffic moves: what exactly, what speaks against it, which key does it.
struct ConfirmationView {
    let confirmation: Confirmation
    let model: DashboardModel

    func draw(into buffer: inout Buffer) {
        let width = DialogBox.innerWidth(buffer.columns)
        DialogBox(
            title: title(width: width),
            facts: facts(width: width),
            answers: question(width: width),
            role: confirmation.level == .grave ? .dialogGrave : .dialog,
            glyphs: model.glyphs
        ).draw(into: &buffer)
    }

    private var service: ServiceSnapshot? { model.latestService(confirmation.target.service) }

    /// The verb, the service and the release that gets the traffic, as far as there is room.
    private func title(width: Int) -> String {
        let verb = confirmation.action.verb.rawValue.uppercased()
        let revision = "(rev \(confirmation.target.revision))"
        let ellipsis = model.glyphs.ellipsis
        let name = confirmation.target.service.safe.truncated(to: 34, ellipsis: ellipsis)
        if case .deploy(let release) = confirmation.action {
            let short = release.safe.truncated(to: 20, ellipsis: ellipsis)
            return "\(verb) \(short) to \(name) \(revision)"
        }
        let short = "\(verb) \(name) \(revision)"
        guard let beneficiary else { return short }
        let whole = "\(verb) \(name) \(beneficiary) \(revision)"
        return whole.displayWidth <= width - 4 ? whole : short
    }

    /// Such as `to GREEN v42`; `nil` where no rollout says it.
    private var beneficiary: String? {
        guard let rollout = service?.liveRollout else { return nil }
        func words(_ release: ReleaseName, _ slot: Slot?) -> String {
            (slot.map { $0.rawValue.uppercased() + " " } ?? "") + release.safe
        }
        switch confirmation.action {
        case .promote: return "to " + words(rollout.candidate, rollout.candidateSlot)
        case .continue: return "with " + words(rollout.candidate, rollout.candidateSlot)
        case .rollback:
            return rollout.stable.map { "to " + words($0, rollout.candidateSlot?.other) }
        case .deploy, .pause: return nil
        }
    }

    private func facts(width: Int) -> [Line] {
        var lines = wrap(confirmation.effect.safe.capitalizedFirst, width)
        if confirmation.hasChanged {
            lines += wrap("This changed while the question stood: read it again.", width)
        }
        if goesForward, let rollout = service?.liveRollout {
            lines += GateLines(rollout: rollout, glyphs: model.glyphs, indent: "").lines
        }
        if let reason = gravity { lines += wrap(reason, width) }
        return lines
    }

    /// What judges the candidate says something about these alone: a deploy is about another
    /// release, and a rollback asks nobody.
    private var goesForward: Bool {
        switch confirmation.action {
        case .promote, .continue: true
        case .deploy, .pause, .rollback: false
        }
    }

    private var gravity: String? {
        guard confirmation.level == .grave else { return nil }
        let environment = model.latest?.environment?.safeName ?? ""
        if goesForward, service?.isFailing ?? false {
            return "What judges the candidate says no. This goes on all the same."
        }
        return "This is \(environment)."
    }

    private func question(width: Int) -> [Line] {
        let verb = confirmation.action.verb
        if confirmation.awaitsYes {
            // The longest that needs one row.
            let texts = [
                "Press y to \(verb.infinitive). Enter, n, esc or any other key cancels.",
                "Press y to \(verb.infinitive); any other key cancels.",
            ]
            let text = texts.first { $0.displayWidth <= width }
            return wrap(text ?? "y \(verb.thirdPerson), rest cancels", width)
        }
        let field =
            "Type \(confirmation.target.service.safe) to go on: "
            + confirmation.typed.text.safe + "_"
        let isWrong = !confirmation.target.service.rawValue.hasPrefix(confirmation.typed.text)
        let hint = isWrong ? "That is another name; backspace. esc cancels." : "esc cancels."
        return wrap(field, width) + [Line(hint)]
    }

    private func wrap(_ text: String, _ width: Int) -> [Line] {
        wrapped(text, width: width, limit: 4, ellipsis: model.glyphs.ellipsis).map { Line($0) }
    }
}

extension Verb {
    fileprivate var infinitive: String {
        switch self {
        case .rollback: "roll back"
        case .deploy, .promote, .pause, .continue: rawValue
        }
    }

    fileprivate var thirdPerson: String {
        switch self {
        case .rollback: "rolls back"
        case .deploy, .promote, .pause, .continue: rawValue + "s"
        }
    }
}
