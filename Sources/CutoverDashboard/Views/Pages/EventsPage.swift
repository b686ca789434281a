import CutoverCore
import CutoverScreen

/// All events, newest first, each with all its words.
struct EventsPage {
    let model: DashboardModel
    let scope: DashboardModel.EventScope
    let scroll: Int

    func draw(in rect: Rect, into buffer: inout Buffer) {
        let words = scope == .all ? "events of all services" : "events"
        PageOfLines(
            title: "\(words)  \(model.boundWords)",
            lines: lines(width: rect.columns),
            scroll: scroll
        ).draw(in: rect, glyphs: model.glyphs, into: &buffer)
    }

    func lines(width: Int) -> [Line] {
        let events = model.events(scope)
        guard !events.isEmpty else { return [Line(" nothing yet", .muted)] }
        return events.flatMap {
            width < 60 ? narrow($0, width: width) : lines(of: $0, width: width)
        }
    }

    /// Time, kind and service in columns, and the text beside them.
    private func lines(of event: JournalEntry, width: Int) -> [Line] {
        var head = Line(" \(Figures.timeOfDay(event.at)) ", .muted)
        head.add(event.kind.rawValue.uppercased().fitted(to: 9), event.kind.role)
        let name = event.service?.safe ?? ""
        let column = width < 90 ? 9 : 14
        head.add(" \(name.fitted(to: column, ellipsis: model.glyphs.ellipsis)) ")
        let indent = Line(String(repeating: " ", count: head.width))
        return rows(of: text(of: event), width: width - head.width).enumerated().map { index, row in
            var line = index == 0 ? head : indent
            line.add(row)
            return line
        }
    }

    /// Without columns, where they would leave no room for the text.
    private func narrow(_ event: JournalEntry, width: Int) -> [Line] {
        let kind = event.kind.rawValue.uppercased()
        let service = event.service.map { "\($0.safe): " } ?? ""
        let text = "\(Figures.timeOfDay(event.at)) \(kind) \(service)\(text(of: event))"
        return rows(of: text, width: width - 2).enumerated().map { index, row in
            Line((index == 0 ? " " : "  ") + row, index == 0 ? event.kind.role : .text)
        }
    }

    private func text(of event: JournalEntry) -> String {
        event.actor == .engine ? event.text.safe : "\(event.text.safe) (\(event.actor.safe))"
    }

    private func rows(of text: String, width: Int) -> [String] {
        let rows = wrapped(text, width: max(width, 8), ellipsis: model.glyphs.ellipsis)
        return rows.isEmpty ? [""] : rows
    }
}
