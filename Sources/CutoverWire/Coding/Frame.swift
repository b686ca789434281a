/// The framing of messages on a stream: four bytes of length, most significant first, then the
/// message.
package enum Frame {
    /// The largest message that either end accepts, in bytes.
    ///
    /// 4,000 instances with full histograms need 6 MB.
    package static let maximumBytes = 32 << 20

    /// Bytes in front of each message.
    package static let prefixBytes = 4

    /// Puts the length in front of a message; `nil` when it is larger than a frame may be.
    package static func wrap(_ message: [UInt8]) -> [UInt8]? {
        guard message.count <= maximumBytes else {
            return nil
        }
        let length = UInt32(message.count)
        var frame: [UInt8] = []
        frame.reserveCapacity(message.count + prefixBytes)
        for shift in [24, 16, 8, 0] as [UInt32] {
            frame.append(UInt8(truncatingIfNeeded: length >> shift))
        }
        frame += message
        return frame
    }
}

/// Finds whole messages in a stream that arrives in pieces of any size.
package struct FrameDecoder {
    private var buffer: [UInt8] = []
    private var start = 0

    /// Starts at a message boundary.
    package init() {}

    /// Adds bytes as they came from the stream.
    package mutating func append(_ bytes: some Sequence<UInt8>) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Whether bytes of an unfinished message are held.
    package var hasPartialMessage: Bool {
        start < buffer.count
    }

    /// The next whole message, or `nil` until more bytes arrive.
    ///
    /// Throws as soon as a length above `Frame.maximumBytes` is announced; the stream is useless
    /// after that.
    package mutating func next() throws(WireError) -> [UInt8]? {
        guard buffer.count - start >= Frame.prefixBytes else {
            return nil
        }
        let body = start + Frame.prefixBytes
        let length = buffer[start..<body].reduce(0) { $0 << 8 | Int($1) }
        guard length <= Frame.maximumBytes else {
            throw WireError(.oversized, in: "frame", at: start)
        }
        guard buffer.count - body >= length else {
            return nil
        }
        start = body + length
        return Array(buffer[body..<start])
    }
}
