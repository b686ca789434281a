/// A chunked body in the eyes of a reader that knows none of our code: RFC 9112 7.1, line by line,
/// over bytes that are all there.
///
/// It knows no limits of extensions and trailers; give it less than 8 KiB of them.
struct StrictChunks {
    /// The content of all chunks.
    private(set) var content: [UInt8] = []
    /// The body as it may be forwarded: without extensions and trailers.
    private(set) var forwarded: [UInt8] = []
    /// Bytes of the body.
    private(set) var count = 0

    private let bytes: [UInt8]

    /// Reads a whole body from the front; `nil` when it is not whole, or breaks a rule.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        while true {
            guard let line = takeLine(), let size = Self.size(line) else { return nil }
            forwarded += line.prefix(while: Self.isHexadecimal) + [0x0d, 0x0a]
            if size == 0 { break }
            guard size <= bytes.count - count else { return nil }
            let chunk = bytes[count..<(count + size)]
            count += size
            guard takeLine()?.isEmpty == true else { return nil }
            content += chunk
            forwarded += chunk + [0x0d, 0x0a]
        }
        while let line = takeLine() {
            if line.isEmpty {
                forwarded += [0x0d, 0x0a]
                return
            }
            guard Self.isTrailer(line) else { return nil }
        }
        return nil
    }

    /// The bytes up to the next LF, which must stand behind the only CR.
    private mutating func takeLine() -> ArraySlice<UInt8>? {
        guard let end = bytes[count...].firstIndex(of: 0x0a), end > count, bytes[end - 1] == 0x0d
        else { return nil }
        let line = bytes[count..<(end - 1)]
        count = end + 1
        return line.contains(0x0d) ? nil : line
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        "0123456789abcdefABCDEF".utf8.contains(byte)
    }

    private static func isText(_ byte: UInt8) -> Bool {
        byte == 0x09 || byte >= 0x20 && byte != 0x7f
    }

    /// `token ":" *text`.
    private static func isTrailer(_ line: ArraySlice<UInt8>) -> Bool {
        let name = line.prefix { $0 != 0x3a }
        return !name.isEmpty && name.count < line.count && name.allSatisfy(StrictHead.isToken)
            && line.allSatisfy(isText)
    }

    /// The size that a line gives, when all of the line is legal.
    private static func size(_ line: ArraySlice<UInt8>) -> Int? {
        let digits = line.prefix(while: isHexadecimal)
        guard digits.count <= 16, extensionsAreLegal(line[digits.endIndex...]) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// `*( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )`.
    private static func extensionsAreLegal(_ line: ArraySlice<UInt8>) -> Bool {
        var rest = line
        func skipBlanks() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }
        func skipToken() -> Bool {
            let token = rest.prefix(while: StrictHead.isToken)
            rest = rest[token.endIndex...]
            return !token.isEmpty
        }
        func skipQuoted() -> Bool {
            rest = rest.dropFirst()
            while let byte = rest.popFirst(), isText(byte) {
                if byte == 0x22 { return true }
                if byte == 0x5c {
                    guard let escaped = rest.popFirst(), isText(escaped) else { return false }
                }
            }
            return false
        }
        while !rest.isEmpty {
            skipBlanks()
            guard rest.popFirst() == 0x3b else { return false }
            skipBlanks()
            guard skipToken() else { return false }
            let beforeEquals = rest
            skipBlanks()
            guard rest.first == 0x3d else {
                // The blanks belong to what follows, which must then be another extension.
                rest = beforeEquals
                continue
            }
            rest = rest.dropFirst()
            skipBlanks()
            guard rest.first == 0x22 ? skipQuoted() : skipToken() else { return false }
        }
        return true
    }
}
