import CutoverScreen

/// One row of text in several roles, measured before it is drawn.
struct Line {
    private struct Span {
        let text: String
        let role: Role
        let emphasis: Attributes
        /// In columns.
        let width: Int
    }

    private var spans: [Span] = []

    /// In columns.
    private(set) var width = 0

    init() {}

    init(_ text: String, _ role: Role = .text) {
        add(text, role)
    }

    mutating func add(
        _ text: String,
        _ role: Role = .text,
        _ emphasis: Attributes = Attributes(rawValue: 0)
    ) {
        guard !text.isEmpty else { return }
        let columns = text.displayWidth
        spans.append(Span(text: text, role: role, emphasis: emphasis, width: columns))
        width += columns
    }

    mutating func add(_ line: Line) {
        spans += line.spans
        width += line.width
    }

    /// The same words in one role.
    func recolored(_ role: Role) -> Line {
        var line = Line()
        for span in spans {
            line.add(span.text, role, span.emphasis)
        }
        return line
    }

    fileprivate func draw(
        row: Int,
        column: Int,
        width: Int,
        ellipsis: String,
        into buffer: inout Buffer
    ) {
        var left = width
        var next = column
        var isCut = self.width > width
        for span in spans where left > 0 {
            var text = span.text
            if isCut, span.width >= left {
                // The space makes a text that fits exactly end in an ellipsis too.
                text = (text + " ").truncated(to: left, ellipsis: ellipsis)
                isCut = false
            }
            let used = buffer.put(
                text,
                row: row,
                column: next,
                role: span.role,
                emphasis: span.emphasis,
                maxWidth: left
            )
            next += used
            left -= used
        }
    }
}

extension Buffer {
    /// Draws a line at the left of a row; what does not fit ends in an ellipsis.
    mutating func draw(_ line: Line, row: Int, in rect: Rect, glyphs: Glyphs) {
        guard (rect.row..<rect.endRow).contains(row) else { return }
        line.draw(
            row: row,
            column: rect.column,
            width: rect.columns,
            ellipsis: glyphs.ellipsis,
            into: &self
        )
    }

    /// Draws one line at the left of a row and one at its right; the right one is kept whole.
    mutating func draw(_ left: Line, and right: Line, row: Int, in rect: Rect, glyphs: Glyphs) {
        let room = rect.columns - right.width
        guard room > 0 else { return draw(left, row: row, in: rect, glyphs: glyphs) }
        let (last, first) = rect.cut(right: right.width)
        // A left line that is cut keeps a space before the right one.
        let leftmost = first.cut(right: left.width > room ? 1 : 0).rest
        draw(left, row: row, in: leftmost, glyphs: glyphs)
        draw(right, row: row, in: last, glyphs: glyphs)
    }
}
