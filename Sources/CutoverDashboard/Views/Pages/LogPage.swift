import CutoverCore
import CutoverScreen

/// The log of one instance: the newest line at the bottom, and it follows unless scrolled up.
struct LogPage {
    let model: DashboardModel
    let scroll: Int

    func draw(in rect: Rect, into buffer: inout Buffer) {
        let (head, body) = rect.cut(top: 1)
        let log = model.shownLog ?? []
        let name = model.instance?.name.safeName ?? ""
        let place = scroll == 0 ? "follows" : "\(scroll) lines back, G follows"
        PageOfLines(title: "log \(name)  \(model.boundWords)  \(place)", lines: [], scroll: 0)
            .draw(in: head, glyphs: model.glyphs, into: &buffer)
        let shown = log.dropLast(min(scroll, max(log.count - body.rows, 0))).suffix(body.rows)
        for (offset, text) in shown.enumerated() {
            let line = Line(" " + text.safe)
            buffer.draw(line, row: body.row + offset, in: body, glyphs: model.glyphs)
        }
        if log.isEmpty {
            let isRead = model.shownLog != nil
            let words = Line(" \(isRead ? EvidencePane.empty : EvidencePane.notRead)", .muted)
            buffer.draw(words, row: body.row, in: body, glyphs: model.glyphs)
        }
    }
}
