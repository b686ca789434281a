import CutoverCore
import CutoverScreen

/// All events, newest first.
struct EventsPage {
    let model: DashboardModel
    let scope: DashboardModel.EventScope
    let scroll: Int

    func draw(in rect: Rect, into buffer: inout Buffer) {
        let events = model.events(scope)
        let (head, body) = rect.cut(top: 1)
        let first = min(scroll, max(events.count - body.rows, 0))
        let words = scope == .all ? "events of all services" : "events"
        PageOfLines(title: "\(words)  \(model.boundWords)", lines: [], scroll: 0)
            .draw(in: head, glyphs: model.glyphs, into: &buffer)
        EventList(
            events: Array(events.dropFirst(first)),
            showsService: true,
            glyphs: model.glyphs
        ).draw(in: body, into: &buffer)
    }

    /// For screens too small for columns.
    static func lines(_ events: [JournalEntry]) -> [Line] {
        events.map { event in
            var line = Line(event.kind.rawValue.uppercased() + " ", event.kind.role)
            if let service = event.service { line.add(service.safe + " ") }
            line.add(event.text.safe)
            return line
        }
    }
}
