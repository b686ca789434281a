import CutoverCore
import CutoverScreen

/// The steps of a rollout in one row, with where it stands.
struct Stepper {
    let steps: [RolloutProgress.Step]
    let glyphs: Glyphs

    /// As wide as there is room: long connectors, short ones, numbers for the batches that are not
    /// current, and at last only the steps around the current one.
    func line(width: Int) -> Line {
        for connector in [3, 1] {
            for isShort in [false, true] {
                let line = line(steps.indices, connector: connector, isShort: isShort)
                if line.width <= width { return line }
            }
        }
        let current = steps.firstIndex { $0.state == .current || $0.state == .held } ?? 0
        var range = current..<min(current + 1, steps.count)
        while true {
            let wider = max(range.lowerBound - 1, 0)..<min(range.upperBound + 1, steps.count)
            let line = line(wider, connector: 1, isShort: true)
            if wider == range || line.width > width { break }
            range = wider
        }
        return line(range, connector: 1, isShort: true)
    }

    private func line(_ range: Range<Int>, connector: Int, isShort: Bool) -> Line {
        var line = Line(" ")
        if range.lowerBound > 0 { line.add("\(glyphs.ellipsis) ", .muted) }
        for index in range {
            let step = steps[index]
            if index > range.lowerBound {
                let isBehind = step.state != .todo
                let dash = isBehind ? glyphs.lineDone : glyphs.lineTodo
                let dashes = String(repeating: dash, count: connector)
                line.add(" \(dashes) ", isBehind ? .stepDone : .stepTodo)
            }
            line.add(
                "\(step.state.glyph(glyphs)) \(title(step, isShort: isShort))",
                step.state.role
            )
        }
        if range.upperBound < steps.count { line.add(" \(glyphs.ellipsis)", .muted) }
        return line
    }

    /// `batch 7` is `7` where there is little room and it does not run.
    private func title(_ step: RolloutProgress.Step, isShort: Bool) -> String {
        let title = step.title.safeName
        let isBusy = step.state == .current || step.state == .held
        guard isShort, !isBusy, title.hasPrefix("batch ") else { return title }
        return String(title.dropFirst("batch ".count))
    }
}
