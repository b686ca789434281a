import CutoverScreen

/// A box in the middle of the screen, as high as its lines.
struct DialogBox {
    let title: String
    /// What is asked; where rows are missing, the end of it is left out.
    let facts: [Line]
    /// Which keys do what, and what is being typed: never left out.
    let answers: [Line]
    let role: Role
    let glyphs: Glyphs

    private static let widest = 80
    private static let narrowest = 46

    /// The columns that lines may take on a screen of that width.
    static func innerWidth(_ columns: Int) -> Int {
        columns < 30 ? columns : min(columns, widest) - 4
    }

    func draw(into buffer: inout Buffer) {
        let lines = facts + (facts.isEmpty ? [] : [Line()]) + answers
        let longest = max(lines.map(\.width).max() ?? 0, title.displayWidth + 4) + 4
        let wanted = min(max(longest, Self.narrowest), Self.widest)
        // A margin of a cell or two would show fragments of words.
        let columns = wanted + 4 > buffer.columns ? buffer.columns : wanted
        // On the smallest screens a border would cost what has to be read.
        let isBare = buffer.columns < 30 || buffer.rows < lines.count + 2
        let rows = lines.count + (isBare ? 1 : 2)
        let rect = buffer.bounds.centered(columns: columns, rows: rows)
        buffer.fill(rect, role: role)
        if isBare {
            let (head, body) = rect.cut(top: 1)
            buffer.draw(Line(title, role), row: head.row, in: head, glyphs: glyphs)
            let (foot, rest) = body.cut(bottom: answers.count)
            draw(facts, in: rest, into: &buffer)
            draw(answers, in: foot, into: &buffer)
        } else {
            buffer.box(rect, glyphs: glyphs, role: role, title: title, titleRole: role)
            draw(lines, in: rect.inset(rows: 1, columns: 2), into: &buffer)
        }
    }

    private func draw(_ lines: [Line], in rect: Rect, into buffer: inout Buffer) {
        for (offset, line) in lines.enumerated() {
            let row = rect.row + offset
            buffer.draw(line.recolored(role), row: row, in: rect, glyphs: glyphs)
        }
    }
}
