/// Follows the frames of one direction of a WebSocket, so that it is known where one ends and
/// another may begin (RFC 6455 5.2).
///
/// It reads headers and counts payload; it never holds a byte back and judges nothing that does not
/// move a boundary. What it cannot follow it says to be lost.
struct WebSocketFraming {
    /// Payload of the frame that is still to come; in a header, its length so far.
    private var remaining: UInt64 = 0

    /// Bytes of the frame's header that have come, and that it has.
    private var headerSeen: UInt8 = 0
    private var headerCount: UInt8 = 2

    private var isClose = false

    /// A close frame has passed: RFC 6455 5.5.1 allows none behind it.
    private(set) var hasClosed = false

    /// The bytes are not the frames of this direction; no boundary is known any more.
    private(set) var isLost = false

    /// Whether what has passed ends with a whole frame, or nothing has.
    var isAtBoundary: Bool { headerSeen == 0 && remaining == 0 && !isLost }

    /// Follows the next bytes; `isMasked` says whether frames of this direction have to be, as a
    /// client's have (RFC 6455 5.1).
    mutating func advance(_ bytes: Span<UInt8>, isMasked: Bool) {
        var offset = 0
        while offset < bytes.count, !isLost {
            if headerSeen == 0, remaining > 0 {
                let count = min(UInt64(bytes.count &- offset), remaining)
                remaining &-= count
                offset &+= Int(count)
                if remaining == 0 { endFrame() }
            } else {
                readHeader(bytes[offset], isMasked: isMasked)
                offset &+= 1
            }
        }
    }

    private mutating func readHeader(_ byte: UInt8, isMasked: Bool) {
        headerSeen &+= 1
        switch headerSeen {
        case 1:
            isClose = byte & 0x0f == 0x8
        case 2:
            let length = byte & 0x7f
            let extended: UInt8 = length == 126 ? 2 : length == 127 ? 8 : 0
            remaining = extended == 0 ? UInt64(length) : 0
            headerCount = 2 &+ extended &+ (isMasked ? 4 : 0)
            // A control frame's length stands in these seven bits (RFC 6455 5.5).
            isLost = (byte & 0x80 != 0) != isMasked || isClose && extended > 0
        case ...(headerCount &- (isMasked ? 4 : 0)):
            // The rest of the length, which stands before the masking key.
            isLost = headerSeen == 3 && headerCount > 8 && byte & 0x80 != 0
            remaining = remaining &<< 8 | UInt64(byte)
        default:
            break
        }
        if headerSeen == headerCount {
            headerSeen = 0
            if remaining == 0 { endFrame() }
        }
    }

    private mutating func endFrame() {
        hasClosed = hasClosed || isClose
        headerCount = 2
    }
}

extension WebSocketFraming {
    /// Why an endpoint goes: RFC 6455 7.4.1 and the registry that it founds.
    enum CloseCode: UInt16 {
        /// The server, or this part of it, goes away.
        case goingAway = 1_001
        /// The whole service starts anew.
        case serviceRestart = 1_012
    }

    /// A close frame as a server sends it.
    static func closeFrame(_ code: CloseCode) -> [UInt8] {
        [0x88, 0x02] + bigEndian(code)
    }

    /// A close frame as a client sends it, under a key that it has not used for anything else.
    static func closeFrame(_ code: CloseCode, maskedBy key: UInt32) -> [UInt8] {
        let mask = (0..<4).map { UInt8(truncatingIfNeeded: key >> (24 - 8 * $0)) }
        return [0x88, 0x82] + mask + zip(bigEndian(code), mask).map { $0 ^ $1 }
    }

    private static func bigEndian(_ code: CloseCode) -> [UInt8] {
        [UInt8(code.rawValue >> 8), UInt8(code.rawValue & 0xff)]
    }
}
