/// One column of one row of a screen.
///
/// A wide glyph takes two cells: the left one holds it with `columns` 2, the right one is a `tail`.
package struct Cell: Hashable, Sendable {
    /// The glyph; a space where nothing is.
    package private(set) var scalar: Unicode.Scalar

    /// A combining mark drawn over the glyph; one is enough for nearly all that people write.
    package internal(set) var mark: Unicode.Scalar?

    package var role: Role

    /// The role whose background lies under the glyph, such as a selected row's; `nil` for the one
    /// of `role`.
    package var ground: Role?

    /// Drawn in addition to what the theme says for the role.
    package var emphasis: Attributes

    /// How many columns the glyph takes: 1, 2, or 0 for the right half of a wide one.
    package private(set) var columns: UInt8

    /// A cell with one glyph; what cannot stand in a cell alone is shown as U+FFFD.
    package init(
        _ scalar: Unicode.Scalar,
        role: Role = .text,
        emphasis: Attributes = []
    ) {
        self.init(scalar, shape: scalar.shape, role: role, emphasis: emphasis)
    }

    init(_ scalar: Unicode.Scalar, shape: ScalarShape, role: Role, emphasis: Attributes) {
        switch shape {
        case .narrow, .wide: self.scalar = scalar
        case .mark, .hidden: self.scalar = Cell.replacement
        }
        self.columns = shape == .wide ? 2 : 1
        self.role = role
        self.emphasis = emphasis
    }

    private init(tailOf cell: Cell) {
        self = cell
        scalar = " "
        mark = nil
        columns = 0
    }

    /// The empty cell.
    package static let blank = Cell(" ")

    /// What stands for a scalar that may not reach a terminal.
    package static let replacement: Unicode.Scalar = "\u{FFFD}"

    /// The right half of this cell's glyph, for a wide glyph.
    var tail: Cell { Cell(tailOf: self) }

    /// The same look with nothing in it.
    var emptied: Cell { Cell(" ", role: role, emphasis: emphasis) }
}
