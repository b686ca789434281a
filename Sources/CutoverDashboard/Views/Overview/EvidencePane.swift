import CutoverCore
import CutoverScreen

/// Why an instance is in its state: its process, its last probes, how it ended, what it wrote.
struct EvidencePane {
    let service: ServiceSnapshot
    let instance: InstanceSnapshot
    /// Oldest first; `nil`: it was not read yet.
    let log: [String]?
    let now: Timestamp
    let glyphs: Glyphs

    static let notRead = "log not read yet"
    static let empty = "it has written nothing"

    /// What stands in the place of a log without lines.
    var silence: String {
        if service.isExternal { return "somebody else runs it, and has its log" }
        return log == nil ? Self.notRead : Self.empty
    }

    /// The facts without the log.
    var facts: [Line] {
        var lines = [process] + [exit].compactMap(\.self)
        if instance.evidence.probes.isEmpty {
            lines.append(Line(" no probe yet", .muted))
        }
        lines += instance.evidence.probes.map { line($0) }
        return lines
    }

    func title(_ rect: Rect) -> Line {
        let rule = String(repeating: glyphs.horizontal, count: 2)
        var line = Line("\(rule) ", .border)
        let name = service.name.safe.truncated(to: 30, ellipsis: glyphs.ellipsis)
        line.add("\(name)/\(instance.name.safeName)", .title)
        line.add("  \(instance.release.safe)")
        line.add(" ")
        return line
    }

    /// Facts above, the end of the log below; side by side where there is room.
    func draw(in rect: Rect, into buffer: inout Buffer) {
        guard rect.rows > 1 else { return }
        let (head, body) = rect.cut(top: 1)
        if let rule = glyphs.horizontal.unicodeScalars.first {
            buffer.fill(head, with: rule, role: .border)
        }
        buffer.draw(title(head), row: head.row, in: head, glyphs: glyphs)
        let isWide = body.columns >= 120
        let facts = facts
        let (first, second) =
            isWide ? body.cut(left: 72) : body.cut(top: min(facts.count, (body.rows + 1) / 2))
        for (offset, line) in facts.prefix(first.rows).enumerated() {
            buffer.draw(line, row: first.row + offset, in: first, glyphs: glyphs)
        }
        let lines = (log ?? []).suffix(second.rows)
        for (offset, text) in lines.enumerated() {
            let line = Line(" " + text.safe, .muted)
            buffer.draw(line, row: second.row + offset, in: second, glyphs: glyphs)
        }
        if lines.isEmpty, second.rows > 0 {
            let words = Line(" \(silence)", .muted)
            buffer.draw(words, row: second.row, in: second, glyphs: glyphs)
        }
    }

    private var process: Line {
        let state = instance.state
        var line = Line(" \(state.glyph(glyphs)) \(state.word)", state.role)
        if !instance.note.isEmpty { line.add(", \(instance.note.safe)", state.role) }
        line.add("  \(instance.address.isEmpty ? "no address" : instance.address.safeName)")
        if let processID = instance.processID { line.add("  pid \(processID)", .muted) }
        if let startedAt = instance.startedAt {
            line.add("  runs for \(Figures.age(now - startedAt))", .muted)
        }
        if instance.restarts > 0 {
            line.add(
                "  \(instance.restarts) restart\(instance.restarts == 1 ? "" : "s")",
                .degraded
            )
        }
        return line
    }

    private var exit: Line? {
        instance.evidence.lastExit.map { Line(" last exit: \($0.safe)", .unhealthy) }
    }

    private func line(_ probe: ProbeResult) -> Line {
        var line = Line(" probe \(Figures.timeOfDay(probe.at)) ", .muted)
        let sign = probe.passed ? glyphs.pass : glyphs.fail
        line.add("\(sign) ", probe.passed ? .gateOk : .gateBad)
        if let status = probe.status { line.add("\(status) ") }
        line.add("\(Figures.latency(Double(probe.duration.wholeMilliseconds))) ", .muted)
        line.add("\(probe.bytes)B", .muted)
        if let error = probe.error { line.add("  \(error.safe)", .gateBad) }
        return line
    }
}
