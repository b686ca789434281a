extension Buffer {
    /// Writes text in one row from `column` on and returns how many columns it took.
    ///
    /// What does not fit into `maxWidth` columns, or before the right edge, is left out; nothing
    /// ever goes on in the next row. A scalar that may not reach a terminal is shown as U+FFFD, so
    /// an escape sequence in a text stays harmless here even if nobody sanitized it.
    @discardableResult
    package mutating func put(
        _ text: String,
        row: Int,
        column: Int,
        role: Role = .text,
        emphasis: Attributes = [],
        maxWidth: Int = .max
    ) -> Int {
        guard row >= 0, row < rows, column < columns, maxWidth > 0 else { return 0 }
        let end = maxWidth >= columns - column ? columns : column + maxWidth
        var next = column
        for scalar in text.unicodeScalars {
            let shape = scalar.shape
            if shape == .mark {
                if next > column {
                    mark(scalar, row: row, before: next)
                }
                continue
            }
            let cell = Cell(scalar, shape: shape, role: role, emphasis: emphasis)
            let width = Int(cell.columns)
            guard next + width <= end else { break }
            if next >= 0 {
                set(cell, row: row, column: next, end: end)
            } else if next + width > 0 {
                // The left half of a wide glyph is beyond the left edge.
                set(cell.emptied, row: row, column: 0, end: end)
            }
            next += width
        }
        return next - column
    }

    /// Fills a rectangle with one glyph of one column.
    package mutating func fill(
        _ rect: Rect,
        with scalar: Unicode.Scalar = " ",
        role: Role = .text,
        emphasis: Attributes = []
    ) {
        let cell = Cell(scalar, role: role, emphasis: emphasis)
        let area = rect.intersection(bounds)
        for row in area.row..<area.endRow {
            for column in area.column..<area.endColumn {
                set(cell.columns == 1 ? cell : cell.emptied, row: row, column: column, end: columns)
            }
        }
    }

    /// Draws a box along the inner edge of a rectangle, with a title in its top line.
    ///
    /// A rectangle of less than two rows or columns has no room for a box and stays as it is.
    package mutating func box(
        _ rect: Rect,
        glyphs: Glyphs,
        role: Role = .border,
        title: String = "",
        titleRole: Role = .title
    ) {
        guard rect.rows >= 2, rect.columns >= 2 else { return }
        let last = (row: rect.endRow - 1, column: rect.endColumn - 1)
        for column in rect.column + 1..<last.column {
            put(glyphs.horizontal, row: rect.row, column: column, role: role)
            put(glyphs.horizontal, row: last.row, column: column, role: role)
        }
        for row in rect.row + 1..<last.row {
            put(glyphs.vertical, row: row, column: rect.column, role: role)
            put(glyphs.vertical, row: row, column: last.column, role: role)
        }
        put(glyphs.topLeft, row: rect.row, column: rect.column, role: role)
        put(glyphs.topRight, row: rect.row, column: last.column, role: role)
        put(glyphs.bottomLeft, row: last.row, column: rect.column, role: role)
        put(glyphs.bottomRight, row: last.row, column: last.column, role: role)
        guard !title.isEmpty, rect.columns > 6 else { return }
        let words = " " + title.truncated(to: rect.columns - 6, ellipsis: glyphs.ellipsis) + " "
        put(words, row: rect.row, column: rect.column + 2, role: titleRole)
    }
}
