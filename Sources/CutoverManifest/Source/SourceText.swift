/// The text of a manifest, by line, for places and excerpts.
struct SourceText: Sendable {
    let text: String
    private let lines: [[Unicode.Scalar]]
    /// For each line, the scalars before it.
    private let starts: [Int]

    init(_ text: String) {
        self.text = text
        (lines, starts) = Self.split(text)
    }

    /// The scalars of a line, from 1, without its line break; `nil` beyond the end.
    func line(_ number: Int) -> [Unicode.Scalar]? {
        lines.indices.contains(number - 1) ? lines[number - 1] : nil
    }

    /// How many scalars of the text stand before the one at `index`, from 0, of a line, from 1.
    func offset(line: Int, index: Int) -> Int {
        starts[line - 1] + index
    }

    /// Where the scalar at this place ends, quotes included, as far as it is on the same line.
    func location(ofScalar content: String, line: Int, column: Int) -> SourceLocation {
        guard let scalars = self.line(line), column <= scalars.count else {
            return SourceLocation(line: line, column: column)
        }
        let rest = scalars[(column - 1)...]
        let length: Int
        switch rest.first {
        case "\"": length = Self.lengthOfQuoted(rest, quote: "\"", escape: "\\")
        case "'": length = Self.lengthOfQuoted(rest, quote: "'", escape: nil)
        case _ where rest.starts(with: content.unicodeScalars):
            length = content.unicodeScalars.count
        default: length = Self.lengthWithoutComment(rest)
        }
        return SourceLocation(line: line, column: column, length: length)
    }

    /// A list or mapping from this place, as far as it is on the same line.
    func location(ofCollectionAt column: Int, line: Int) -> SourceLocation {
        guard let scalars = self.line(line), column <= scalars.count else {
            return SourceLocation(line: line, column: column)
        }
        let rest = scalars[(column - 1)...]
        let length = Self.lengthOfBracketed(rest) ?? Self.lengthWithoutComment(rest)
        return SourceLocation(line: line, column: column, length: length)
    }

    /// Splits at the breaks that YAML counts: its lines and ours must have the same numbers.
    private static func split(_ text: String) -> ([[Unicode.Scalar]], [Int]) {
        var lines: [[Unicode.Scalar]] = []
        var starts = [0]
        var line: [Unicode.Scalar] = []
        var afterReturn = false
        for (offset, scalar) in text.unicodeScalars.enumerated() {
            switch scalar {
            case "\n" where afterReturn:
                starts[starts.count - 1] = offset + 1
                afterReturn = false
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
                lines.append(line)
                line = []
                starts.append(offset + 1)
                afterReturn = scalar == "\r"
            default:
                line.append(scalar)
                afterReturn = false
            }
        }
        lines.append(line)
        return (lines, starts)
    }

    private static func lengthOfQuoted(
        _ scalars: ArraySlice<Unicode.Scalar>,
        quote: Unicode.Scalar,
        escape: Unicode.Scalar?
    ) -> Int {
        var index = scalars.startIndex + 1
        while index < scalars.endIndex {
            if let escape, scalars[index] == escape {
                index += 1
            } else if scalars[index] == quote {
                return index - scalars.startIndex + 1
            }
            index += 1
        }
        return scalars.count
    }

    /// Up to the bracket that closes the first one; `nil` when that is on another line.
    private static func lengthOfBracketed(_ scalars: ArraySlice<Unicode.Scalar>) -> Int? {
        guard scalars.first == "[" || scalars.first == "{" else { return nil }
        var depth = 0
        var index = scalars.startIndex
        while index < scalars.endIndex {
            switch scalars[index] {
            case "[", "{": depth += 1
            case "]", "}": depth -= 1
            case "\"":
                index += lengthOfQuoted(scalars[index...], quote: "\"", escape: "\\") - 1
            case "'":
                index += lengthOfQuoted(scalars[index...], quote: "'", escape: nil) - 1
            default: break
            }
            index += 1
            if depth == 0 {
                return index - scalars.startIndex
            }
        }
        return nil
    }

    private static func lengthWithoutComment(_ scalars: ArraySlice<Unicode.Scalar>) -> Int {
        var end = scalars.endIndex
        for index in scalars.indices.dropFirst()
        where scalars[index] == "#" && scalars[index - 1] == " " {
            end = index
            break
        }
        while end > scalars.startIndex, scalars[end - 1] == " " {
            end -= 1
        }
        return end - scalars.startIndex
    }
}
