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

    /// RFC 3986 `unreserved` or `sub-delims` but the comma: what a host's name is made of.
    @inline(__always)
    var isRegisteredName: Bool {
        // Visible ASCII without " # % , / : < > ? @ [ \ ] ^ ` { | }.
        let bits: UInt64 = self < 64 ? 0x2bff_6fd2_0000_0000 : 0x47ff_fffe_87ff_fffe
        return self < 128 && (bits &>> UInt64(self & 63)) & 1 == 1
    }

    /// The same in lower case, where it is a letter of ASCII.
    ///
    /// Setting the bit of lower case alone would also make `_` a DEL and `^` a `~`.
    @inline(__always)
    var inLowerCase: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// The value of a hexadecimal digit, or 255.
    @inline(__always)
    var hexDigit: UInt8 {
        if isDigit { return self &- 0x30 }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : 255
    }
}

/// The first index from `start` on whose byte is not `isText`, or the count of `bytes`.
///
/// Kept out of its callers: inlined, the words of its loop compete with theirs for registers.
@inline(never)
func endOfText(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    while let word = word(of: bytes, at: index) {
        let marks = otherThanText(word)
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

/// The eight bytes from `index` on, the first one lowest; `nil` where there are fewer.
@inline(__always)
private func word(of bytes: Span<UInt8>, at index: Int) -> UInt64? {
    guard index >= 0, index &+ 8 <= bytes.count else {
        return nil
    }
    // In bounds by the guard; the checked load would look again.
    let word = bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
    return UInt64(littleEndian: word)
}

/// Marks the top bit of each byte of `word` that is below 0x20 or 0x7f.
@inline(__always)
private func otherThanText(_ word: UInt64) -> UInt64 {
    // Without their top bits no byte can carry into the next.
    let low = word & 0x7f7f_7f7f_7f7f_7f7f
    let fromSpace = low &+ 0x6060_6060_6060_6060
    let delete = low &+ 0x0101_0101_0101_0101
    return (~fromSpace | delete) & ~word & 0x8080_8080_8080_8080
}

/// The first index from `start` on whose byte is not a token, or the count of `bytes`.
///
/// `hasUnderscore` is set where a token byte on the way is one.
@inline(__always)
func endOfToken(_ bytes: Span<UInt8>, from start: Int, hasUnderscore: inout Bool) -> Int {
    var index = start
    while true {
        // Letters and hyphens, of which nearly every name is made, are told eight at a time.
        while let word = word(of: bytes, at: index) {
            let marks = otherThanLettersAndHyphens(word)
            guard marks == 0 else {
                index &+= marks.trailingZeroBitCount &>> 3
                break
            }
            index &+= 8
        }
        guard index < bytes.count, bytes[index].isToken else {
            return index
        }
        hasUnderscore = hasUnderscore || bytes[index] == 0x5f
        index &+= 1
    }
}

/// Marks the top bit of each byte of `word` that is neither a letter of ASCII nor a hyphen.
@inline(__always)
private func otherThanLettersAndHyphens(_ word: UInt64) -> UInt64 {
    let tops: UInt64 = 0x8080_8080_8080_8080
    // Without their top bits no byte can carry into the next.
    let low = word & ~tops
    let lower = low | 0x2020_2020_2020_2020
    let fromA = lower &+ 0x1f1f_1f1f_1f1f_1f1f
    let aboveZ = lower &+ 0x0505_0505_0505_0505
    let hyphens = tops &- (low ^ 0x2d2d_2d2d_2d2d_2d2d)
    return ~(fromA & ~aboveZ | hyphens) & tops | word & tops
}

/// Whether `range` holds `name`, which must be in lower case; letters of `bytes` may be in either.
///
/// The bytes must be tokens or text: setting the bit of lower case maps no other byte of those onto
/// a letter, a digit or a hyphen.
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
    let count = name.utf8CodeUnitCount
    guard range.count >= count, range.lowerBound >= 0, range.upperBound <= bytes.count else {
        return false
    }
    var index = 0
    // The words of a literal are constants; the last two may overlap.
    while index < count, count >= 8 {
        let offset = min(index, count &- 8)
        let found = bytes.bytes.unsafeLoadUnaligned(
            fromUncheckedByteOffset: range.lowerBound &+ offset,
            as: UInt64.self
        )
        let wanted = UnsafeRawPointer(name.utf8Start)
            .loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        guard found | 0x2020_2020_2020_2020 == wanted else {
            return false
        }
        index &+= 8
    }
    while index < count {
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
    where bytes[first.lowerBound + offset].inLowerCase
        != bytes[second.lowerBound + offset].inLowerCase
    {
        return false
    }
    return true
}
