/// The extent of a screen or of a part of it, in cells.
package struct Size: Hashable, Sendable {
    package let columns: Int
    package let rows: Int

    /// A size; negative numbers count as 0.
    package init(columns: Int, rows: Int) {
        self.columns = max(columns, 0)
        self.rows = max(rows, 0)
    }
}

extension Size: CustomStringConvertible {
    package var description: String { "\(columns)×\(rows)" }
}
