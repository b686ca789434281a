/// Prints diagnostics the way compilers do, so that editors jump to the place.
///
///     cutover.yaml:7:17: error: unknown key 'intervall' in 'health'
///        7 |       intervall: 1s
///          |       ^^^^^^^^^
///          = did you mean 'interval'?
///
/// Nothing of the manifest reaches the terminal with its control characters.
struct DiagnosticRenderer {
    /// More faults than these are counted and not printed.
    static let limit = 200
    /// Columns of the source line that are printed around the fault.
    static let window = 100

    var path: String
    var source: SourceText?

    func render(_ diagnostics: [Diagnostic]) -> String {
        var blocks = diagnostics.prefix(Self.limit).map(render)
        if diagnostics.count > Self.limit {
            blocks.append("\(diagnostics.count - Self.limit) more faults are not shown.\n")
        }
        return blocks.joined(separator: "\n")
    }

    func render(_ diagnostic: Diagnostic) -> String {
        var place = path.printable(limit: .max)
        if let location = diagnostic.location {
            place += ":\(location.line):\(location.column)"
        }
        var lines = ["\(place): \(diagnostic.severity.rawValue): \(diagnostic.summary)"]
        if let location = diagnostic.location, let excerpt = excerpt(at: location) {
            let number = leftPad("\(location.line)")
            lines.append("\(number) | \(excerpt.text)".trimmingTrailingSpaces())
            lines.append("\(leftPad("")) | \(excerpt.underline)")
        }
        for note in [diagnostic.detail, diagnostic.hint] {
            if let note {
                lines.append("\(leftPad("")) = \(note)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func leftPad(_ number: String) -> String {
        String(repeating: " ", count: max(0, 5 - number.count)) + number
    }

    /// The part of the line around the fault, with the carets that belong under it.
    private func excerpt(at location: SourceLocation) -> (text: String, underline: String)? {
        guard let line = source?.line(location.line) else { return nil }
        let start = location.column - 1
        guard start <= line.count else { return nil }
        let first = line.count <= Self.window ? 0 : max(0, start - Self.window / 2)
        let last = min(line.count, first + Self.window)
        let leading = first > 0 ? "…" : ""
        let trailing = last < line.count ? "…" : ""
        let text = line[first..<last].map { Self.cell($0) }.joined()
        let end = max(start + 1, min(start + location.length, last))
        let before = line[first..<min(start, last)].map(Self.width).reduce(0, +)
        let under = line[min(start, last)..<min(end, last)].map(Self.width).reduce(0, +)
        let indent = String(repeating: " ", count: leading.count + before)
        return (leading + text + trailing, indent + String(repeating: "^", count: max(1, under)))
    }

    /// The columns that a terminal gives to it.
    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
            0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            2
        default:
            [.nonspacingMark, .enclosingMark].contains(scalar.properties.generalCategory)
                ? 0 : cell(scalar).count
        }
    }

    /// What stands on screen for one scalar: itself, an arrow for a tab, or its escape.
    private static func cell(_ scalar: Unicode.Scalar) -> String {
        scalar == "\t" ? "→" : String(scalar).printable(limit: .max)
    }
}

extension String {
    fileprivate func trimmingTrailingSpaces() -> String {
        var text = self
        while text.last == " " {
            text.removeLast()
        }
        return text
    }
}
