import CutoverScreen

/// A row of bars, one for each value, the highest as tall as the row.
enum Sparkline {
    /// The newest values that fit, at the right; missing ones are spaces.
    static func text(_ values: [Double], width: Int, glyphs: Glyphs) -> String {
        guard width > 0 else { return "" }
        let newest = values.suffix(width)
        let highest = newest.max() ?? 0
        let bars = newest.map { value in
            let levels = Double(glyphs.eighthsUp.count)
            let level = highest > 0 ? Int(value / highest * levels) : 0
            return glyphs.eighthsUp[min(max(level, 0), glyphs.eighthsUp.count - 1)]
        }
        return String(repeating: " ", count: width - newest.count) + bars.joined()
    }
}

/// A bar of two sides that fill it together.
enum SplitBar {
    /// The bar of two shares, in percent; empty where nobody gets anything.
    static func line(left: Int, right: Int, width: Int, glyphs: Glyphs) -> Line {
        let (first, second) = cells(left: left, right: right, width: width)
        var line = Line(String(repeating: glyphs.blueFill, count: first), .blueFill)
        line.add(String(repeating: glyphs.greenFill, count: second), .greenFill)
        let empty = max(width - first - second, 0)
        line.add(String(repeating: glyphs.barEmpty, count: empty), .muted)
        return line
    }

    /// A side with traffic never vanishes, however small its share.
    private static func cells(left: Int, right: Int, width: Int) -> (Int, Int) {
        guard width > 0, left + right > 0 else { return (0, 0) }
        let exact = Double(width * left) / Double(left + right)
        var first = Int(exact.rounded())
        if left > 0, right > 0 {
            first = min(max(first, 1), max(width - 1, 1))
        }
        return (first, width - first)
    }
}

/// A bar of time that fills from the left.
enum ProgressBar {
    static func line(_ share: Double, width: Int, glyphs: Glyphs, role: Role) -> Line {
        guard width > 0, share.isFinite else { return Line() }
        let full = Int((min(max(share, 0), 1) * Double(width)).rounded(.down))
        var line = Line(String(repeating: glyphs.timeFill, count: full), role)
        line.add(String(repeating: glyphs.barEmpty, count: width - full), .muted)
        return line
    }
}
