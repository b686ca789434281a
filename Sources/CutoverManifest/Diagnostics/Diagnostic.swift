/// One fault of a manifest: where it is, what it is, and how it is put right.
package struct Diagnostic: Hashable, Sendable {
    package var severity: Severity
    /// What is wrong, in one line without a full stop.
    package var summary: String
    /// Why that is wrong, or what is due there, in whole sentences.
    package var detail: String?
    /// `nil` when the fault is the file itself, such as a missing one.
    package var location: SourceLocation?
    /// What to write, such as `did you mean 'interval'?`.
    package var hint: String?

    package init(
        severity: Severity,
        summary: String,
        detail: String? = nil,
        location: SourceLocation? = nil,
        hint: String? = nil
    ) {
        self.severity = severity
        self.summary = summary
        self.detail = detail
        self.location = location
        self.hint = hint
    }
}

extension Diagnostic {
    /// Whether a manifest with this fault can be used.
    package enum Severity: String, Hashable, Sendable {
        /// There is no configuration.
        case error
        /// There is one, and it may not do what its writer expects.
        case warning
    }
}

extension [Diagnostic] {
    /// In the order of the file; faults of the file itself come first, equal places keep their
    /// order.
    func inOrderOfPlace() -> [Diagnostic] {
        enumerated()
            .sorted { lhs, rhs in
                let left = lhs.element.location ?? SourceLocation(line: 0, column: 0)
                let right = rhs.element.location ?? SourceLocation(line: 0, column: 0)
                return (left.line, left.column, lhs.offset) < (right.line, right.column, rhs.offset)
            }
            .map(\.element)
    }
}
