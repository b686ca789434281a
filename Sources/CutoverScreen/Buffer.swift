/// What a screen shows, as a value: rows of cells, each with a glyph and a role.
///
/// Reading outside gives the blank cell and writing outside does nothing, so that a view draws the
/// same way on any size. Every row always fills exactly its columns: a wide glyph is never cut in
/// half.
package struct Buffer: Equatable, Sendable {
    package let size: Size

    /// Row by row, `size.columns` cells each.
    package private(set) var cells: [Cell]

    /// A buffer of blanks.
    package init(_ size: Size) {
        self.size = size
        self.cells = Array(repeating: .blank, count: size.rows * size.columns)
    }

    package var columns: Int { size.columns }
    package var rows: Int { size.rows }

    /// All of it.
    package var bounds: Rect { Rect(size) }

    /// One cell; to change it, a glyph of one column.
    ///
    /// Writing half of a wide glyph away leaves a space in its other half. A wide glyph that does
    /// not fit before the right edge becomes a space.
    package subscript(row row: Int, column column: Int) -> Cell {
        get {
            guard let index = index(row, column) else { return .blank }
            return cells[index]
        }
        set {
            set(newValue, row: row, column: column, end: columns)
        }
    }

    /// Writes a cell so that a glyph of two columns ends before `end`.
    mutating func set(_ cell: Cell, row: Int, column: Int, end: Int) {
        guard let index = index(row, column) else { return }
        let fits = column + Int(cell.columns) <= min(end, columns)
        let written = fits && cell.columns > 0 ? cell : cell.emptied
        freeNeighbours(of: index, column: column, width: Int(written.columns))
        cells[index] = written
        if written.columns == 2 {
            cells[index + 1] = written.tail
        }
    }

    /// Puts a mark on the glyph whose last column is left of `column`, unless it has one.
    mutating func mark(_ mark: Unicode.Scalar, row: Int, before column: Int) {
        guard let right = index(row, column - 1) else { return }
        let index = cells[right].columns == 0 ? right - 1 : right
        if cells[index].mark == nil {
            cells[index].mark = mark
        }
    }

    /// Lays the background and weight of a role under the cells of a rectangle.
    ///
    /// Their own roles go on saying what they mean. Bars keep their background, which shows through
    /// some fills: what looks like a share must look so everywhere.
    package mutating func underlay(_ rect: Rect, role: Role) {
        let area = rect.intersection(bounds)
        for row in area.row..<area.endRow {
            let start = row * columns
            for index in start + area.column..<start + area.endColumn
            where cells[index].role != .blueFill && cells[index].role != .greenFill {
                cells[index].ground = role
            }
        }
    }

    private func index(_ row: Int, _ column: Int) -> Int? {
        guard row >= 0, row < rows, column >= 0, column < columns else { return nil }
        return row * columns + column
    }

    /// Leaves a space in the half of a wide glyph that stays when its other half is written over.
    private mutating func freeNeighbours(of index: Int, column: Int, width: Int) {
        if cells[index].columns == 0 {
            cells[index - 1] = cells[index - 1].emptied
        }
        let after = index + width
        if column + width < columns, cells[after].columns == 0 {
            cells[after] = cells[after].emptied
        }
    }
}
