import CutoverCore
import CutoverScreen

/// A scrolled list of rows under a rule with a title.
struct PageOfLines {
    let title: String
    let lines: [Line]
    let scroll: Int

    func draw(in rect: Rect, glyphs: Glyphs, into buffer: inout Buffer) {
        let (head, body) = rect.cut(top: title.isEmpty ? 0 : 1)
        if !head.isEmpty, let rule = glyphs.horizontal.unicodeScalars.first {
            buffer.fill(head, with: rule, role: .borderFocus)
        }
        let first = min(max(scroll, 0), max(lines.count - body.rows, 0))
        let last = min(first + body.rows, lines.count)
        if !head.isEmpty {
            var line = Line(String(repeating: glyphs.horizontal, count: 2) + " ", .borderFocus)
            line.add("\(title) ", .title)
            let isWhole = last - first == lines.count
            let ending = Line(isWhole ? "" : " \(first + 1)-\(last) of \(lines.count) ", .muted)
            buffer.draw(line, and: ending, row: head.row, in: head, glyphs: glyphs)
        }
        for (offset, line) in lines[first..<last].enumerated() {
            buffer.draw(line, row: body.row + offset, in: body, glyphs: glyphs)
        }
    }
}

extension DashboardModel {
    /// The page as rows, for those that are scrolled as such.
    func pageLines(width: Int) -> [Line] {
        switch page {
        case .overview, .log: []
        case .help: HelpPage(model: self, scroll: 0).lines(width: width)
        case .events(let scope, _):
            EventsPage(model: self, scope: scope, scroll: 0).lines(width: width)
        case .instance: InstancePage(model: self, scroll: 0).lines
        }
    }

    /// How far the page can be scrolled: its last row stands at the bottom of the screen then.
    var lastScroll: Int {
        max(pageLines(width: size.columns).count - Layout(size).pageRows(of: self), 0)
    }

    /// The service that verbs are about, for the title of a page.
    var boundWords: String {
        guard let service else { return "" }
        let name = service.name.safe.truncated(to: 40, ellipsis: glyphs.ellipsis)
        return "\(name)  rev \(service.rollout?.revision ?? 0)"
    }
}
