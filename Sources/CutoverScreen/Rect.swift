/// A part of a screen, in cells; its extent is never negative.
///
/// The operations that cut never fail: where there is too little room, what is cut off gets what
/// there is and the rest is empty. So a layout needs no case of its own for a terminal that is too
/// small.
package struct Rect: Hashable, Sendable {
    /// The topmost row.
    package let row: Int

    /// The leftmost column.
    package let column: Int

    package let size: Size

    package init(row: Int, column: Int, columns: Int, rows: Int) {
        self.row = row
        self.column = column
        self.size = Size(columns: columns, rows: rows)
    }

    /// All of a screen of that size.
    package init(_ size: Size) {
        self.row = 0
        self.column = 0
        self.size = size
    }

    package var columns: Int { size.columns }
    package var rows: Int { size.rows }

    /// The first row below.
    package var endRow: Int { row + rows }

    /// The first column to the right.
    package var endColumn: Int { column + columns }

    package var isEmpty: Bool { rows == 0 || columns == 0 }
}

// MARK: - Cutting

extension Rect {
    /// Cuts off up to `count` rows at the top.
    package func cut(top count: Int) -> (part: Rect, rest: Rect) {
        let taken = min(max(count, 0), rows)
        return (
            Rect(row: row, column: column, columns: columns, rows: taken),
            Rect(row: row + taken, column: column, columns: columns, rows: rows - taken)
        )
    }

    /// Cuts off up to `count` rows at the bottom.
    package func cut(bottom count: Int) -> (part: Rect, rest: Rect) {
        let taken = min(max(count, 0), rows)
        let (rest, part) = cut(top: rows - taken)
        return (part, rest)
    }

    /// Cuts off up to `count` columns at the left.
    package func cut(left count: Int) -> (part: Rect, rest: Rect) {
        let taken = min(max(count, 0), columns)
        return (
            Rect(row: row, column: column, columns: taken, rows: rows),
            Rect(row: row, column: column + taken, columns: columns - taken, rows: rows)
        )
    }

    /// Cuts off up to `count` columns at the right.
    package func cut(right count: Int) -> (part: Rect, rest: Rect) {
        let taken = min(max(count, 0), columns)
        let (rest, part) = cut(left: columns - taken)
        return (part, rest)
    }

    /// What is left inside a margin on every side.
    package func inset(rows rowMargin: Int = 0, columns columnMargin: Int = 0) -> Rect {
        let across = cut(left: columnMargin).rest.cut(right: columnMargin).rest
        return across.cut(top: rowMargin).rest.cut(bottom: rowMargin).rest
    }

    /// A part of at most that extent in the middle, for a dialog.
    package func centered(columns wide: Int, rows high: Int) -> Rect {
        let size = Size(columns: min(wide, columns), rows: min(high, rows))
        return Rect(
            row: row + (rows - size.rows) / 2,
            column: column + (columns - size.columns) / 2,
            columns: size.columns,
            rows: size.rows
        )
    }

    /// What both cover; empty when they do not meet.
    package func intersection(_ other: Rect) -> Rect {
        let top = max(row, other.row)
        let left = max(column, other.column)
        return Rect(
            row: top,
            column: left,
            columns: min(endColumn, other.endColumn) - left,
            rows: min(endRow, other.endRow) - top
        )
    }
}
