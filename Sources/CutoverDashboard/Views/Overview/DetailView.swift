import CutoverCore
import CutoverScreen

/// The selected service: where its rollout stands, who gets the traffic, how the instances are.
struct DetailView {
    let model: DashboardModel
    let service: ServiceSnapshot
    let layout: Layout

    /// What shares the rows, in the order on screen.
    private enum Section: CaseIterable {
        case title
        case stepper
        case sentence
        case gates
        case countdown
        case split
        case fold
        case heads
        case columnTitles
        case grid
    }

    private var glyphs: Glyphs { model.glyphs }

    private var lines: RolloutLines {
        RolloutLines(service: service, now: model.clock, glyphs: glyphs)
    }

    private var grid: InstanceGrid {
        InstanceGrid(
            service: service,
            cursor: model.instance?.id,
            isFocused: model.focus == .instances && model.page == .overview,
            now: model.clock,
            glyphs: glyphs
        )
    }

    private var isNew: Bool { service.rollout == nil && service.live == nil }

    private var hasInstances: Bool { !service.sides.isEmpty }

    /// Below this the selected service cannot say what is going on.
    var leastRows: Int { layout == .folded ? 4 : hasInstances ? 8 : 3 }

    /// The rows that it fills, with at most so many rows of instances.
    func rows(width: Int, gridLimit: Int = .max) -> Int {
        let sections = sections(width: width, rows: .max / 2, gridLimit: gridLimit)
        return Section.allCases.reduce(0) { $0 + sections[$1] }
    }

    func draw(in rect: Rect, into buffer: inout Buffer) {
        switch layout {
        case .lines, .folded, .stacked: drawStack(in: rect, into: &buffer)
        case .beside: drawBeside(in: rect, into: &buffer)
        case .panes: drawPanes(in: rect, into: &buffer)
        }
    }

    // MARK: - One column

    private func sections(
        width: Int,
        rows: Int,
        gridLimit: Int = .max
    ) -> RowPlan<Section> {
        var plan = RowPlan<Section>(rows: rows)
        let rollout = service.liveRollout
        let sentence = lines.sentence(width: width, limit: 2).count
        let gates = rollout.map { gateLines($0).count } ?? 0
        plan.want(.title, 1)
        plan.want(.split, hasInstances ? 1 : 0)
        plan.want(.sentence, isNew ? 1 : min(sentence, 1))
        if layout == .folded {
            plan.want(.fold, hasInstances ? 1 : 0)
            plan.want(.gates, gates)
            plan.want(.sentence, sentence - plan[.sentence])
            plan.want(.stepper, rollout == nil ? 0 : 1)
            return plan
        }
        plan.want(.stepper, rollout == nil ? 0 : 1)
        plan.want(.countdown, lines.countdown(width: width) == nil ? 0 : 1)
        plan.want(.gates, min(gates, 1))
        guard hasInstances else { return plan }
        plan.want(.heads, 1)
        plan.want(.grid, min(grid.rowCount, 4))
        plan.want(.gates, gates - plan[.gates])
        plan.want(.columnTitles, 1)
        plan.want(.sentence, sentence - plan[.sentence])
        plan.want(.grid, min(grid.rowCount, gridLimit) - plan[.grid])
        return plan
    }

    private func drawStack(in rect: Rect, into buffer: inout Buffer) {
        let plan = sections(width: rect.columns, rows: rect.rows)
        var rest = rect
        for section in Section.allCases where plan[section] > 0 {
            let (place, below) = rest.cut(top: plan[section])
            draw(section, in: place, into: &buffer)
            rest = below
        }
    }

    private func draw(_ section: Section, in rect: Rect, into buffer: inout Buffer) {
        let width = rect.columns
        switch section {
        case .title:
            TitleRule(
                service: service,
                now: model.clock,
                glyphs: glyphs,
                isFolded: layout == .folded
            ).draw(in: rect, into: &buffer)
        case .stepper:
            let steps = service.liveRollout?.progress.steps ?? []
            put([Stepper(steps: steps, glyphs: glyphs).line(width: width)], in: rect, &buffer)
        case .sentence: put(sentence(width: width, limit: rect.rows), in: rect, &buffer)
        case .gates:
            put(service.liveRollout.map { gateLines($0) } ?? [], in: rect, &buffer)
        case .countdown: put([lines.countdown(width: width)].compactMap(\.self), in: rect, &buffer)
        case .split: put([lines.split(width: width)], in: rect, &buffer)
        case .fold:
            var line = Line(" ")
            line.add(InstanceFold(service: service, glyphs: glyphs).line(width: width - 2))
            if model.focus == .instances, let instance = model.instance {
                line.add("  \(glyphs.cursor)\(instance.name.safeName) ", .selected)
                line.add(instance.state.word, instance.state.role)
                if !instance.note.isEmpty { line.add(": \(instance.note.safe)", .muted) }
            }
            put([line], in: rect, &buffer)
        case .heads: grid.drawHeads(in: rect, into: &buffer)
        case .columnTitles: grid.drawColumnTitles(in: rect, into: &buffer)
        case .grid: grid.drawInstances(in: rect, into: &buffer)
        }
    }

    private func sentence(width: Int, limit: Int) -> [Line] {
        guard service.rollout != nil else {
            guard service.live == nil else { return [] }
            return [Line(" no release yet: press d to deploy the first one", .keyHint)]
        }
        return lines.sentence(width: width, limit: limit)
    }

    private func gateLines(_ rollout: RolloutSnapshot) -> [Line] {
        GateLines(rollout: rollout, glyphs: glyphs).lines
    }

    private func put(_ lines: [Line], in rect: Rect, _ buffer: inout Buffer) {
        for (offset, line) in lines.prefix(rect.rows).enumerated() {
            buffer.draw(line, row: rect.row + offset, in: rect, glyphs: glyphs)
        }
    }
}

// MARK: - More room

extension DetailView {
    /// The events beside the grid; what is left below it shows the instance that needs a look.
    private func drawBeside(in rect: Rect, into buffer: inout Buffer) {
        let plan = sections(width: rect.columns, rows: rect.rows)
        let upper = plan[.title] + plan[.stepper] + plan[.sentence] + plan[.gates]
        let (top, bottom) = rect.cut(top: upper + plan[.countdown] + plan[.split])
        drawStack(plan, in: top, into: &buffer)
        let (left, right) = columns(of: bottom, left: max(80, rect.columns * 2 / 3), into: &buffer)
        var rest = left
        for section in [Section.heads, .columnTitles, .grid] {
            let (place, below) = rest.cut(top: plan[section])
            draw(section, in: place, into: &buffer)
            rest = below
        }
        if rest.rows >= 16 {
            let (chart, below) = rest.cut(top: 8)
            let inner = chart.cut(top: 1).rest.cut(bottom: 1).rest
            RateChart(service: service, glyphs: glyphs).draw(in: inner, into: &buffer)
            rest = below
        }
        drawEvidence(in: rest.cut(top: rest.rows > 6 ? 1 : 0).rest, into: &buffer)
        drawEventsAndActions(in: right, into: &buffer)
    }

    /// Every pane at once.
    private func drawPanes(in rect: Rect, into buffer: inout Buffer) {
        let (title, below) = rect.cut(top: 1)
        draw(.title, in: title, into: &buffer)
        let evidenceRows = max(below.rows - middleRows(width: rect.columns * 5 / 8), 8)
        let (evidence, middle) = below.cut(bottom: evidenceRows)
        let (left, right) = columns(of: middle, left: rect.columns * 5 / 8, into: &buffer)
        var rest = left
        func next(_ rows: Int) -> Rect {
            let (place, below) = rest.cut(top: rows)
            rest = below
            return place
        }
        let sentence = sentence(width: left.columns, limit: 2)
        if service.liveRollout != nil {
            draw(.stepper, in: next(1), into: &buffer)
        }
        put(sentence, in: next(sentence.count), &buffer)
        if lines.countdown(width: left.columns) != nil {
            draw(.countdown, in: next(1), into: &buffer)
        }
        draw(.split, in: next(1), into: &buffer)
        if let rollout = service.liveRollout {
            let table = VerdictTable(service: service, rollout: rollout, glyphs: glyphs).lines
            if !table.isEmpty {
                put(table, in: next(table.count + 2).cut(top: 1).rest, &buffer)
            }
        }
        let gridRows = hasInstances ? min(grid.rowCount, max(rest.rows - 10, 4)) + 2 : 0
        let chart = next(min(max(rest.rows - gridRows, 0), Self.chartRows))
        if chart.rows >= 5 {
            let inner = chart.cut(top: 1).rest.cut(bottom: 1).rest
            RateChart(service: service, glyphs: glyphs).draw(in: inner, into: &buffer)
        }
        draw(.heads, in: next(hasInstances ? 1 : 0), into: &buffer)
        draw(.columnTitles, in: next(hasInstances ? 1 : 0), into: &buffer)
        draw(.grid, in: rest, into: &buffer)
        drawEventsAndActions(in: right, into: &buffer)
        drawEvidence(in: evidence, into: &buffer)
    }

    /// Of the rate's chart, with an empty row above and below.
    private static let chartRows = 10

    /// What the panes between title and evidence fill; the events need some too.
    private func middleRows(width: Int) -> Int {
        var rows = sentence(width: width, limit: 2).count + Self.chartRows + 1
        if let rollout = service.liveRollout {
            let table = VerdictTable(service: service, rollout: rollout, glyphs: glyphs).lines
            rows += 1 + (table.isEmpty ? 0 : table.count + 2)
        }
        if lines.countdown(width: width) != nil { rows += 1 }
        if hasInstances { rows += grid.rowCount + 2 }
        return max(rows, 24)
    }

    private func drawStack(
        _ plan: RowPlan<Section>,
        in rect: Rect,
        into buffer: inout Buffer
    ) {
        var rest = rect
        let upper: [Section] = [.title, .stepper, .sentence, .gates, .countdown, .split]
        for section in upper where plan[section] > 0 {
            let (place, below) = rest.cut(top: plan[section])
            draw(section, in: place, into: &buffer)
            rest = below
        }
    }

    private func columns(
        of rect: Rect,
        left width: Int,
        into buffer: inout Buffer
    ) -> (left: Rect, right: Rect) {
        let (left, rest) = rect.cut(left: width)
        let (line, right) = rest.cut(left: 1)
        for row in line.row..<line.endRow {
            buffer.put(glyphs.vertical, row: row, column: line.column, role: .border)
        }
        return (left, right)
    }

    private func drawEventsAndActions(in rect: Rect, into buffer: inout Buffer) {
        let list = ActionList(service: service, blindness: model.blindness, glyphs: glyphs)
        // Whole sentences where the events leave the room.
        let lengths = [4, 3, 2, 1].map { list.lines(width: rect.columns, rowsEach: $0) }
        let actions = lengths.first { $0.count + 8 <= rect.rows } ?? lengths[3]
        let hasActions = rect.rows >= actions.count + 6
        let (lower, upper) = rect.cut(bottom: hasActions ? actions.count + 1 : 0)
        OverviewView.drawEvents(model.events(.service), of: model, in: upper, into: &buffer)
        guard hasActions else { return }
        let (head, body) = lower.cut(top: 1)
        if let rule = glyphs.horizontal.unicodeScalars.first {
            buffer.fill(head, with: rule, role: .border)
        }
        var title = Line(String(repeating: glyphs.horizontal, count: 2) + " ", .border)
        title.add("actions now ", .title)
        buffer.draw(title, row: head.row, in: head, glyphs: glyphs)
        put(actions, in: body, &buffer)
    }

    private func drawEvidence(in rect: Rect, into buffer: inout Buffer) {
        guard let instance = model.instance, rect.rows >= 4 else { return }
        EvidencePane(
            service: service,
            instance: instance,
            log: model.shownLog,
            now: model.clock,
            glyphs: glyphs
        ).draw(in: rect, into: &buffer)
    }
}
