/// A request's head, parsed and found legal: what is needed to frame it, to route it and to write
/// it anew.
struct RequestHead: ~Copyable {
    /// Largest `Host` that is accepted, in bytes: a name of 255, a port, and room.
    static let hostBytesMaximum = 1_024

    /// The header lines.
    var fields = FieldSection()

    /// The method's end in the bytes; it starts at `start`.
    private(set) var methodEnd = 0

    /// Where the request line starts: behind an empty line that RFC 9112 2.2 has a server skip.
    private(set) var start = 0

    /// The path and query, or `*`; empty when an absolute target has no path.
    private(set) var target = 0..<0

    /// The authority of an absolute target, which replaces `Host`; empty for any other.
    private(set) var authority = 0..<0

    /// Behind the request line.
    private(set) var startLineEnd = 0

    private(set) var isHTTP10 = false
    private(set) var isHead = false

    /// Whether RFC 9110 9.2.2 lets a proxy send it again when it cannot know what became of it.
    private(set) var isIdempotent = false

    /// Whether the method is OPTIONS, the only idempotent one of seven letters.
    var isOptions: Bool { isIdempotent && methodEnd &- start == 7 }

    /// Whether the client may wait for `100 Continue` before it sends the body, and the instance is
    /// told so.
    private(set) var expectsContinue = false

    /// Whether the upgrade that it asks for is on the list, so that a 101 may follow.
    private(set) var isUpgrade = false

    /// Whether the client will not send another request on this connection.
    var closes: Bool {
        fields.connection.contains(.close)
            || isHTTP10 && !fields.connection.contains(.keepAlive)
    }

    /// Whether the request line stands as an instance gets it, for HTTP/1.1 and in origin form.
    var isRequestLineCanonical: Bool { authority.isEmpty && !isHTTP10 }

    /// Bytes of the head, its blank line included.
    var count: Int { fields.end }

    /// The target's path without its query, from its first slash; empty for none and for `*`.
    func path(_ bytes: Span<UInt8>) -> Range<Int> {
        guard !target.isEmpty, bytes[target.lowerBound] == 0x2f else {
            return target.lowerBound..<target.lowerBound
        }
        let end = target.first { bytes[$0] == 0x3f }
        return target.lowerBound..<(end ?? target.upperBound)
    }

    /// The value of the `Host` that is forwarded: of the target, of the field, or none.
    var host: Range<Int>? {
        if !authority.isEmpty {
            return authority
        }
        return fields.host < 0 ? nil : fields[fields.host].valueRange
    }
}

/// The limits that a route sets on a request's head.
struct HeadLimits {
    var requestLineBytes = 8_192
    var headBytes = 32_768
    var headLines = 100
}

extension RequestHead {
    /// Whether what begins in `bytes`, legal or not, is a HEAD, whose answer has no body.
    static func isHead(_ bytes: Span<UInt8>) -> Bool {
        let name: StaticString = "HEAD "
        return bytes.count >= 5 && (0..<5).allSatisfy { bytes[$0] == name.utf8Start[$0] }
    }

    /// Parses one head from the first byte of `bytes`; an upgrade is not allowed yet.
    mutating func parse(_ bytes: Span<UInt8>, limits: HeadLimits) -> HeadResult {
        var result = parseRequestLine(bytes, limits: limits)
        guard result == .complete else {
            return result
        }
        result = fields.parse(
            bytes,
            from: startLineEnd,
            bytesMaximum: limits.headBytes,
            linesMaximum: limits.headLines,
            isRequest: true
        )
        guard result == .complete else {
            return result
        }
        return check(bytes)
    }

    /// Applies the rules that need the whole head.
    private mutating func check(_ bytes: Span<UInt8>) -> HeadResult {
        if fields.host >= 0 {
            guard isAuthority(bytes, fields[fields.host].valueRange) else {
                return .refused(.badRequest)
            }
        } else if !isHTTP10 {
            return .refused(.badRequest)
        }
        if isHTTP10, fields.isChunked {
            return .refused(.badRequest)
        }
        expectsContinue = false
        if fields.expect >= 0 {
            let value = fields[fields.expect].valueRange
            guard matches(bytes, value, "100-continue") else {
                return .refused(.expectationFailed)
            }
            // RFC 9110 10.1.1: an HTTP/1.0 client cannot mean it.
            if isHTTP10 {
                fields.drop(fields.expect)
            } else {
                expectsContinue = !fields[fields.expect].isDropped
            }
        }
        isUpgrade = false
        return .complete
    }

    /// Allows the upgrade that the parsed request asks for when its protocol is among `upgrades`,
    /// which are in lower case.
    mutating func allowUpgrade(_ bytes: Span<UInt8>, to upgrades: [String]) {
        isUpgrade = fields.upgrade >= 0 && isAllowedUpgrade(bytes, upgrades)
    }

    /// GET without a body, with `Connection: upgrade` and one protocol of the list: anything else
    /// is an ordinary request, as RFC 9110 7.8 allows, and `Upgrade: h2c` smuggles nothing.
    private func isAllowedUpgrade(_ bytes: Span<UInt8>, _ upgrades: [String]) -> Bool {
        guard equals(bytes, start..<methodEnd, "GET"), !isHTTP10,
            fields.connection.contains(.upgrade), !fields.hasManyUpgrades,
            !fields.isChunked, fields.contentLength <= 0
        else {
            return false
        }
        let value = fields[fields.upgrade].valueRange
        return upgrades.contains { name in
            name.utf8.count == value.count
                && zip(value, name.utf8).allSatisfy { index, byte in
                    bytes[index].inLowerCase == byte
                }
        }
    }
}

extension RequestHead {
    /// The bytes of `SP HTTP/1.1`, which the request line has behind its target.
    private static let versionBytes = 9

    /// Parses `method SP target SP version CRLF` (RFC 9112 3); `startLineEnd` is behind it
    /// afterwards.
    @inline(__always)
    private mutating func parseRequestLine(
        _ bytes: Span<UInt8>,
        limits: HeadLimits
    ) -> HeadResult {
        start = 0
        if bytes.count > 1, bytes[0] == 0x0d, bytes[1] == 0x0a {
            start = 2
        } else if bytes.count == 1, bytes[0] == 0x0d {
            return .incomplete
        }
        var index = start
        while index < bytes.count, bytes[index].isToken {
            index &+= 1
        }
        guard index &- start <= limits.requestLineBytes else {
            return .refused(.targetTooLong)
        }
        guard index < bytes.count else {
            return .incomplete
        }
        guard bytes[index] == 0x20, index > start else {
            return .refused(.badRequest)
        }
        methodEnd = index
        index &+= 1
        let targetStart = index
        while index < bytes.count, bytes[index].isTarget {
            index &+= 1
        }
        guard index &- start &+ Self.versionBytes <= limits.requestLineBytes else {
            return .refused(.targetTooLong)
        }
        guard index < bytes.count else {
            return .incomplete
        }
        guard bytes[index] == 0x20, index > targetStart else {
            return .refused(.badRequest)
        }
        let targetRange = targetStart..<index
        let version = parseVersion(bytes, from: index &+ 1)
        guard version == .complete else {
            return version
        }
        return classify(bytes, targetRange)
    }

    /// Parses `HTTP/1.x CRLF` and sets `startLineEnd` behind it.
    @inline(__always)
    private mutating func parseVersion(_ bytes: Span<UInt8>, from start: Int) -> HeadResult {
        let name: StaticString = "HTTP/"
        for offset in 0..<5 {
            guard start &+ offset < bytes.count else {
                return .incomplete
            }
            guard bytes[start &+ offset] == name.utf8Start[offset] else {
                return .refused(.badRequest)
            }
        }
        guard start &+ 9 < bytes.count else {
            return .incomplete
        }
        let major = bytes[start &+ 5]
        let minor = bytes[start &+ 7]
        guard major.isDigit, bytes[start &+ 6] == 0x2e, minor.isDigit,
            bytes[start &+ 8] == 0x0d, bytes[start &+ 9] == 0x0a
        else {
            return .refused(.badRequest)
        }
        guard major == 0x31, minor <= 0x31 else {
            return .refused(.versionNotSupported)
        }
        isHTTP10 = minor == 0x30
        startLineEnd = start &+ 10
        return .complete
    }

    /// Sorts out the method and the form of the target (RFC 9112 3.2).
    @inline(__always)
    private mutating func classify(_ bytes: Span<UInt8>, _ range: Range<Int>) -> HeadResult {
        isHead = false
        isIdempotent = false
        authority = 0..<0
        target = range
        let method = start..<methodEnd
        switch method.count {
        case 3:
            isIdempotent = equals(bytes, method, "GET") || equals(bytes, method, "PUT")
            // RFC 9113 3.4: it begins a connection of HTTP/2, and is never a request.
            guard isIdempotent || !equals(bytes, method, "PRI") else {
                return .refused(.methodNotAllowed)
            }
        case 4:
            isHead = equals(bytes, method, "HEAD")
            isIdempotent = isHead
        case 5 where equals(bytes, method, "TRACE"):
            return .refused(.methodNotAllowed)
        case 6:
            isIdempotent = equals(bytes, method, "DELETE")
        case 7:
            guard !equals(bytes, method, "CONNECT") else {
                return .refused(.methodNotAllowed)
            }
            isIdempotent = equals(bytes, method, "OPTIONS")
        default:
            break
        }
        if bytes[range.lowerBound] == 0x2f {
            return .complete
        }
        if range.count == 1, bytes[range.lowerBound] == 0x2a {
            return isOptions ? .complete : .refused(.badRequest)
        }
        return parseAbsolute(bytes, range)
    }

    /// Splits `http://authority/path`; the authority replaces `Host`, and is never connected to.
    private mutating func parseAbsolute(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>
    ) -> HeadResult {
        let first: Int
        if hasPrefix(bytes, range, "http://") {
            first = range.lowerBound + 7
        } else if hasPrefix(bytes, range, "https://") {
            first = range.lowerBound + 8
        } else {
            return .refused(.badRequest)
        }
        var index = first
        while index < range.upperBound, bytes[index] != 0x2f, bytes[index] != 0x3f {
            index += 1
        }
        guard isAuthority(bytes, first..<index) else {
            return .refused(.badRequest)
        }
        authority = first..<index
        target = index..<range.upperBound
        return .complete
    }
}

/// Whether `range` holds exactly these bytes; methods are case-sensitive.
@inline(__always)
private func equals(_ bytes: Span<UInt8>, _ range: Range<Int>, _ name: StaticString) -> Bool {
    guard range.count == name.utf8CodeUnitCount else {
        return false
    }
    var index = 0
    while index < name.utf8CodeUnitCount {
        guard bytes[range.lowerBound &+ index] == name.utf8Start[index] else {
            return false
        }
        index &+= 1
    }
    return true
}
