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
        let service = model.latestService(form.target.service)
        let known = service?.knownReleases ?? []
        let choices = form.choices(known: known)
        let chosen = form.chosen(known: known)
        var lines = [Line("Release: \(form.field.text.safe)_")]
        if let fault = form.fault { lines.append(Line(fault)) }
        let room = max(min(Self.mostChoices, rows - 8), 1)
        let index = choices.firstIndex { $0 == chosen } ?? 0
        let first = min(index / room * room, max(choices.count - room, 0))
        for choice in choices.dropFirst(first).prefix(room) {
            let sign = choice == chosen ? model.glyphs.cursor : " "
            lines.append(Line("\(sign) \(words(choice, of: service))"))
        }
        let hidden = choices.count - min(choices.count - first, room)
        if hidden > 0 { lines.append(Line("  and \(hidden) more; type to filter")) }
        if choices.isEmpty, form.field.isEmpty {
            lines.append(Line("  no release is known yet: type a name"))
        }
        if case .possible(let effect) = service?.availability(of: .deploy) {
            lines.append(Line())
            lines += wrapped(
                effect.safe.capitalizedFirst,
                width: width,
                limit: 3,
                ellipsis: model.glyphs.ellipsis
            ).map { Line($0) }
        }
        return lines
    }

    private func words(_ choice: DeployForm.Choice, of service: ServiceSnapshot?) -> String {
        let name = choice.release.safe
        if !choice.isKnown { return "\(name)  new" }
        return choice.release == service?.live ? "\(name)  live now" : name
    }
}
