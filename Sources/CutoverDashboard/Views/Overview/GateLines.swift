import CutoverCore
import CutoverScreen

/// What judges the candidate: checks before the gate, the analysis of its traffic after it.
struct GateLines {
    let rollout: RolloutSnapshot
    let glyphs: Glyphs
    var indent = " "

    /// One row for checks, one for the analysis; those that say nothing yet are left out.
    var lines: [Line] {
        [checks, analysis].compactMap(\.self)
    }

    private var checks: Line? {
        guard !rollout.checks.isEmpty else { return nil }
        var line = Line("\(indent)checks  ", .muted)
        // A failure comes first, so that the end of the row cannot hide it.
        let sorted =
            rollout.checks.filter(\.state.hasFailed) + rollout.checks.filter { !$0.state.hasFailed }
        for (index, check) in sorted.enumerated() {
            if index > 0 { line.add("   ") }
            line.add(Self.line(check, glyphs: glyphs))
        }
        return line
    }

    static func line(_ check: CheckSnapshot, glyphs: Glyphs) -> Line {
        let name = check.name.safeName
        switch check.state {
        case .waiting: return Line("\(glyphs.stepTodo) \(name)", .stepTodo)
        case .running: return Line("\(glyphs.stepNow) \(name)", .stepNow)
        case .finished(let result):
            guard !result.passed else { return Line("\(glyphs.pass) \(name)", .gateOk) }
            return Line("\(glyphs.fail) \(name): \(result.summary.safe)", .gateBad)
        }
    }

    private var analysis: Line? {
        guard let verdict = rollout.verdict else { return nil }
        let role = verdict.conclusion.role
        // The sentence of an anomaly has the figures that it was found with.
        let isHeld = rollout.progress.holds.contains(where: \.isAnomaly)
        let word = isHeld ? "now:" : "verdict"
        var line = Line("\(indent)\(word) \(verdict.conclusion.rawValue)", role)
        for finding in verdict.findings {
            line.add("   ")
            let glyph = finding.conclusion.glyph(glyphs)
            line.add("\(glyph) \(finding.brief)", finding.conclusion.role)
        }
        let requests = verdict.findings.map(\.candidateRequests).max() ?? 0
        line.add("   n \(requests) in \(Figures.age(verdict.window))", .muted)
        return line
    }
}
