// The byte classes of RFC 9110 and 9112, as arithmetic on one byte: a table in a global would cost
// a `swift_once` at each access.

extension UInt8 {
    /// RFC 9110 5.6.2 `tchar`: what a method or a field name is made of.
    @inline(__always)
    var isToken: Bool {
        // One bit for each byte below 64, and one for each from 64 to 127.
        let bits: UInt64 = self < 64 ? 0x03ff_6cfa_0000_0000 : 0x57ff_ffff_c7ff_fffe
        return self < 128 && (bits &>> UInt64(self & 63)) & 1 == 1
    }

    @inline(__always)
    var isDigit: Bool { self &- 0x30 <= 9 }

    /// Optional white space: a space or a tab.
    @inline(__always)
    var isBlank: Bool { self == 0x20 || self == 0x09 }

    /// A byte of a field value or a reason phrase: visible, blank, or obs-text.
    @inline(__always)
    var isText: Bool { self >= 0x20 && self != 0x7f || self == 0x09 }

    /// A byte of a request target.
    ///
    /// RFC 3986 leaves out a few visible characters that browsers do send (`|`, `{`, `"`): they are
    /// harmless to framing and go through. A fragment (`#`) is never sent, and a space ends the
    /// target.
    @inline(__always)
    var isTarget: Bool { self &- 0x21 < 0x5e && self != 0x23 }

    /// RFC 3986 `unreserved` or `sub-delims`, or `%`: what a host's name is made of.
    @inline(__always)
    var isRegisteredName: Bool {
        // Visible ASCII without " # / : < > ? @ [ \ ] ^ ` { | }.
        let bits: UInt64 = self < 64 ? 0x2bff_7ff2_0000_0000 : 0x47ff_fffe_87ff_fffe
        return self < 128 && (bits &>> UInt64(self & 63)) & 1 == 1
    }

    /// The value of a hexadecimal digit, or 255.
    @inline(__always)
    var hexDigit: UInt8 {
        if isDigit { return self &- 0x30 }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : 255
    }
}

/// The first index from `start` on whose byte is not `isText`, or the count of `bytes`.
@inline(__always)
func endOfText(_ bytes: Span<UInt8>, from start: Int) -> Int {
    let words = bytes.bytes
    var index = start
    while index &+ 8 <= bytes.count {
        let word = UInt64(
            littleEndian: words.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
        )
        // Marks the top bit of each byte below 0x20 or equal to 0x7f. A borrow can only mark bytes
        // above a real hit, and the lowest mark is the one that counts.
        let delete = word ^ 0x7f7f_7f7f_7f7f_7f7f
        let marks =
            ((word &- 0x2020_2020_2020_2020) & ~word
                | (delete &- 0x0101_0101_0101_0101) & ~delete) & 0x8080_8080_8080_8080
        guard marks != 0 else {
            index &+= 8
            continue
        }
        let hit = index &+ marks.trailingZeroBitCount &>> 3
        guard bytes[hit] == 0x09 else {
            return hit
        }
        index = hit &+ 1
    }
    while index < bytes.count, bytes[index].isText {
        index &+= 1
    }
    return index
}

/// Whether `range` holds `name`, which must be in lower case; letters of `bytes` may be in either.
///
/// The bytes must be tokens: setting the bit of lower case maps no other token byte onto a letter,
/// a digit or a hyphen.
@inline(__always)
func matches(_ bytes: Span<UInt8>, _ range: Range<Int>, _ name: StaticString) -> Bool {
    guard range.count == name.utf8CodeUnitCount else {
        return false
    }
    return hasPrefix(bytes, range, name)
}

/// Whether `range` begins with `name`; the same rules as for `matches`.
@inline(__always)
func hasPrefix(_ bytes: Span<UInt8>, _ range: Range<Int>, _ name: StaticString) -> Bool {
    guard range.count >= name.utf8CodeUnitCount else {
        return false
    }
    var index = 0
    while index < name.utf8CodeUnitCount {
        guard bytes[range.lowerBound &+ index] | 0x20 == name.utf8Start[index] else {
            return false
        }
        index &+= 1
    }
    return true
}

/// Whether two ranges hold the same token, whatever the case of its letters.
func matches(_ bytes: Span<UInt8>, _ first: Range<Int>, _ second: Range<Int>) -> Bool {
    guard first.count == second.count else {
        return false
    }
    for offset in 0..<first.count
    where bytes[first.lowerBound + offset] | 0x20 != bytes[second.lowerBound + offset] | 0x20 {
        return false
    }
    return true
}
