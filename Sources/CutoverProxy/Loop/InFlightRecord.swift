import CutoverWire

/// One request in flight as its loop tells it; names of instances only the control thread knows.
struct InFlightRecord: Sendable {
    /// The number of its backend.
    let backend: UInt64
    let method: String
    let path: String
    let client: ClientAddress
    let kind: InFlightRequest.Kind
    /// In nanoseconds of CLOCK_MONOTONIC.
    let startedAt: UInt64
    let bytes: UInt64?
}

/// The oldest requests of one loop that were asked for, and how many there are in all.
struct InFlightRecords: Sendable {
    var count: UInt64 = 0
    var oldest: [InFlightRecord] = []
}

/// What a request's head tells about it, read from the bytes that stay when all else is gone.
struct RequestLabel: Equatable {
    var method: String
    var path: String

    /// Bytes of a rewritten head that are kept for as long as its request runs: method and path as
    /// far as they are told.
    static let byteCount = 512

    /// Reads the front of a head that the proxy wrote.
    init(_ bytes: Span<UInt8>) {
        var index = 0
        method = Self.text(bytes, from: &index, atMost: InFlightRequest.methodMaximum)
        index += 1
        path = Self.text(bytes, from: &index, atMost: InFlightRequest.pathMaximum)
    }

    /// Up to a space, a query or the end; what would not be printed is left out, and what is not
    /// ASCII is written in escapes.
    private static func text(
        _ bytes: Span<UInt8>,
        from index: inout Int,
        atMost limit: Int
    )
        -> String
    {
        var text = ""
        while index < bytes.count, text.utf8.count < limit {
            let byte = bytes[index]
            guard byte != 0x20, byte != 0x3f, byte != 0x23, byte != 0x0d, byte != 0 else {
                break
            }
            if (0x21...0x7e).contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else if byte >= 0x80, text.utf8.count + 3 <= limit {
                let digits = String(byte, radix: 16, uppercase: true)
                text += "%\(digits)"
            }
            index += 1
        }
        return text
    }
}
