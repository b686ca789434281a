/// A head in the eyes of a reader that knows none of our code and allows nothing: it is to find in
/// what we forward all that a server behind us could read in another way.
///
/// It is written from RFC 9110 and 9112, slow and plain on purpose.
struct StrictHead {
    /// One header line; the name as it stands there.
    struct Field: Equatable {
        var name: [UInt8]
        var value: [UInt8]

        /// The name in lower case.
        var key: String { String(decoding: name, as: UTF8.self).lowercased() }
        var text: String { String(decoding: value, as: UTF8.self) }
    }

    /// The parts of the first line, split at every space.
    let startLine: [[UInt8]]
    let fields: [Field]

    /// Reads a head that must fill `bytes` exactly.
    init(_ bytes: [UInt8]) throws(Violation) {
        var lines = try Self.lines(bytes)
        try demand(lines.count >= 2, "no line, or no blank line at the end")
        try demand(lines.removeLast().isEmpty, "no blank line at the end")
        startLine = lines.removeFirst().split(separator: 0x20, omittingEmptySubsequences: false)
            .map(Array.init)
        var fields: [Field] = []
        for line in lines {
            fields.append(try Self.field(line))
        }
        self.fields = fields
    }

    /// The values of all fields of a name, which stands in lower case.
    func values(_ key: String) -> [String] {
        fields.filter { $0.key == key }.map(\.text)
    }

    /// At most one field says where the body ends, and it says it in the one form that nobody reads
    /// in two ways.
    func demandOneFraming() throws(Violation) {
        let lengths = values("content-length")
        let codings = values("transfer-encoding")
        try demand(lengths.count + codings.count <= 1, "\(lengths) and \(codings) frame the body")
        for length in lengths {
            let isNumber =
                (1...18).contains(length.utf8.count)
                && length.utf8.allSatisfy { (0x30...0x39).contains($0) }
            try demand(isNumber, "the length is \(length)")
        }
        for coding in codings {
            try demand(coding.lowercased() == "chunked", "the coding is \(coding)")
        }
    }

    /// Every line ends with CR LF, and no other control character stands anywhere but a tab.
    private static func lines(_ bytes: [UInt8]) throws(Violation) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        var isAfterReturn = false
        for byte in bytes {
            try demand(isAfterReturn == (byte == 0x0a), "a CR or a LF stands alone")
            switch byte {
            case 0x0d:
                isAfterReturn = true
                continue
            case 0x0a:
                lines.append(line)
                line = []
            default:
                try demand(byte == 0x09 || byte >= 0x20 && byte != 0x7f, "a byte is \(byte)")
                line.append(byte)
            }
            isAfterReturn = false
        }
        try demand(line.isEmpty && !isAfterReturn, "bytes stand behind the last line")
        return lines
    }

    private static func field(_ line: [UInt8]) throws(Violation) -> Field {
        guard let colon = line.firstIndex(of: 0x3a) else {
            throw Violation("a line without a colon: \(visible(line))")
        }
        let name = Array(line[..<colon])
        try demand(!name.isEmpty && name.allSatisfy(isToken), "the name \(visible(name))")
        let rest = line[(colon + 1)...]
        try demand(rest.first == 0x20, "no space before the value of \(visible(name))")
        let value = Array(rest.dropFirst())
        let ends = [value.first, value.last].compactMap(\.self)
        try demand(ends.allSatisfy { $0 != 0x20 && $0 != 0x09 }, "blanks around a value")
        return Field(name: name, value: value)
    }

    private static let tokens = Set(
        ("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
            + "ABCDEFGHIJKLMNOPQRSTUVWXYZ").utf8
    )

    /// RFC 9110 5.6.2.
    static func isToken(_ byte: UInt8) -> Bool { tokens.contains(byte) }
}

extension StrictHead {
    /// The header lines of a head that was accepted, as a sender meant them, and where it ends.
    ///
    /// Everything up to the first blank line, which may stand behind an empty first line, with the
    /// blanks around values taken off: what a parser made of it is not asked.
    static func sent(_ bytes: [UInt8]) -> (startLine: [UInt8], fields: [Field], count: Int)? {
        var lines: [[UInt8]] = [[]]
        var index = bytes.starts(with: [0x0d, 0x0a]) ? 2 : 0
        while index < bytes.count {
            guard bytes[index...].starts(with: [0x0d, 0x0a]) else {
                lines[lines.count - 1].append(bytes[index])
                index += 1
                continue
            }
            index += 2
            guard lines.last?.isEmpty == false else {
                let fields = lines.dropFirst().dropLast().map(sentField)
                return (lines[0], fields, index)
            }
            lines.append([])
        }
        return nil
    }

    private static func sentField(_ line: [UInt8]) -> Field {
        let colon = line.firstIndex(of: 0x3a) ?? line.endIndex
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        let value = line[colon...].dropFirst().drop(while: isBlank).reversed().drop(while: isBlank)
        let field = Field(name: Array(line[..<colon]), value: value.reversed())
        guard field.key == "content-length" else { return field }
        // RFC 9110 8.6 allows zeros before a length, which mean nothing and are not passed on.
        let digits = field.value.drop { $0 == 0x30 }
        let number = digits.isEmpty ? field.value.suffix(1) : digits
        return Field(name: field.name, value: Array(number))
    }

    /// The names, in lower case, of fields that must not pass this hop (RFC 9110 7.6.1): those that
    /// are always of one hop, and those that the sender's `Connection` lists.
    static func hopKeys(_ fields: [Field]) -> Set<String> {
        var keys: Set = [
            "connection", "keep-alive", "te", "trailer", "upgrade", "proxy", "http2-settings",
        ]
        for field in fields {
            if field.key.hasPrefix("proxy-") {
                keys.insert(field.key)
            }
            if field.key == "connection" {
                for option in field.text.lowercased().split(separator: ",") {
                    keys.insert(String(option.filter { $0 != " " && $0 != "\t" }))
                }
            }
        }
        return keys
    }
}
