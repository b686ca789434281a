import Yams

/// Gets a tree out of a text whose mappings repeat keys.
///
/// Yams refuses such a text as a whole, at the first repeated key that it meets, which would hide
/// every other fault. So the key is renamed in the text, one character by one character that no
/// manifest uses, and the decoder, which knows the renamed places, reports it among the other
/// faults.
struct DuplicateKeys {
    /// More repeated keys than these are reported by one alone: each costs a parse of the text.
    static let limit = 20

    struct Place: Hashable {
        var line: Int
        var column: Int
    }

    /// The text to parse: as long as the original, line by line and character by character.
    private(set) var text: String
    /// The original keys.
    private(set) var renamed: [Place: String] = [:]

    init(text: String) {
        self.text = text
    }

    /// Renames the key at the mark, or reports it when that is not possible.
    mutating func rename(_ key: String, at mark: Mark) throws(ManifestFault) {
        let source = SourceText(text)
        guard renamed.count < Self.limit, let line = source.line(mark.line),
            let index = index(ofFirstCharacterOf: key, in: line, column: mark.column),
            let substitute = Unicode.Scalar(0xE000 + renamed.count)
        else {
            let location = source.location(
                ofScalar: key,
                line: max(1, mark.line),
                column: max(1, mark.column)
            )
            throw ManifestFault(
                summary: "\(key.quoted) is set more than once",
                detail: "Each key may stand once.",
                location: location
            )
        }
        replaceScalar(line: mark.line, index: index, with: substitute)
        renamed[Place(line: mark.line, column: mark.column)] = key
    }

    private func index(
        ofFirstCharacterOf key: String,
        in line: [Unicode.Scalar],
        column: Int
    ) -> Int? {
        guard let first = key.unicodeScalars.first, line.indices.contains(column - 1) else {
            return nil
        }
        let quotes: [Unicode.Scalar] = ["\"", "'"]
        let index = quotes.contains(line[column - 1]) ? column : column - 1
        return line.indices.contains(index) && line[index] == first ? index : nil
    }

    private mutating func replaceScalar(line: Int, index: Int, with substitute: Unicode.Scalar) {
        var scalars = text.unicodeScalars
        let position = scalars.index(
            scalars.startIndex,
            offsetBy: SourceText(text).offset(line: line, index: index)
        )
        scalars.replaceSubrange(position...position, with: CollectionOfOne(substitute))
        text = String(scalars)
    }
}
