import CutoverCore
import CutoverScreen

/// The smallest screens, down to one cell: what is wrong, a line for each service, the message.
struct LinesView {
    let model: DashboardModel

    func draw(in rect: Rect, into buffer: inout Buffer) {
        let glyphs = model.glyphs
        let words = message(width: rect.columns, rows: rect.rows / 3)
        let (message, above) = rect.cut(bottom: rect.rows >= 3 ? words.count : 0)
        if case .filter = model.modal {
            MessageRow(model: model).draw(in: message, into: &buffer)
        } else {
            for (offset, line) in words.enumerated() {
                buffer.draw(line, row: message.row + offset, in: message, glyphs: glyphs)
            }
        }
        let banner = BannerView(model: model)
        let bannerRows = banner.rowCount(limit: above.rows >= 3 ? 1 : 0)
        let (top, body) = above.cut(top: bannerRows)
        banner.draw(in: top, into: &buffer)
        guard model.page == .overview else {
            let lines = pageLines(width: body.columns)
            return PageOfLines(
                title: body.rows >= 3 ? model.boundWords : "",
                lines: lines,
                scroll: scroll
            )
            .draw(in: body, glyphs: glyphs, into: &buffer)
        }
        drawServices(in: body, into: &buffer)
    }

    private func drawServices(in rect: Rect, into buffer: inout Buffer) {
        let services = model.visibleServices
        guard rect.rows > 0, !services.isEmpty else { return }
        let selected = services.firstIndex { $0.name == model.service?.name } ?? 0
        let first = min(selected / rect.rows * rect.rows, max(services.count - rect.rows, 0))
        for (offset, service) in services[first...].prefix(rect.rows).enumerated() {
            let row = rect.row + offset
            let isSelected = service.name == model.service?.name
            let standing = Standing(service, glyphs: model.glyphs)
            let ending = ending(service, standing, width: rect.columns)
            var line = Line(isSelected ? model.glyphs.cursor : " ", .selected)
            line.add("\(standing.glyph) ", standing.role)
            line.add(service.name.safe, isSelected ? .title : .text)
            buffer.draw(line, and: ending, row: row, in: rect, glyphs: model.glyphs)
        }
        drawSentence(in: rect.cut(top: services.count).rest, into: &buffer)
    }

    /// Why the selected service waits, where rows are left.
    private func drawSentence(in rect: Rect, into buffer: inout Buffer) {
        guard let service = model.service else { return }
        let lines = RolloutLines(service: service, now: model.clock, glyphs: model.glyphs)
            .sentence(width: rect.columns, limit: rect.rows)
        for (offset, line) in lines.enumerated() {
            buffer.draw(line, row: rect.row + offset, in: rect, glyphs: model.glyphs)
        }
    }

    private func ending(_ service: ServiceSnapshot, _ standing: Standing, width: Int) -> Line {
        guard width >= 24 else { return Line() }
        var line = Line(" \(standing.word)", standing.role)
        if service.liveRollout != nil, width >= 30 {
            line.add(" \(service.split.left)/\(service.split.right)")
        }
        return line
    }

    /// What was done, whole where a third of the rows hold it.
    private func message(width: Int, rows: Int) -> [Line] {
        guard let message = model.message, model.modal == nil else { return [promise] }
        let texts = wrapped(
            message.text,
            width: width,
            limit: max(rows, 1),
            ellipsis: model.glyphs.ellipsis
        )
        return texts.isEmpty ? [promise] : texts.map { Line($0, message.role) }
    }

    /// Whether requests failed, and how old that knowledge is.
    private var promise: Line {
        guard let snapshot = model.displayed else { return Line("waiting for the engine", .muted) }
        if model.blindness != nil {
            return Line("STALE \(model.dataAge.map { Figures.age($0) } ?? "")", .stale)
        }
        let failed = snapshot.failures
        let words = "\(failed.words)  ? help  q quit"
        return Line(words, failed.isNone ? .muted : .messageBad)
    }

    // MARK: - Pages

    private var scroll: Int {
        switch model.page {
        case .overview: 0
        case .help(let scroll), .events(_, let scroll), .instance(let scroll): scroll
        case .log: .max
        }
    }

    private func pageLines(width: Int) -> [Line] {
        switch model.page {
        case .overview, .help, .events, .instance: model.pageLines(width: width)
        case .log(let scroll):
            model.shownLog.map { $0.dropLast(scroll).suffix(40).map { Line($0.safe) } }
                ?? [Line(EvidencePane.notRead, .muted)]
        }
    }
}
