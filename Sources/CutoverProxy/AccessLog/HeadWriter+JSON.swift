// What lines of the access log are made of.

extension HeadWriter {
    /// Appends a number.
    mutating func append(decimal number: UInt64) {
        var divisor: UInt64 = 1
        while number / divisor >= 10 {
            divisor *= 10
        }
        while divisor > 0 {
            append(byte: 0x30 &+ UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }

    /// Appends nanoseconds as milliseconds with three decimals.
    mutating func append(milliseconds nanoseconds: UInt64) {
        append(decimal: nanoseconds / 1_000_000)
        append(".")
        append(nanoseconds / 1_000 % 1_000, digits: 3)
    }

    /// Appends a time since 1970 in the form of RFC 3339, in UTC, as `2026-11-21T11:05:00.123Z`.
    mutating func append(time milliseconds: UInt64) {
        let day = milliseconds / 86_400_000
        // Days since 0000-03-01, so that a leap day is the last of its year; eras of 400 years.
        let shifted = day + 719_468
        let ofEra = shifted % 146_097
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * ofYear + 2) / 153
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        let year = yearOfEra + shifted / 146_097 * 400 + (month <= 2 ? 1 : 0)
        append(year, digits: 4)
        append("-")
        append(month, digits: 2)
        append("-")
        append(ofYear - (153 * fromMarch + 2) / 5 + 1, digits: 2)
        append("T")
        append(milliseconds / 3_600_000 % 24, digits: 2)
        append(":")
        append(milliseconds / 60_000 % 60, digits: 2)
        append(":")
        append(milliseconds / 1_000 % 60, digits: 2)
        append(".")
        append(milliseconds % 1_000, digits: 3)
        append("Z")
    }

    private mutating func append(_ number: UInt64, digits: Int) {
        var divisor: UInt64 = 1
        for _ in 1..<digits {
            divisor *= 10
        }
        while divisor > 0 {
            append(byte: 0x30 &+ UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }

    /// Appends bytes as the inside of a JSON string (RFC 8259 7): whatever they are, what is
    /// written is valid UTF-8, with U+FFFD for each byte that is not.
    mutating func append(escaping bytes: Span<UInt8>) {
        var run = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte >= 0x20, byte < 0x7f, byte != 0x22, byte != 0x5c {
                index += 1
                continue
            }
            let length = byte < 0x80 ? 0 : lengthOfScalar(bytes, at: index)
            if length > 0 {
                index += length
                continue
            }
            append(bytes, run..<index)
            append(escaped: byte)
            index += 1
            run = index
        }
        append(bytes, run..<index)
    }

    private mutating func append(escaped byte: UInt8) {
        switch byte {
        case 0x22: append("\\\"")
        case 0x5c: append("\\\\")
        case 0x80...: append("\u{fffd}")
        default:
            append("\\u00")
            append(byte: 0x30 + byte >> 4)
            append(byte: byte & 15 < 10 ? 0x30 + byte & 15 : 0x57 + byte & 15)
        }
    }
}

/// The bytes of the scalar above U+007F that stands at `index` in UTF-8, 0 where none does: RFC
/// 3629 4.
private func lengthOfScalar(_ bytes: Span<UInt8>, at index: Int) -> Int {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xbf
    switch bytes[index] {
    case 0xc2...0xdf: length = 2
    case 0xe0: (length, second) = (3, 0xa0...0xbf)
    case 0xed: (length, second) = (3, 0x80...0x9f)
    case 0xe1...0xef: length = 3
    case 0xf0: (length, second) = (4, 0x90...0xbf)
    case 0xf1...0xf3: length = 4
    case 0xf4: (length, second) = (4, 0x80...0x8f)
    default: return 0
    }
    guard index + length <= bytes.count, second.contains(bytes[index + 1]) else {
        return 0
    }
    for place in (index + 2)..<max(index + length, index + 2)
    where !(0x80...0xbf).contains(bytes[place]) {
        return 0
    }
    return length
}
