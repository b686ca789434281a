/// A table as Markdown, its columns aligned for whoever reads it as plain text.
struct MarkdownTable {
    private var rows: [[String]]

    init(_ header: [String]) {
        rows = [header]
    }

    /// Adds a row of as many cells as the header has.
    mutating func add(_ cells: [String]) {
        rows.append(cells)
    }

    var text: String {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        var lines = rows.map { row in
            zip(row, widths)
                .map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
        }
        lines.insert(widths.map { String(repeating: "-", count: $0) }, at: 1)
        return lines.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
    }
}
