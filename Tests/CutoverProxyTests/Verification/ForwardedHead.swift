@testable import CutoverProxy

/// What became of a head: the parser's answer, and the head as it is forwarded when that is
/// `complete`.
struct ForwardedHead: Equatable {
    var result: HeadResult
    /// Bytes that the head takes in the stream.
    var count = 0
    var bytes: [UInt8] = []
}

extension RequestHead {
    /// Parses a head and writes it anew, as for a client at 192.0.2.7.
    mutating func forward(_ bytes: [UInt8], limits: HeadLimits = HeadLimits()) -> ForwardedHead {
        let result = parse(bytes.span, limits: limits)
        guard result == .complete else {
            return ForwardedHead(result: result)
        }
        allowUpgrade(bytes.span, to: ["websocket"])
        // A host may stand there three times: in the target, as the Host, and for the instance.
        let room = count + 3 * RequestHead.hostBytesMaximum + 512
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room) { memory in
            guard let base = memory.baseAddress else {
                return ForwardedHead(result: result)
            }
            var writer = HeadWriter(Block(base: base, capacity: room))
            writer.append(self, bytes.span, client: 0xc000_0207, defaultHost: "default")
            let forwarded = writer.isOverfull ? [] : Array(memory[..<writer.count])
            return ForwardedHead(result: result, count: count, bytes: forwarded)
        }
    }
}

extension ResponseHead {
    /// Parses a head and writes it anew; `isUnwrapped` as for a client of HTTP/1.0.
    mutating func forward(
        _ bytes: [UInt8],
        headBytes: Int = 32_768,
        isUnwrapped: Bool = false
    ) -> ForwardedHead {
        let result = parse(bytes.span, headBytes: headBytes)
        guard result == .complete else {
            return ForwardedHead(result: result)
        }
        let room = count + 512
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room) { memory in
            guard let base = memory.baseAddress else {
                return ForwardedHead(result: result)
            }
            var writer = HeadWriter(Block(base: base, capacity: room))
            writer.append(self, bytes.span, persistence: .implied, isUnwrapped: isUnwrapped)
            let forwarded = writer.isOverfull ? [] : Array(memory[..<writer.count])
            return ForwardedHead(result: result, count: count, bytes: forwarded)
        }
    }
}
