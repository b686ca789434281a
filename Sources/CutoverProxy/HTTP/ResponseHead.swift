/// A response's head, parsed and found legal.
struct ResponseHead: ~Copyable {
    /// The header lines.
    var fields = FieldSection()

    /// 100 to 599.
    private(set) var status = 0

    private(set) var isHTTP10 = false

    /// The reason phrase, possibly empty.
    private(set) var reason = 0..<0

    /// Behind the status line.
    private(set) var startLineEnd = 0

    /// Bytes of the head, its blank line included.
    var count: Int { fields.end }

    /// Whether the instance closes the connection behind this response.
    var closes: Bool {
        fields.connection.contains(.close)
            || isHTTP10 && !fields.connection.contains(.keepAlive)
    }

    /// Whether it is an interim response, which another one follows.
    var isInterim: Bool { status < 200 && status != 101 }
}

extension ResponseHead {
    /// Parses one head from the first byte of `bytes`; any refusal means that the response is not
    /// HTTP.
    mutating func parse(_ bytes: Span<UInt8>, headBytes: Int) -> HeadResult {
        let result = parseStatusLine(bytes, headBytes: headBytes)
        guard result == .complete else {
            return result
        }
        let section = fields.parse(
            bytes,
            from: startLineEnd,
            bytesMaximum: headBytes,
            linesMaximum: FieldSection.capacity,
            isRequest: false
        )
        guard section == .complete else {
            return section
        }
        if isHTTP10, fields.isChunked {
            return .refused(.badGateway)
        }
        if status < 200 || status == 204 {
            dropFraming()
        }
        return .complete
    }

    /// Parses `HTTP/1.x SP 3DIGIT SP reason CRLF` (RFC 9112 4).
    @inline(__always)
    private mutating func parseStatusLine(_ bytes: Span<UInt8>, headBytes: Int) -> HeadResult {
        let prefix: StaticString = "HTTP/1."
        for offset in 0..<7 {
            guard offset < bytes.count else {
                return .incomplete
            }
            guard bytes[offset] == prefix.utf8Start[offset] else {
                return .refused(.badGateway)
            }
        }
        guard bytes.count > 13 else {
            return .incomplete
        }
        let digits = (bytes[9] &- 0x30, bytes[10] &- 0x30, bytes[11] &- 0x30)
        guard bytes[7] & 0xfe == 0x30, bytes[8] == 0x20, digits.0 &- 1 < 5, digits.1 < 10,
            digits.2 < 10, bytes[12] == 0x20
        else {
            return .refused(.badGateway)
        }
        isHTTP10 = bytes[7] == 0x30
        status = Int(digits.0) &* 100 &+ Int(digits.1) &* 10 &+ Int(digits.2)
        let end = endOfText(bytes, from: 13)
        guard end <= headBytes else {
            return .refused(.badGateway)
        }
        guard end &+ 1 < bytes.count else {
            return .incomplete
        }
        guard bytes[end] == 0x0d, bytes[end &+ 1] == 0x0a else {
            return .refused(.badGateway)
        }
        reason = 13..<end
        startLineEnd = end &+ 2
        return .complete
    }

    /// RFC 9110 6.4.1: these statuses have no body, so the fields that frame one say nothing.
    private mutating func dropFraming() {
        for index in 0..<fields.count {
            switch fields[index].name {
            case .contentLength, .transferEncoding: fields.drop(index)
            default: break
            }
        }
    }

    /// Whether a 101 switches to `protocolName`.
    ///
    /// It says so in one `Upgrade` line and in `Connection`, and is of HTTP/1.1 (RFC 9110 7.8,
    /// 15.2.2): what half asks for a tunnel may be half another response.
    func accepts(_ protocolName: Span<UInt8>, _ bytes: Span<UInt8>) -> Bool {
        guard !isHTTP10, fields.connection.contains(.upgrade), fields.upgrade >= 0,
            !fields.hasManyUpgrades
        else {
            return false
        }
        let value = fields[fields.upgrade].valueRange
        guard value.count == protocolName.count else {
            return false
        }
        return value.indices.allSatisfy { index in
            bytes[index].inLowerCase == protocolName[index - value.lowerBound].inLowerCase
        }
    }
}
