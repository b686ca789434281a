/// Finds the end of one body in the bytes as they come, and takes out what a proxy must not
/// forward.
///
/// Chunked bodies are forwarded as chunks, without extensions and trailers; everything is checked
/// against RFC 9112 7.1 before it goes on, so that no other reading of the same bytes is possible.
struct BodyFraming {
    /// How the end is found.
    enum Mode: UInt8 {
        /// There is no body.
        case none
        /// `remaining` more bytes.
        case length
        case chunked
        /// Until the sender closes; only for responses.
        case untilClose
    }

    /// What one step did; what is forwarded stands at the front of the step's bytes.
    struct Step: Equatable {
        /// Bytes of the input that belong to this body.
        var consumed = 0
        /// Bytes to forward, at most `consumed`.
        var produced = 0
        /// The body breaks a rule; nothing of this step may be forwarded.
        var isInvalid = false
    }

    private(set) var mode = Mode.none
    private var state = ChunkState.sizeStart

    /// Whether the chunk framing itself is taken out, for a client that speaks HTTP/1.0.
    private var isUnwrapped = false

    /// Bytes of the line that is taken out: extensions of one chunk, or all trailers.
    private var lineBytes: UInt16 = 0

    private(set) var isDone = true

    /// Bytes left: of the body, or of the chunk; while a size is read, its value so far.
    private(set) var remaining: UInt64 = 0

    /// Bytes of content so far; for a body of known length its whole length.
    private(set) var total: UInt64 = 0

    /// Bytes of content that have come.
    var received: UInt64 { mode == .length ? total &- remaining : total }

    /// No body.
    init() {}

    /// A body of known length.
    init(length: Int64) {
        guard length > 0 else {
            return
        }
        mode = .length
        remaining = UInt64(length)
        total = remaining
        isDone = false
    }

    /// A body of another kind.
    init(_ mode: Mode, isUnwrapped: Bool = false) {
        self.mode = mode
        self.isUnwrapped = isUnwrapped
        isDone = mode == .none
    }

    /// Takes the body's bytes from the front of `bytes`, and moves what is forwarded there.
    @inline(__always)
    mutating func advance(_ bytes: inout MutableSpan<UInt8>) -> Step {
        switch mode {
        case .none:
            return Step()
        case .length:
            let count = min(bytes.count, Int(truncatingIfNeeded: min(remaining, 1 << 40)))
            remaining &-= UInt64(count)
            isDone = remaining == 0
            return Step(consumed: count, produced: count)
        case .chunked:
            return advanceChunks(&bytes)
        case .untilClose:
            total &+= UInt64(bytes.count)
            return Step(consumed: bytes.count, produced: bytes.count)
        }
    }

    /// Counts bytes of a tunnel, which come in place of a body.
    mutating func count(_ bytes: UInt64) {
        total &+= bytes
    }

    /// Takes bytes that pass outside of user space; only of a body of known length, at most
    /// `remaining`.
    mutating func pass(_ count: Int) {
        precondition(mode == .length && count >= 0 && UInt64(count) <= remaining)
        remaining &-= UInt64(count)
        isDone = remaining == 0
    }

    /// The sender closed: that ends a body that lasts until then, and no other.
    mutating func close() {
        isDone = isDone || mode == .untilClose
    }
}

extension BodyFraming {
    /// Where in the chunk grammar the next byte stands.
    private enum ChunkState: UInt8 {
        case sizeStart
        case size
        case blankBeforeExtension
        case extensionNameStart
        case extensionName
        case blankBeforeEquals
        case extensionValueStart
        case extensionToken
        case extensionQuoted
        case extensionEscape
        case extensionEnd
        case sizeLineFeed
        case content
        case contentReturn
        case contentLineFeed
        case trailerStart
        case trailerName
        case trailerValue
        case trailerLineFeed
        case endLineFeed
    }

    /// Digits of a chunk's size, so that it fits 64 bits.
    private static let sizeDigitsMaximum: UInt16 = 16

    /// Largest line of extensions, and largest trailer section, in bytes.
    private static let lineBytesMaximum: UInt16 = 8_192

    private mutating func advanceChunks(_ bytes: inout MutableSpan<UInt8>) -> Step {
        var step = Step()
        while step.consumed < bytes.count, !isDone {
            if state == .content {
                moveContent(&bytes, &step)
                continue
            }
            if passPlainFraming(bytes, &step) {
                continue
            }
            let byte = bytes[step.consumed]
            step.consumed &+= 1
            guard let isForwarded = accept(byte) else {
                step.isInvalid = true
                return step
            }
            if isForwarded, !isUnwrapped {
                bytes[step.produced] = byte
                step.produced &+= 1
            }
        }
        return step
    }

    /// Digits of a size that is looked at as a whole.
    private static let plainDigitsMaximum = 8

    /// Passes all that stands in front of a chunk's content at once, where it is whole, has no
    /// extension and stays in its place; false, and nothing is taken, where it does not.
    private mutating func passPlainFraming(
        _ bytes: borrowing MutableSpan<UInt8>,
        _ step: inout Step
    ) -> Bool {
        guard step.produced == step.consumed, !isUnwrapped else {
            return false
        }
        var place = step.consumed
        if state == .contentReturn {
            guard Self.isLineEnd(bytes, at: place) else { return false }
            place &+= 2
        } else if state != .sizeStart {
            return false
        }
        let first = place
        let limit = min(bytes.count, first &+ Self.plainDigitsMaximum)
        var size: UInt64 = 0
        while place < limit {
            let digit = bytes[place].hexDigit
            guard digit < 16 else { break }
            size = size &<< 4 | UInt64(digit)
            place &+= 1
        }
        guard place > first, Self.isLineEnd(bytes, at: place) else {
            return false
        }
        step.consumed = place &+ 2
        step.produced = step.consumed
        remaining = size
        lineBytes = 0
        state = size == 0 ? .trailerStart : .content
        return true
    }

    @inline(__always)
    private static func isLineEnd(
        _ bytes: borrowing MutableSpan<UInt8>,
        at place: Int
    ) -> Bool {
        place &+ 1 < bytes.count && bytes[place] == 0x0d && bytes[place &+ 1] == 0x0a
    }

    private mutating func moveContent(_ bytes: inout MutableSpan<UInt8>, _ step: inout Step) {
        let left = bytes.count &- step.consumed
        let count = Int(truncatingIfNeeded: min(UInt64(left), remaining))
        if step.produced < step.consumed {
            for offset in 0..<count {
                bytes[step.produced &+ offset] = bytes[step.consumed &+ offset]
            }
        }
        step.produced &+= count
        step.consumed &+= count
        total &+= UInt64(count)
        remaining &-= UInt64(count)
        if remaining == 0 {
            state = .contentReturn
        }
    }

    /// Takes one byte of framing: whether it is forwarded, `nil` when it may not stand here.
    private mutating func accept(_ byte: UInt8) -> Bool? {
        switch state {
        case .sizeStart, .size:
            return acceptSize(byte)
        case .sizeLineFeed:
            guard byte == 0x0a else { return nil }
            state = remaining == 0 ? .trailerStart : .content
            lineBytes = 0
            return true
        case .contentReturn:
            guard byte == 0x0d else { return nil }
            state = .contentLineFeed
            return true
        case .contentLineFeed:
            guard byte == 0x0a else { return nil }
            state = .sizeStart
            return true
        case .content:
            return nil
        case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed, .endLineFeed:
            return acceptTrailer(byte)
        default:
            return acceptExtension(byte)
        }
    }

    private mutating func acceptSize(_ byte: UInt8) -> Bool? {
        let digit = byte.hexDigit
        if digit < 16 {
            if state == .sizeStart {
                state = .size
                remaining = 0
                lineBytes = 0
            }
            lineBytes &+= 1
            // A size of 2^63 or more is never real, and would turn negative in somebody's reader.
            guard lineBytes <= Self.sizeDigitsMaximum, remaining < 1 << 59 else { return nil }
            remaining = remaining &<< 4 | UInt64(digit)
            return true
        }
        guard state == .size else { return nil }
        lineBytes = 0
        switch byte {
        case 0x0d:
            state = .sizeLineFeed
            return true
        case 0x3b: state = .extensionNameStart
        case 0x20, 0x09: state = .blankBeforeExtension
        default: return nil
        }
        return false
    }

    /// `*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )`; nothing of it is
    /// forwarded but the CR.
    private mutating func acceptExtension(_ byte: UInt8) -> Bool? {
        lineBytes &+= 1
        guard lineBytes <= Self.lineBytesMaximum else { return nil }
        switch state {
        case .extensionQuoted:
            guard byte.isText else { return nil }
            if byte == 0x22 { state = .extensionEnd }
            if byte == 0x5c { state = .extensionEscape }
            return false
        case .extensionEscape:
            guard byte.isText else { return nil }
            state = .extensionQuoted
            return false
        case .extensionValueStart where byte == 0x22:
            state = .extensionQuoted
            return false
        default:
            break
        }
        if byte.isToken {
            switch state {
            case .extensionNameStart, .extensionName: state = .extensionName
            case .extensionValueStart, .extensionToken: state = .extensionToken
            default: return nil
            }
            return false
        }
        if byte.isBlank {
            switch state {
            case .extensionName, .blankBeforeEquals: state = .blankBeforeEquals
            case .extensionToken, .extensionEnd: state = .blankBeforeExtension
            default: break
            }
            return false
        }
        return acceptExtensionDelimiter(byte)
    }

    private mutating func acceptExtensionDelimiter(_ byte: UInt8) -> Bool? {
        switch (byte, state) {
        case (0x3b, .blankBeforeExtension), (0x3b, .extensionName), (0x3b, .blankBeforeEquals),
            (0x3b, .extensionToken), (0x3b, .extensionEnd):
            state = .extensionNameStart
            return false
        case (0x3d, .extensionName), (0x3d, .blankBeforeEquals):
            state = .extensionValueStart
            return false
        case (0x0d, .extensionName), (0x0d, .extensionToken), (0x0d, .extensionEnd):
            state = .sizeLineFeed
            return true
        default:
            return nil
        }
    }

    /// Trailer lines are checked and dropped; the blank line that ends them is forwarded.
    private mutating func acceptTrailer(_ byte: UInt8) -> Bool? {
        lineBytes &+= 1
        guard lineBytes <= Self.lineBytesMaximum else { return nil }
        switch state {
        case .trailerStart:
            if byte == 0x0d {
                state = .endLineFeed
                return true
            }
            guard byte.isToken else { return nil }
            state = .trailerName
        case .trailerName:
            if byte == 0x3a {
                state = .trailerValue
            } else if !byte.isToken {
                return nil
            }
        case .trailerValue:
            if byte == 0x0d {
                state = .trailerLineFeed
            } else if !byte.isText {
                return nil
            }
        case .trailerLineFeed:
            guard byte == 0x0a else { return nil }
            state = .trailerStart
        default:
            guard byte == 0x0a else { return nil }
            isDone = true
            return true
        }
        return false
    }
}
