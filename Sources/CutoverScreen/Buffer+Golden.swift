extension Buffer: CustomStringConvertible {
    /// The buffer as reviewable text: a block of glyphs, then a block of the same shape with roles.
    ///
    /// Each row of the first block is `T|…|`, each of the second `S|…|` with one letter per role; a
    /// space in the role `text` is `.`. A bold, dim, underlined or reversed cell is listed under an
    /// `E|…|` block with `b`, `d`, `u`, `r`, which is left out where no cell has any;
    /// so is the `G|…|` block with the letters of the grounds.
    package var description: String {
        var lines = (0..<rows).map { "T|" + glyphs(ofRow: $0) + "|" }
        lines += (0..<rows).map { "S|" + letters(ofRow: $0) + "|" }
        if cells.contains(where: { !$0.emphasis.isEmpty }) {
            lines += (0..<rows).map { "E|" + emphases(ofRow: $0) + "|" }
        }
        if cells.contains(where: { $0.ground != nil }) {
            lines += (0..<rows).map { "G|" + grounds(ofRow: $0) + "|" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The glyphs alone, without spaces at the ends of rows: what `--once` prints.
    package var text: String {
        (0..<rows).map { row in
            var line = Substring(glyphs(ofRow: row))
            while line.last == " " {
                line.removeLast()
            }
            return line + "\n"
        }.joined()
    }

    private func row(_ row: Int) -> ArraySlice<Cell> {
        cells[row * columns..<(row + 1) * columns]
    }

    private func glyphs(ofRow row: Int) -> String {
        var line = String.UnicodeScalarView()
        for cell in self.row(row) where cell.columns > 0 {
            line.append(cell.scalar)
            if let mark = cell.mark {
                line.append(mark)
            }
        }
        return String(line)
    }

    private func letters(ofRow row: Int) -> String {
        String(
            self.row(row).map { cell in
                var cell = cell
                cell.ground = nil
                return cell == .blank ? "." : cell.role.letter
            }
        )
    }

    private func grounds(ofRow row: Int) -> String {
        String(self.row(row).map { $0.ground?.letter ?? "." })
    }

    private func emphases(ofRow row: Int) -> String {
        String(
            self.row(row).map { cell in
                if cell.emphasis.isEmpty { return "." }
                if cell.emphasis.contains(.reverse) { return "r" }
                if cell.emphasis.contains(.bold) { return "b" }
                return cell.emphasis.contains(.underline) ? "u" : "d"
            }
        )
    }
}
