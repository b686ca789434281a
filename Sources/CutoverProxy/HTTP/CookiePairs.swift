/// Walks over the pairs of one `Cookie` line, by the grammar of RFC 6265 4.2.1.
///
/// What is no `cookie-pair` (no name of token bytes, or a byte in the value that no cookie has) is
/// passed over up to the next semicolon: it is the instance's to judge, and decides nothing here.
struct CookiePairs {
    private var index: Int
    private let end: Int

    /// Starts at the first pair of the value in `range`.
    init(_ range: Range<Int>) {
        index = range.lowerBound
        end = range.upperBound
    }

    /// The next pair, its value with the quotes that it may have; `nil` at the end.
    mutating func next(_ bytes: Span<UInt8>) -> (name: Range<Int>, value: Range<Int>)? {
        while index < end {
            while index < end, bytes[index].isBlank {
                index += 1
            }
            let start = index
            while index < end, bytes[index] != 0x3b {
                index += 1
            }
            let pair = start..<index
            index += 1
            if let parts = Self.parts(of: pair, bytes) {
                return parts
            }
        }
        return nil
    }

    private static func parts(
        of pair: Range<Int>,
        _ bytes: Span<UInt8>
    ) -> (name: Range<Int>, value: Range<Int>)? {
        var cursor = pair.lowerBound
        while cursor < pair.upperBound, bytes[cursor].isToken {
            cursor += 1
        }
        guard cursor > pair.lowerBound, cursor < pair.upperBound, bytes[cursor] == 0x3d else {
            return nil
        }
        let value = (cursor + 1)..<pair.upperBound
        let isQuoted =
            value.count > 1 && bytes[value.lowerBound] == 0x22
            && bytes[value.upperBound - 1] == 0x22
        let octets = isQuoted ? value.dropFirst().dropLast() : value
        guard octets.allSatisfy({ bytes[$0].isCookieOctet }) else {
            return nil
        }
        return (pair.lowerBound..<cursor, value)
    }
}

extension UInt8 {
    /// RFC 6265 4.1.1 `cookie-octet`: visible, but no quote, comma, semicolon or backslash.
    var isCookieOctet: Bool {
        self &- 0x21 < 0x5e && ![0x22, 0x2c, 0x3b, 0x5c].contains(self)
    }
}
