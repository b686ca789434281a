package import CutoverCore

/// What a manifest turned out to be.
package struct ManifestResult: Sendable {
    /// As it was named.
    package var path: String
    var source: SourceText?
    /// `nil` when there is at least one error.
    package var configuration: ProjectConfiguration?
    /// Every fault, in the order of the file.
    package var diagnostics: [Diagnostic]
}

extension ManifestResult {
    /// Tells one text of a manifest from another; empty when none was read.
    ///
    /// FNV-1a over the bytes: it finds out an edit and proves nothing against a forger.
    package var digest: String {
        guard let text = source?.text else { return "" }
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x0100_0000_01b3
        }
        return String(hash, radix: 16)
    }

    package var errorCount: Int { diagnostics.count { $0.severity == .error } }

    package var warningCount: Int { diagnostics.count { $0.severity == .warning } }

    /// Every fault with its line and place, and how many there are; empty when there is none.
    ///
    /// Safe to print: control characters of the manifest are escaped.
    package var report: String {
        guard !diagnostics.isEmpty else { return "" }
        let faults = DiagnosticRenderer(path: path, source: source).render(diagnostics)
        let counts = [
            Self.count(errorCount, "error"), Self.count(warningCount, "warning"),
        ]
        return faults + "\n" + counts.compactMap(\.self).joined(separator: ", ") + "\n"
    }

    private static func count(_ number: Int, _ noun: String) -> String? {
        switch number {
        case 0: nil
        case 1: "1 \(noun)"
        default: "\(number) \(noun)s"
        }
    }
}
