/// Text from outside, made safe to show: log lines, health bodies, headers, names, errors.
///
/// Nothing in it steers a terminal or hides from the reader: whatever has no visible shape of its
/// own is spelled out in ASCII.
///
/// | input | shown as |
/// |---|---|
/// | tab | one space |
/// | C0 control, DEL | `^[`, `^?`, as `less` and `cat -v` do |
/// | C1, bidi, zero-width, format, tag, private use, unassigned | `<U+202E>` |
/// | a byte that is not UTF-8 | `<FF>` |
/// | a second and further mark on one glyph | nothing |
/// | more than `limit` columns | `…` |
package enum Sanitizer {
    /// The longest text that is worth keeping for a screen, in columns.
    package static let defaultLimit = 2_000

    /// Makes bytes safe that claim to be UTF-8.
    ///
    /// It reads no further than the limit needs, so a line of a megabyte costs what a long line
    /// costs.
    package static func sanitize(
        bytes: some Sequence<UInt8>,
        limit: Int = defaultLimit
    ) -> String {
        var output = Output(limit: limit)
        var decoder = UTF8Decoder(bytes)
        while !output.isFull, let unit = decoder.next() {
            switch unit {
            case .scalar(let scalar): output.append(scalar)
            case .invalid(let byte): output.append(spelling: spelling(of: byte))
            }
        }
        return output.text
    }

    /// Makes a string safe.
    package static func sanitize(_ text: String, limit: Int = defaultLimit) -> String {
        if text.utf8.count <= limit, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
            return text
        }
        var output = Output(limit: limit)
        for scalar in text.unicodeScalars {
            output.append(scalar)
            if output.isFull { break }
        }
        return output.text
    }

    static func spelling(of scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x09: " "
        case 0..<0x20: "^" + String(UnicodeScalar(UInt8(scalar.value) + 0x40))
        case 0x7F: "^?"
        default: "<U+" + hex(scalar.value, digits: 4) + ">"
        }
    }

    private static func spelling(of byte: UInt8) -> String {
        "<" + hex(UInt32(byte), digits: 2) + ">"
    }

    private static func hex(_ value: UInt32, digits: Int) -> String {
        let plain = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(digits - plain.count, 0)) + plain
    }
}

extension Sanitizer {
    /// The safe text so far, never wider than the limit.
    private struct Output {
        let limit: Int
        private var scalars = String.UnicodeScalarView()
        private var width = 0
        private var hasMark = false
        private(set) var isFull = false

        init(limit: Int) {
            self.limit = max(limit, 1)
        }

        var text: String { String(scalars) }

        mutating func append(_ scalar: Unicode.Scalar) {
            switch scalar.shape {
            case .narrow: append(scalar, width: 1)
            case .wide: append(scalar, width: 2)
            case .mark: appendMark(scalar)
            case .hidden: append(spelling: Sanitizer.spelling(of: scalar))
            }
        }

        mutating func append(spelling: String) {
            for scalar in spelling.unicodeScalars {
                append(scalar, width: 1)
            }
        }

        private mutating func append(_ scalar: Unicode.Scalar, width columns: Int) {
            guard !isFull else { return }
            guard width + columns <= limit else { return close() }
            scalars.append(scalar)
            width += columns
            hasMark = false
        }

        /// Keeps the first mark on a glyph; a heap of them would climb over the rows above.
        private mutating func appendMark(_ mark: Unicode.Scalar) {
            guard !isFull, width > 0, !hasMark else { return }
            scalars.append(mark)
            hasMark = true
        }

        /// Ends the text with an ellipsis in its last column.
        private mutating func close() {
            isFull = true
            let ellipsis = String(scalars).truncated(to: limit - 1, ellipsis: "") + "…"
            scalars = ellipsis.unicodeScalars
        }
    }
}
