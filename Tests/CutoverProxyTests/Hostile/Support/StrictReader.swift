/// Reads one message as strictly as RFC 9112 allows: the oracle of the raw suites.
///
/// It is written from the grammar and shares no code with the proxy. It reads on behind a fault as
/// long as there is one way to do so, and notes all of them.
struct StrictReader {
    /// Who sent the message.
    enum Side {
        case request
        /// A response to HEAD has no body; one that ends with its connection is whole only if that
        /// ended, and not by a reset.
        case response(toHead: Bool, hasEnded: Bool)
    }

    private let bytes: [UInt8]
    private let side: Side
    private var position = 0
    private var message = StrictMessage()

    /// Reads the message at the front of `bytes`.
    static func read(_ bytes: [UInt8], _ side: Side) -> StrictMessage {
        var reader = StrictReader(bytes: bytes, side: side)
        reader.readHead()
        if reader.message.hasHead {
            reader.readBody()
        }
        reader.message.count = reader.position
        return reader.message
    }

    private init(bytes: [UInt8], side: Side) {
        self.bytes = bytes
        self.side = side
    }

    private mutating func note(_ outcome: Outcome, _ text: String) {
        message.faults.append(StrictFault(outcome: outcome, text: text))
    }

    /// The next line without its CRLF, `nil` when there is none.
    private mutating func line() -> [UInt8]? {
        var index = position
        while index + 1 < bytes.count, bytes[index] != 0x0d || bytes[index + 1] != 0x0a {
            index += 1
        }
        let isWhole = index + 1 < bytes.count
        let content = Array(bytes[position..<(isWhole ? index : bytes.count)])
        let isBare = content.dropLast(isWhole ? 0 : 1).contains { $0 == 0x0d || $0 == 0x0a }
        if isBare || !isWhole && content.last == 0x0a {
            note(.dangerous, "a bare CR or LF in \(shown(content))")
        }
        guard isWhole else {
            return nil
        }
        position = index + 2
        return content
    }

    private mutating func readHead() {
        guard let start = line() else {
            return
        }
        message.startLine = latin(start)
        noteControls(start, in: "the start line")
        while let line = line() {
            if line.isEmpty {
                message.hasHead = true
                return
            }
            if let field = field(line) {
                message.fields.append(field)
            }
        }
    }

    /// `name ":" OWS value OWS`.
    private mutating func field(_ line: [UInt8]) -> StrictMessage.Field? {
        if line.first == 0x20 || line.first == 0x09 {
            note(.dangerous, "a folded line \(shown(line))")
            return nil
        }
        guard let colon = line.firstIndex(of: 0x3a) else {
            note(.sloppy, "a line without a colon \(shown(line))")
            return nil
        }
        let name = latin(line[..<colon])
        if name.contains(where: { $0 == " " || $0 == "\t" }) {
            note(.dangerous, "white space in the name \(shown(line))")
        } else if name.isEmpty || !name.allSatisfy(\.isTchar) {
            note(.sloppy, "no name \(shown(line))")
        }
        noteControls(line, in: "a field")
        let value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        let end = value.lastIndex { $0 != 0x20 && $0 != 0x09 }.map { $0 + 1 } ?? value.startIndex
        return StrictMessage.Field(name: name.lowercased(), value: latin(value[..<end]))
    }

    private mutating func noteControls(_ line: [UInt8], in place: String) {
        if line.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f }) {
            note(.sloppy, "a control byte in \(place) \(shown(line))")
        }
    }
}

// MARK: - The body

extension StrictReader {
    private mutating func readBody() {
        let lengths = message.values("content-length")
        let codings = message.values("transfer-encoding")
        if lengths.count > 1 { note(.dangerous, "Content-Length \(lengths)") }
        if codings.count > 1 || !lengths.isEmpty && !codings.isEmpty {
            note(.dangerous, "Transfer-Encoding \(codings) with Content-Length \(lengths)")
        }
        if case .response(let toHead, _) = side {
            let status = message.status
            if status < 200 || status == 204 {
                if !lengths.isEmpty || !codings.isEmpty { note(.sloppy, "framed \(status)") }
            }
            guard !toHead, status >= 200, status != 204, status != 304 else {
                message.isComplete = true
                return
            }
        }
        if let coding = codings.first {
            guard coding.lowercased() == "chunked" else {
                note(.dangerous, "Transfer-Encoding \(coding)")
                message.isUnreadable = true
                return
            }
            readChunks()
        } else if let length = lengths.first {
            guard !length.isEmpty, length.allSatisfy({ "0123456789".contains($0) }) else {
                note(.dangerous, "Content-Length \(length)")
                message.isUnreadable = true
                return
            }
            let count = Int(length) ?? .max
            if count > 0 && length.hasPrefix("0") || length.hasPrefix("00") {
                note(.sloppy, "Content-Length \(length)")
            }
            take(count)
            message.isComplete = message.content.count == count
        } else if case .response(_, let hasEnded) = side {
            take(bytes.count)
            message.isComplete = hasEnded
        } else {
            message.isComplete = true
        }
    }

    private mutating func take(_ count: Int) {
        let taken = bytes[position..<min(bytes.count, position + min(count, bytes.count))]
        message.content += taken
        position += taken.count
    }

    private mutating func readChunks() {
        while let line = line() {
            let size = line.prefix { Character(Unicode.Scalar($0)).isHexDigit }
            let extensions = latin(line.dropFirst(size.count))
            guard let count = Int(latin(size), radix: 16), ChunkExtensions.areLegal(extensions)
            else {
                note(.dangerous, "a chunk begins with \(shown(line))")
                message.isUnreadable = true
                return
            }
            guard count > 0 else {
                readTrailers()
                return
            }
            let before = message.content.count
            take(count)
            let rest = bytes[position...].prefix(2)
            guard message.content.count - before == count, rest.count == 2 else {
                return
            }
            guard rest.elementsEqual([0x0d, 0x0a]) else {
                note(.dangerous, "a chunk ends with \(shown(rest))")
                message.isUnreadable = true
                return
            }
            position += 2
        }
    }

    private mutating func readTrailers() {
        while let line = line() {
            if line.isEmpty {
                message.isComplete = true
                return
            }
            if let field = field(line) {
                message.trailers.append(field)
            }
        }
    }
}

/// `*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )` (RFC 9112 7.1.1).
struct ChunkExtensions {
    private var rest: Substring

    /// Whether `text`, which stands behind a chunk's size, is legal.
    static func areLegal(_ text: String) -> Bool {
        var extensions = ChunkExtensions(rest: text[...])
        while !extensions.rest.isEmpty {
            guard extensions.takeOne() else { return false }
        }
        return true
    }

    private mutating func takeOne() -> Bool {
        skipBlanks()
        guard take(";") else { return false }
        skipBlanks()
        guard takeToken() else { return false }
        let behindName = rest
        skipBlanks()
        guard take("=") else {
            rest = behindName
            return true
        }
        skipBlanks()
        return take("\"") ? takeQuoted() : takeToken()
    }

    private mutating func skipBlanks() {
        rest = rest.drop { $0 == " " || $0 == "\t" }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func takeToken() -> Bool {
        let token = rest.prefix(while: \.isTchar)
        rest = rest.dropFirst(token.count)
        return !token.isEmpty
    }

    private mutating func takeQuoted() -> Bool {
        while let character = rest.popFirst() {
            if character == "\"" { return true }
            if character == "\\", rest.popFirst() == nil { return false }
        }
        return false
    }
}
