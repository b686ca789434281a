import CutoverCore
import CutoverScreen

/// The form that chooses a release.
struct DeployFormView {
    let form: DeployForm
    let model: DashboardModel

    private static let mostChoices = 8
    private static let answer = "enter goes on to the question, esc cancels."

    func draw(into buffer: inout Buffer) {
        let name = form.target.service.safe.truncated(to: 40, ellipsis: model.glyphs.ellipsis)
        DialogBox(
            title: "DEPLOY to \(name)",
            facts: facts(width: DialogBox.innerWidth(buffer.columns), rows: buffer.rows),
            answers: [Line(buffer.columns < 50 ? "enter goes on, esc cancels" : Self.answer)],
            role: .dialog,
            glyphs: model.glyphs
        ).draw(into: &buffer)
    }

    private func facts(width: Int, rows: Int) -> [Line] {
        guard let service = model.latestService(form.target.service) else { return [] }
        let choices = form.choices(of: service)
        let chosen = form.chosen(of: service)
        var lines = [Line("Release: \(form.field.text.safe)_")]
        if let fault = form.fault { lines.append(Line(fault)) }
        let room = max(min(Self.mostChoices, rows - 8), 1)
        let index = choices.firstIndex { $0 == chosen } ?? 0
        let first = min(index / room * room, max(choices.count - room, 0))
        for choice in choices.dropFirst(first).prefix(room) {
            let sign = choice == chosen ? model.glyphs.cursor : " "
            lines.append(Line("\(sign) \(words(choice))"))
        }
        let hidden = choices.count - min(choices.count - first, room)
        if hidden > 0 { lines.append(Line("  and \(hidden) more; type to filter")) }
        if choices.isEmpty, form.field.isEmpty {
            lines.append(Line("  no release is known yet: type a name"))
        }
        if let prospect = prospect(of: chosen, for: service) {
            lines.append(Line())
            lines += wrapped(
                prospect.safe.capitalizedFirst,
                width: width,
                limit: 3,
                ellipsis: model.glyphs.ellipsis
            ).map { Line($0) }
        }
        return lines
    }

    /// What enter leads to: what a deploy would do, or why it would not be followed.
    private func prospect(of choice: DeployForm.Choice?, for service: ServiceSnapshot) -> String? {
        if let choice, let obstacle = choice.standing.obstacle {
            return "not now: \(obstacle.reason(for: choice.release))"
        }
        guard case .possible(let effect) = service.availability(of: .deploy) else { return nil }
        return effect
    }

    private func words(_ choice: DeployForm.Choice) -> String {
        let name = choice.release.safe
        if !choice.isKnown { return "\(name)  new" }
        if let obstacle = choice.standing.obstacle { return "\(name)  \(obstacle.words)" }
        guard let setback = choice.standing.setback else { return name }
        let word = setback.wasRolledBack ? "rolled back" : "failed"
        return "\(name)  \(word) \(Figures.age(model.now - setback.at)) ago"
    }
}

extension DeployObstacle {
    /// Why not, in the words that stand behind the name of the release.
    fileprivate var words: String {
        switch self {
        case .live: "live now"
        case .rollingOut: "being rolled out"
        case .next: "next already"
        case .comingBack: "coming back"
        case .returnTarget: "r returns to it"
        }
    }
}
