/// Makes keys of the bytes that a terminal sends.
///
/// A terminal also sends reports, such as answers to questions that another program asked, and keys
/// that nobody described. Their letters must never count as keys, since some keys move traffic; so
/// every escape sequence is swallowed whole. For the same reason Escape and a letter that arrive
/// together are Alt with that letter.
package struct KeyDecoder: Sendable {
    private enum State: Equatable {
        case ground

        /// After Escape.
        case escape

        /// Within `ESC [ … final`.
        case control

        /// One byte before the end of a sequence, as in `ESC O P`.
        case lastByte

        /// Within a string such as `ESC ] … BEL`, which BEL or `ESC \` ends.
        case string

        /// Within a scalar of more than one byte.
        case scalar(value: UInt32, remaining: Int, smallest: UInt32)
    }

    private var state = State.ground

    package init() {}

    /// Whether the bytes so far end within a sequence.
    package var isPending: Bool { state != .ground }

    /// Whether the bytes so far end with an Escape that may stand alone.
    package var isAfterEscape: Bool { state == .escape }

    /// Takes one byte from the terminal.
    package mutating func feed(_ byte: UInt8) -> [Key] {
        switch state {
        case .ground:
            return begin(byte)
        case .escape:
            return afterEscape(byte)
        case .control:
            return withinControl(byte)
        case .lastByte:
            state = .ground
            return [.unknown]
        case .string:
            if byte == 0x07 {
                state = .ground
                return [.unknown]
            }
            if byte == 0x1B {
                state = .lastByte
            }
            return []
        case .scalar(let value, let remaining, let smallest):
            guard byte & 0xC0 == 0x80 else {
                state = .ground
                return [.unknown] + begin(byte)
            }
            let value = value << 6 | UInt32(byte & 0x3F)
            guard remaining == 1 else {
                state = .scalar(value: value, remaining: remaining - 1, smallest: smallest)
                return []
            }
            state = .ground
            guard value >= smallest, let scalar = Unicode.Scalar(value) else { return [.unknown] }
            return [scalar.isDisplayable ? .character(scalar) : .unknown]
        }
    }

    /// Takes a key that the terminal's description knew.
    package mutating func feed(_ key: Key) -> [Key] {
        let isWithAlt = state == .escape
        let isCut = state != .ground
        state = .ground
        if isWithAlt { return [.unknown] }
        return isCut ? [.unknown, key] : [key]
    }

    /// Says that nothing followed for a while, so what is pending is all there is.
    package mutating func settle() -> [Key] {
        defer { state = .ground }
        switch state {
        case .ground: return []
        case .escape: return [.escape]
        case .control, .lastByte, .string, .scalar: return [.unknown]
        }
    }

    private mutating func begin(_ byte: UInt8) -> [Key] {
        switch byte {
        case 0x1B:
            state = .escape
            return []
        case 0x09:
            return [.tab]
        case 0x0A, 0x0D:
            return [.enter]
        case 0x08, 0x7F:
            return [.backspace]
        case 0..<0x20:
            let sign = byte + 0x40
            let isLetter = (0x41...0x5A).contains(sign)
            return [.control(Unicode.Scalar(isLetter ? sign + 0x20 : sign))]
        case 0x20..<0x7F:
            return [.character(Unicode.Scalar(byte))]
        case 0xC2..<0xE0:
            state = .scalar(value: UInt32(byte & 0x1F), remaining: 1, smallest: 0x80)
            return []
        case 0xE0..<0xF0:
            state = .scalar(value: UInt32(byte & 0x0F), remaining: 2, smallest: 0x800)
            return []
        case 0xF0..<0xF5:
            state = .scalar(value: UInt32(byte & 0x07), remaining: 3, smallest: 0x1_0000)
            return []
        default:
            return [.unknown]
        }
    }

    private mutating func afterEscape(_ byte: UInt8) -> [Key] {
        switch Unicode.Scalar(byte) {
        case "\u{1B}":
            return [.escape]
        case "[":
            state = .control
            return []
        case "O":
            state = .lastByte
            return []
        case "]", "P", "X", "^", "_":
            state = .string
            return []
        default:
            state = .ground
            return [(0x20..<0x7F).contains(byte) ? .alt(Unicode.Scalar(byte)) : .unknown]
        }
    }

    private mutating func withinControl(_ byte: UInt8) -> [Key] {
        switch byte {
        case 0x1B:
            state = .escape
            return [.unknown]
        case 0x5B:
            // The function keys of the Linux console are `ESC [ [` and one letter.
            state = .lastByte
            return []
        case 0x20...0x3F:
            return []
        default:
            state = .ground
            return [.unknown]
        }
    }
}
