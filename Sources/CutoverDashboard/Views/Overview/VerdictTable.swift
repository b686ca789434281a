import CutoverCore
import CutoverScreen

/// Every number behind a verdict: blue, green, limit, requests; then what the checks found.
struct VerdictTable {
    let service: ServiceSnapshot
    let rollout: RolloutSnapshot
    let glyphs: Glyphs

    var lines: [Line] {
        var lines: [Line] = []
        if let verdict = rollout.verdict {
            lines.append(head(verdict))
            lines += verdict.findings.map { row($0) }
        }
        lines += rollout.checks.map { check in
            var line = Line(" check  ", .muted)
            line.add(GateLines.line(check, glyphs: glyphs))
            if case .finished(let result) = check.state {
                let tries = result.tries == 1 ? "1 try" : "\(result.tries) tries"
                line.add("  \(tries), \(result.duration.wholeMilliseconds)ms", .muted)
            }
            return line
        }
        return lines
    }

    private func head(_ verdict: Verdict) -> Line {
        let stable = service.isRolling ? "OLD" : name(of: .stable)
        let candidate = service.isRolling ? "NEW" : name(of: .candidate)
        var line = Line(" " + "ANALYSIS".fitted(to: 22), .muted)
        line.add(stable.fitted(to: 10, .right), .muted)
        line.add(candidate.fitted(to: 10, .right), .muted)
        line.add("LIMIT".fitted(to: 10, .right) + "   ", .muted)
        line.add("REQUESTS IN \(Figures.age(verdict.window))".fitted(to: 22), .muted)
        line.add("VERDICT", .muted)
        return line
    }

    private func name(of role: ReleaseRole) -> String {
        let side = service.sides.first { $0.role == role }
        return side?.slot?.rawValue.uppercased() ?? (role == .stable ? "STABLE" : "CANDIDATE")
    }

    private func row(_ finding: Finding) -> Line {
        let metric = finding.metric
        var line = Line(" " + metric.word.fitted(to: 22, ellipsis: glyphs.ellipsis))
        line.add(metric.format(finding.stable).fitted(to: 10, .right))
        line.add(metric.format(finding.candidate).fitted(to: 10, .right))
        line.add(metric.format(finding.limit).fitted(to: 10, .right) + "   ")
        let side = finding.missing == .stable ? "stable " : ""
        let requests =
            finding.missing == .stable ? finding.stableRequests : finding.candidateRequests
        let required = "\(side)\(requests) (\(finding.requiredRequests) needed)"
        line.add(required.fitted(to: 22), .muted)
        let glyph = finding.conclusion.glyph(glyphs)
        line.add("\(glyph) \(finding.conclusion.rawValue)", finding.conclusion.role)
        return line
    }
}
