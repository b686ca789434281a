import Yams

/// Says in an operator's words where and why a text is not YAML.
struct YAMLFault {
    private let error: YamlError
    private let source: SourceText

    init(_ error: YamlError, _ source: SourceText) {
        self.error = error
        self.source = source
    }

    var fault: ManifestFault {
        switch error {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            return describe(problem, at: mark, within: context)
        case .reader(_, let offset, let value, _):
            return unreadable(offset: offset, value: value)
        case .memory:
            return ManifestFault(summary: "the manifest is nested too deeply")
        default:
            return ManifestFault(
                summary: "this is not valid YAML: \(error.description.printable())"
            )
        }
    }

    private func describe(
        _ problem: String,
        at mark: Mark,
        within context: YamlError.Context?
    ) -> ManifestFault {
        let place = place(of: mark)
        let line = source.line(mark.line) ?? []
        if problem.contains("nesting level") {
            return ManifestFault(summary: "the manifest is nested too deeply", location: place)
        }
        if line.indices.contains(mark.column - 1), line[mark.column - 1] == "\t" {
            return ManifestFault(
                summary: "a tab where YAML wants spaces",
                detail: "YAML is indented with spaces only.",
                location: place,
                hint: "replace the tabs at the start of the line by spaces"
            )
        }
        if let unclosed = unclosed(context, problem: problem) {
            return unclosed
        }
        return ManifestFault(
            summary: Self.summary(of: problem),
            detail: Self.detail(of: problem),
            location: place,
            hint: hint(line: line)
        )
    }

    /// What never ends is reported where it begins.
    private func unclosed(_ context: YamlError.Context?, problem: String) -> ManifestFault? {
        guard let context, context.mark.line >= 1 else { return nil }
        let place = place(of: context.mark)
        let line = source.line(context.mark.line) ?? []
        switch context.text {
        case "while scanning a simple key":
            return ManifestFault(
                summary: Self.summary(of: problem),
                detail: Self.detail(of: problem),
                location: place,
                hint: hint(line: line)
            )
        case "while scanning a quoted scalar":
            guard problem.contains("end of stream") else { return nil }
            return ManifestFault(summary: "this quote is never closed", location: place)
        case "while parsing a flow sequence":
            return ManifestFault(
                summary: "this list is not closed, or a ',' is missing in it",
                detail: "A list is written [one, two].",
                location: place,
                hint: hint(line: line)
            )
        case "while parsing a flow mapping":
            return ManifestFault(
                summary: "this mapping is not closed, or a ',' is missing in it",
                detail: "A mapping is written {key: value, other: value}.",
                location: place,
                hint: hint(line: line)
            )
        default: return nil
        }
    }

    private static func summary(of problem: String) -> String {
        switch problem {
        case "mapping values are not allowed in this context":
            "a second ': ' on this line, or an indentation that fits no line above"
        case "did not find expected key", "did not find expected '-' indicator",
            "did not find expected <document start>":
            "this line fits nothing above it"
        case "could not find expected ':'":
            "a key without ':'"
        case "found undefined alias":
            "this alias names no anchor above it"
        case "but found another document":
            "a second document begins here"
        case "found character that cannot start any token":
            "text cannot begin with this character"
        default:
            "this is not valid YAML: \(problem)"
        }
    }

    private static func detail(of problem: String) -> String? {
        switch problem {
        case "mapping values are not allowed in this context":
            "Text that contains ': ' needs quotes. Keys of one mapping start in the same column."
        case "did not find expected key", "did not find expected '-' indicator":
            "Keys of one mapping start in the same column, and so do the '-' of one list."
        case "could not find expected ':'":
            "Every line of a mapping is 'key: value'."
        case "but found another document":
            "A manifest is one YAML document; '---' starts another."
        case "found character that cannot start any token":
            "Text that begins with '@', '`' or '%' needs quotes."
        default: nil
        }
    }

    private func hint(line: [Unicode.Scalar]) -> String? {
        let text = String(String.UnicodeScalarView(line))
        guard text.contains("${") && !text.contains("\"${") else { return nil }
        return "variables need quotes inside [ ] and { }: \"${port}\""
    }

    private func unreadable(offset: Int?, value: Int32) -> ManifestFault {
        var line = 1
        var column = 1
        for character in source.text.prefix(offset ?? 0) {
            column += character.unicodeScalars.count
            if character.isNewline {
                line += 1
                column = 1
            }
        }
        let code = value >= 0 ? " U+" + String(value, radix: 16, uppercase: true) : ""
        return ManifestFault(
            summary: "a control character\(code) that YAML does not allow",
            detail: "Is it a binary file, or text pasted from a terminal?",
            location: SourceLocation(line: line, column: column)
        )
    }

    private func place(of mark: Mark) -> SourceLocation {
        SourceLocation(line: max(1, mark.line), column: max(1, mark.column))
    }
}
