import CutoverCore
import CutoverScreen

/// The row above the keys: what was done and its inverse, else what to do.
struct MessageRow {
    let model: DashboardModel

    func draw(in rect: Rect, into buffer: inout Buffer) {
        let line: Line
        if case .filter(let field) = model.modal {
            line = Self.input("/", field)
        } else if let message = model.message {
            line = Line(" " + message.text, message.role)
        } else {
            line = advice
        }
        buffer.draw(line, row: rect.row, in: rect, glyphs: model.glyphs)
    }

    static func input(_ prompt: String, _ field: TextField) -> Line {
        var line = Line(" \(prompt)", .keyHint)
        line.add(field.text.safe)
        line.add(" ", .selected)
        return line
    }

    /// The next thing that makes sense, when nothing else has to be said.
    private var advice: Line {
        if let trouble = adviceInTrouble { return Line(" " + trouble, .messageWarn) }
        return Line(" " + calmAdvice, .muted)
    }

    /// How to answer the service that stands still because something went wrong.
    private var adviceInTrouble: String? {
        guard model.blindness == nil else { return nil }
        if let service = model.service, service.isInTrouble {
            return "\(service.name.safe) is held: r rolls back, c continues, l shows the log"
        }
        let services = model.displayed?.services ?? []
        guard let other = services.first(where: \.isInTrouble) else { return nil }
        let name = other.name.safe
        let visible = model.visibleServices
        guard let place = visible.firstIndex(where: { $0.name == other.name }) else {
            return "\(name) is held: esc shows it"
        }
        let cursor = visible.firstIndex { $0.name == model.service?.name } ?? 0
        let key = place < cursor ? "k" : "j"
        let isOnTable = model.page == .overview && model.focus == .services
        return "\(name) is held: \(isOnTable ? "" : "esc, then ")\(key) selects it"
    }

    private var calmAdvice: String {
        guard model.displayed != nil else { return "waiting for the engine" }
        if let blindness = model.blindness { return "waiting: \(blindness)" }
        guard let service = model.service else {
            return model.filter.isEmpty
                ? "the manifest has no services" : "no service matches; esc shows all"
        }
        let name = service.name.safe
        guard let rollout = service.liveRollout else {
            return service.live == nil
                ? "press d to deploy the first release of \(name)"
                : "d deploys a release of \(name); ? lists every key"
        }
        let holds = rollout.progress.holds
        if holds.contains(where: \.isOperator) {
            return "\(name) is paused: c continues, r rolls back"
        }
        if !holds.isEmpty { return "\(name) waits for you: p promotes, r rolls back" }
        return "space pauses \(name) at once, r rolls it back"
    }
}
