import CutoverCore
import CutoverScreen

/// What happened, newest first.
struct EventList {
    let events: [JournalEntry]
    let showsService: Bool
    let glyphs: Glyphs

    func draw(in rect: Rect, into buffer: inout Buffer) {
        for (offset, event) in events.prefix(rect.rows).enumerated() {
            buffer.draw(
                line(event, width: rect.columns),
                row: rect.row + offset,
                in: rect,
                glyphs: glyphs
            )
        }
        if events.isEmpty, rect.rows > 0 {
            buffer.draw(Line(" nothing yet", .muted), row: rect.row, in: rect, glyphs: glyphs)
        }
    }

    private func line(_ event: JournalEntry, width: Int) -> Line {
        var line = Line(" \(Figures.timeOfDay(event.at)) ", .muted)
        line.add(event.kind.rawValue.uppercased().fitted(to: 9), event.kind.role)
        if showsService, width >= 50 {
            let name = event.service?.safe ?? ""
            line.add(" " + name.fitted(to: width < 90 ? 9 : 14, ellipsis: glyphs.ellipsis))
        }
        let actor = " " + event.actor.safe.truncated(to: 16, ellipsis: glyphs.ellipsis) + " "
        let room = width - line.width - 1
        let text = event.text.safe
        if event.actor == .engine || text.displayWidth + actor.displayWidth > room {
            line.add(" " + text.truncated(to: max(room, 0), ellipsis: glyphs.ellipsis))
            return line
        }
        line.add(" " + text.fitted(to: room - actor.displayWidth))
        line.add(actor, .muted)
        return line
    }
}

extension JournalEntry.Kind {
    var role: Role {
        switch self {
        case .deploy, .promote, .continue, .shift, .drained, .phase, .check, .proxy: .text
        case .pause, .rollback, .refused, .stopped: .messageWarn
        case .healthy, .finished: .messageOk
        case .unhealthy, .exited, .anomaly, .fault: .messageBad
        }
    }
}
