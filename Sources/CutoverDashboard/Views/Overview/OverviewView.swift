import CutoverCore
import CutoverScreen

/// The one screen: table, the selected service, events; more panes the more room there is.
struct OverviewView {
    let model: DashboardModel
    let layout: Layout

    /// What shares the rows.
    private enum Section: Hashable {
        case tableHead
        case table
        case detail
        case events
    }

    func draw(in rect: Rect, into buffer: inout Buffer) {
        guard model.displayed != nil else { return drawWaiting(in: rect, into: &buffer) }
        let table = ServiceTable(model: model)
        guard let service = model.service else { return table.draw(in: rect, into: &buffer) }
        let detail = DetailView(model: model, service: service, layout: layout)
        let events = model.events(.service)
        var plan = RowPlan<Section>(rows: rect.rows)
        let hasOwnEvents = layout == .folded || layout == .stacked
        plan.want(.tableHead, 1)
        plan.want(.table, min(table.rowCount, 2))
        plan.want(.detail, detail.leastRows)
        if hasOwnEvents { plan.want(.events, 2, least: 2) }
        plan.want(.table, max(min(table.rowCount, rect.rows / 4) - plan[.table], 0))
        let width = rect.columns
        plan.want(.detail, max(detail.rows(width: width, gridLimit: 6) - plan[.detail], 0))
        plan.want(.table, max(min(table.rowCount, rect.rows / 3) - plan[.table], 0))
        plan.want(.detail, max(detail.rows(width: width) - plan[.detail], 0))
        plan.want(.table, max(table.rowCount - plan[.table], 0))
        if hasOwnEvents { plan.want(.events, max(events.count, 3)) }
        if !hasOwnEvents { plan.want(.detail, plan.free) }

        let (tableRect, below) = rect.cut(top: plan[.tableHead] + plan[.table])
        let (detailRect, rest) = below.cut(top: plan[.detail])
        table.draw(in: tableRect, into: &buffer)
        detail.draw(in: detailRect, into: &buffer)
        if plan[.events] > 0 {
            Self.drawEvents(events, of: model, in: rest, into: &buffer)
        }
    }

    /// A rule with a heading, and the newest events below.
    static func drawEvents(
        _ events: [JournalEntry],
        of model: DashboardModel,
        in rect: Rect,
        into buffer: inout Buffer
    ) {
        let (head, body) = rect.cut(top: 1)
        let isFocused = model.focus == .events && model.page == .overview
        if let rule = model.glyphs.horizontal.unicodeScalars.first {
            buffer.fill(head, with: rule, role: isFocused ? .borderFocus : .border)
        }
        let rule = String(repeating: model.glyphs.horizontal, count: 2)
        var line = Line("\(rule) ", .border)
        line.add("events ", .title)
        let ending = Line(" e this, E all \(rule)", .muted)
        buffer.draw(line, and: ending, row: head.row, in: head, glyphs: model.glyphs)
        EventList(events: events, showsService: false, glyphs: model.glyphs)
            .draw(in: body, into: &buffer)
    }

    private func drawWaiting(in rect: Rect, into buffer: inout Buffer) {
        let words =
            model.disconnection.map { "the engine does not answer: \($0.safe)" }
            ?? "waiting for the engine"
        let line = Line(" \(words)", model.disconnection == nil ? .muted : .messageBad)
        buffer.draw(line, row: rect.row + rect.rows / 2, in: rect, glyphs: model.glyphs)
    }
}
