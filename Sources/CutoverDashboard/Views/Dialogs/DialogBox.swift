import CutoverScreen

/// A box in the middle of the screen, as high as its lines.
struct DialogBox {
    let title: String
    let lines: [Line]
    let role: Role
    let glyphs: Glyphs

    private static let widest = 80
    private static let narrowest = 46

    /// The columns that lines may take on a screen of that width.
    static func innerWidth(_ columns: Int) -> Int {
        columns < 30 ? columns : min(columns, widest) - 4
    }

    func draw(into buffer: inout Buffer) {
        let longest = max(lines.map(\.width).max() ?? 0, title.displayWidth + 4) + 4
        let wanted = min(max(longest, Self.narrowest), Self.widest)
        // A margin of a cell or two would show fragments of words.
        let columns = wanted + 4 > buffer.columns ? buffer.columns : wanted
        // On the smallest screens a border would cost what has to be read.
        let isBare = buffer.columns < 30 || buffer.rows < lines.count + 2
        let titled = isBare ? [Line(title)] + lines : lines
        let rows = titled.count + (isBare ? 0 : 2)
        let rect = buffer.bounds.centered(columns: columns, rows: rows)
        buffer.fill(rect, role: role)
        if !isBare { buffer.box(rect, glyphs: glyphs, role: role, title: title, titleRole: role) }
        let inner = isBare ? rect : rect.inset(rows: 1, columns: 2)
        // The last line says which key does what: it is kept where rows are missing.
        let missing = max(titled.count - inner.rows, 0)
        let kept = missing == 0 ? titled : titled.dropLast(missing + 1) + titled.suffix(1)
        for (offset, line) in kept.suffix(inner.rows).enumerated() {
            let recolored = line.recolored(role)
            buffer.draw(recolored, row: inner.row + offset, in: inner, glyphs: glyphs)
        }
    }
}
