import CutoverCore
import CutoverScreen

/// One row for each service, in the order of the manifest.
///
/// Rows never sort themselves: an operator's finger is on one of them.
struct ServiceTable {
    let model: DashboardModel

    var rowCount: Int { model.visibleServices.count }

    func draw(in rect: Rect, into buffer: inout Buffer) {
        let services = model.visibleServices
        let (head, body) = rect.cut(top: 1)
        let page = visibleRange(of: services, rows: body.rows)
        let columns = TableColumn.chosen(for: rect.columns)
        drawHead(columns, page: page, of: services.count, in: head, into: &buffer)
        let lastEvents = columns.contains { $0.column == .lastEvent } ? newestEvents() : [:]
        for (offset, index) in page.enumerated() {
            let row = body.cut(top: offset).rest.cut(top: 1).part
            let service = services[index]
            var place = row.cut(left: 1).rest
            let cell = TableCell(
                service: service,
                lastEvent: lastEvents[service.name],
                now: model.clock,
                glyphs: model.glyphs
            )
            for (column, width) in columns {
                let line = cell.line(column, width: width)
                let part = place.cut(left: width).part
                buffer.draw(line, row: row.row, in: part, glyphs: model.glyphs)
                place = place.cut(left: width + 1).rest
            }
            if service.name == model.service?.name {
                let isFocused = model.focus == .services && model.page == .overview
                buffer.underlay(row, role: isFocused ? .selected : .selectedOff)
                let cursor = model.glyphs.cursor
                buffer.put(cursor, row: row.row, column: row.column, role: .selected)
            }
        }
    }

    /// The page of rows with the cursor: within a page nothing moves but the cursor.
    private func visibleRange(of services: [ServiceSnapshot], rows: Int) -> Range<Int> {
        guard rows > 0, !services.isEmpty else { return 0..<0 }
        let selected = services.firstIndex { $0.name == model.service?.name } ?? 0
        let first = min(selected / rows * rows, max(services.count - rows, 0))
        return first..<min(first + rows, services.count)
    }

    private func drawHead(
        _ columns: [(column: TableColumn, width: Int)],
        page: Range<Int>,
        of count: Int,
        in rect: Rect,
        into buffer: inout Buffer
    ) {
        var place = rect.cut(left: 1).rest
        for (column, width) in columns {
            var title = column.title(width: width, glyphs: model.glyphs)
            if column == .name, page.count < count {
                title = "\(page.lowerBound + 1)-\(page.upperBound) of \(count)"
            }
            let fitted = title.fitted(to: width, column.alignment, ellipsis: model.glyphs.ellipsis)
            let part = place.cut(left: width).part
            buffer.draw(Line(fitted, .muted), row: rect.row, in: part, glyphs: model.glyphs)
            place = place.cut(left: width + 1).rest
        }
    }

    private func newestEvents() -> [ServiceName: JournalEntry] {
        var newest: [ServiceName: JournalEntry] = [:]
        for event in model.displayed?.events.reversed() ?? [] {
            guard let service = event.service else { continue }
            newest[service] = event
        }
        return newest
    }
}
