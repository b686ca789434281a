import Yams

/// What is gathered while one manifest is decoded: its faults, and the keys that were asked for.
final class ManifestScan {
    let source: SourceText
    /// Absolute; relative paths of the manifest start here.
    let directory: String
    /// `nil`: paths are not looked up.
    let surroundings: Surroundings?
    private let renamedKeys: [DuplicateKeys.Place: String]

    private(set) var diagnostics: [Diagnostic] = []
    /// Paths as the reference has them.
    private(set) var askedKeys: Set<String> = []

    init(
        source: SourceText,
        directory: String,
        surroundings: Surroundings?,
        renamedKeys: [DuplicateKeys.Place: String]
    ) {
        self.source = source
        self.directory = directory
        self.surroundings = surroundings
        self.renamedKeys = renamedKeys
    }

    func error(
        _ summary: String,
        at location: SourceLocation?,
        detail: String? = nil,
        hint: String? = nil
    ) {
        report(.error, summary, location, detail, hint)
    }

    func warning(
        _ summary: String,
        at location: SourceLocation?,
        detail: String? = nil,
        hint: String? = nil
    ) {
        report(.warning, summary, location, detail, hint)
    }

    /// Notes that the decoder reads this key of the reference.
    func ask(_ path: String) -> ManifestKey {
        askedKeys.insert(path)
        guard let key = ManifestReference.key(path) else {
            preconditionFailure("the manifest reference has no key '\(path)'")
        }
        return key
    }

    /// An aliased block is decoded where it is used, but its faults have one place: each is told
    /// once.
    private func report(
        _ severity: Diagnostic.Severity,
        _ summary: String,
        _ location: SourceLocation?,
        _ detail: String?,
        _ hint: String?
    ) {
        let diagnostic = Diagnostic(
            severity: severity,
            summary: summary,
            detail: detail,
            location: location,
            hint: hint
        )
        if reported.insert(diagnostic).inserted {
            diagnostics.append(diagnostic)
        }
    }

    private var reported: Set<Diagnostic> = []

    // MARK: - Places

    /// The key as it stands in the file, even where it had to be renamed to be parsed.
    func keyText(_ scalar: Node.Scalar) -> String {
        guard let mark = scalar.mark else { return scalar.string }
        let place = DuplicateKeys.Place(line: mark.line, column: mark.column)
        return renamedKeys[place] ?? scalar.string
    }

    func place(_ node: Node) -> SourceLocation {
        guard let mark = node.mark else { return SourceLocation(line: 1, column: 1) }
        switch node {
        case .scalar(let scalar):
            return source.location(ofScalar: scalar.string, line: mark.line, column: mark.column)
        case .mapping, .sequence, .alias:
            return source.location(ofCollectionAt: mark.column, line: mark.line)
        }
    }
}
