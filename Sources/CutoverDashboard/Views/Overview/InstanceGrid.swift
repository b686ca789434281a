import CutoverCore
import CutoverScreen

/// Blue left and green right, or old left and new right: a heading, then a row for each instance.
struct InstanceGrid {
    let service: ServiceSnapshot
    let cursor: InstanceID?
    let isFocused: Bool
    let now: Timestamp
    let glyphs: Glyphs

    /// The rows that all instances take.
    var rowCount: Int { parts.map(\.instances.count).max() ?? 0 }

    /// One half of the grid.
    private struct Part {
        /// `nil` continues the side of the part before.
        var side: SideSnapshot?
        var instances: [InstanceSnapshot]
        /// Where nothing runs in a slot.
        var idle: Slot?
    }

    /// A single side of a service without slots takes both halves.
    private var parts: [Part] {
        if !service.isRolling {
            return Slot.allCases.map { slot in
                let side = service.side(slot)
                return Part(
                    side: side,
                    instances: side?.instances ?? [],
                    idle: side == nil ? slot : nil
                )
            }
        }
        guard let first = service.columns.first else { return [] }
        if service.columns.count > 1 {
            return service.columns.map { Part(side: $0, instances: $0.instances) }
        }
        let half = (first.instances.count + 1) / 2
        return [
            Part(side: first, instances: Array(first.instances.prefix(half))),
            Part(side: nil, instances: Array(first.instances.dropFirst(half))),
        ]
    }

    func drawHeads(in rect: Rect, into buffer: inout Buffer) {
        for (part, place) in zip(parts, halves(of: rect, into: &buffer)) {
            let head = head(part, width: width(in: rect))
            buffer.draw(head, row: rect.row, in: place, glyphs: glyphs)
        }
    }

    func drawColumnTitles(in rect: Rect, into buffer: inout Buffer) {
        for (part, place) in zip(parts, halves(of: rect, into: &buffer))
        where !part.instances.isEmpty {
            let titles = InstanceRow.titles(of: part.instances, width: width(in: rect))
            buffer.draw(titles, row: rect.row, in: place, glyphs: glyphs)
        }
    }

    func drawInstances(in rect: Rect, into buffer: inout Buffer) {
        for (part, place) in zip(parts, halves(of: rect, into: &buffer)) {
            drawRows(part, in: place, width: width(in: rect), into: &buffer)
        }
    }

    private func drawRows(
        _ part: Part,
        in rect: Rect,
        width: Int,
        into buffer: inout Buffer
    ) {
        let isCut = part.instances.count > rect.rows
        let shown = shownInstances(part, rows: isCut ? rect.rows - 1 : rect.rows)
        for (offset, instance) in shown.enumerated() {
            let row = rect.cut(top: offset).rest.cut(top: 1).part
            let line = InstanceRow(instance: instance, now: now, glyphs: glyphs)
                .line(width: width)
            buffer.draw(line, row: row.row, in: row, glyphs: glyphs)
            guard instance.id == cursor, isFocused else { continue }
            buffer.underlay(row, role: .selected)
            buffer.put(glyphs.cursor, row: row.row, column: row.column, role: .selected)
        }
        guard isCut, let side = part.side ?? service.columns.first else { return }
        var rest = side
        rest.instances = part.instances.filter { instance in
            !shown.contains { $0.id == instance.id }
        }
        var line = Line(" +\(rest.instances.count) more: ", .muted)
        line.add(InstanceFold.counts(rest, glyphs))
        buffer.draw(line, row: rect.endRow - 1, in: rect, glyphs: glyphs)
    }

    /// Those that fit: the page with the cursor, else those before others that are neither simply
    /// up nor gone.
    private func shownInstances(_ part: Part, rows: Int) -> [InstanceSnapshot] {
        guard rows > 0 else { return [] }
        guard part.instances.count > rows else { return part.instances }
        if isFocused, let index = part.instances.firstIndex(where: { $0.id == cursor }) {
            let first = min(index / rows * rows, part.instances.count - rows)
            return Array(part.instances[first..<first + rows])
        }
        let special = part.instances.filter { $0.state.needsLook }.prefix(rows)
        let others = part.instances.filter { !$0.state.needsLook }.prefix(rows - special.count)
        let chosen = Set((special + others).map(\.id))
        return part.instances.filter { chosen.contains($0.id) }
    }

    // MARK: - Places

    /// Of the narrower half: both have their columns at the same places.
    private func width(in rect: Rect) -> Int { (rect.columns - 1) / 2 }

    /// Both halves, with a line between them.
    private func halves(of rect: Rect, into buffer: inout Buffer) -> [Rect] {
        let (left, rest) = rect.cut(left: width(in: rect))
        let (line, right) = rest.cut(left: 1)
        for row in line.row..<line.endRow {
            buffer.put(glyphs.vertical, row: row, column: line.column, role: .border)
        }
        return [left, right]
    }

    private func head(_ part: Part, width: Int) -> Line {
        if let slot = part.idle {
            var line = Line(" \(slot.rawValue.uppercased())", slot == .blue ? .blue : .green)
            let words = service.isExternal ? "somebody else's to fill" : "nothing runs here"
            line.add("  idle: \(words)", .muted)
            return line
        }
        guard let side = part.side else { return Line() }
        return SideHead(side: side, service: service, glyphs: glyphs).line(width: width)
    }
}
