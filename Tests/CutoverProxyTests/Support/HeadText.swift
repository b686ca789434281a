@testable import CutoverProxy

/// What became of a head that is given and expected as text.
struct ParsedHead: Equatable {
    var result: HeadResult
    /// The head as it is forwarded, when it was complete.
    var forwarded = ""
}

/// Parses a request's head and writes it anew, as for a client at 192.0.2.7.
func parseRequest(_ text: String, limits: HeadLimits = HeadLimits()) -> ParsedHead {
    var head = RequestHead()
    return ParsedHead(head.forward(Seeds.bytes(text), limits: limits))
}

/// Parses a response's head and writes it anew.
func parseResponse(_ text: String, isUnwrapped: Bool = false) -> ParsedHead {
    var head = ResponseHead()
    return ParsedHead(head.forward(Seeds.bytes(text), isUnwrapped: isUnwrapped))
}

extension ParsedHead {
    /// The same as text: Latin-1, so that every byte is seen as it is.
    fileprivate init(_ head: ForwardedHead) {
        result = head.result
        forwarded = String(String.UnicodeScalarView(head.bytes.map { Unicode.Scalar($0) }))
    }
}
