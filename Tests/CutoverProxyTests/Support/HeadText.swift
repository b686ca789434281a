@testable import CutoverProxy

/// What became of a head that is given and expected as text.
struct ParsedHead: Equatable {
    var result: HeadResult
    /// The head as it is forwarded, when it was complete.
    var forwarded = ""
}

/// Parses a request's head and writes it anew, as for a client at 192.0.2.7.
func parseRequest(
    _ text: String,
    limits: HeadLimits = HeadLimits(),
    edge: EdgeFields = EdgeFields(client: .ipv4(0xc000_0207))
) -> ParsedHead {
    let bytes = Array(text.unicodeScalars).map { UInt8(truncatingIfNeeded: $0.value) }
    var head = RequestHead()
    let result = head.parse(bytes.span, limits: limits)
    if result == .complete {
        head.allowUpgrade(bytes.span, to: ["websocket"])
    }
    guard result == .complete, let block = Block(zeroed: 100_000) else {
        return ParsedHead(result: result)
    }
    defer { block.base.deallocate() }
    let requestIDs = RequestID(seed: 0x0123_4567_89ab_cdef)
    var writer = HeadWriter(block)
    writer.append(
        head,
        bytes.span,
        edge: edge,
        requestID: requestIDs.line.span,
        defaultHost: "default"
    )
    return ParsedHead(result: result, forwarded: latin1(block, writer.count))
}

/// Parses a response's head and writes it anew.
func parseResponse(_ text: String, isUnwrapped: Bool = false) -> ParsedHead {
    let bytes = Array(text.unicodeScalars).map { UInt8(truncatingIfNeeded: $0.value) }
    var head = ResponseHead()
    let result = head.parse(bytes.span, headBytes: 32_768)
    guard result == .complete, let block = Block(zeroed: 100_000) else {
        return ParsedHead(result: result)
    }
    defer { block.base.deallocate() }
    var writer = HeadWriter(block)
    writer.append(head, bytes.span, persistence: .implied, isUnwrapped: isUnwrapped)
    return ParsedHead(result: result, forwarded: latin1(block, writer.count))
}

private func latin1(_ block: Block, _ count: Int) -> String {
    // Latin-1, so that every byte is seen as it is.
    String(String.UnicodeScalarView(block.bytes(0..<count).map { Unicode.Scalar($0) }))
}
