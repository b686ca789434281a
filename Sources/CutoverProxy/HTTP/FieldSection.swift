/// The header lines of one head: where each stands, and what they say about framing and forwarding.
///
/// It is parsed in place again and again, so that its storage is allocated once for each loop.
///
/// Invariant: `lines` points to `capacity` initialised values, of which the first `count` are of
/// this head; `subscript` checks. An `InlineArray` in their place is copied whole, 2.5 KB, wherever
/// one line is read.
struct FieldSection: ~Copyable {
    /// One header line, as offsets in the head's bytes.
    struct Line {
        var nameStart: UInt32 = 0
        var nameEnd: UInt32 = 0
        var valueStart: UInt32 = 0
        var valueEnd: UInt32 = 0
        /// Behind the line's CRLF.
        var end: UInt32 = 0
        var name = FieldName.other
        /// Whether the line is left out when the head is forwarded.
        var isDropped = false

        /// Whether the line stands as it would be written: one space before the value, none behind
        /// it, and a length without leading zeros.
        ///
        /// Such lines are copied as one run where they follow each other; the bytes are the same. A
        /// tab in the space's place is as legal, and no reader in ten takes it the same way.
        var isCanonical = false

        var nameRange: Range<Int> { Int(nameStart)..<Int(nameEnd) }
        var valueRange: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    }

    /// What `Connection` says about its hop.
    struct ConnectionOptions: OptionSet {
        let rawValue: UInt8
        static let close = ConnectionOptions(rawValue: 1)
        static let keepAlive = ConnectionOptions(rawValue: 2)
        static let upgrade = ConnectionOptions(rawValue: 4)
        /// It names fields that must be dropped.
        static let names = ConnectionOptions(rawValue: 8)
    }

    /// More lines than this are refused: those of `ProxySettings.headLinesMaximum` and those of the
    /// edge.
    static let capacity = 108

    private(set) var count = 0
    private let lines: UnsafeMutablePointer<Line>

    /// Behind the blank line.
    private(set) var end = 0

    /// The parsed `Content-Length`, or -1.
    private(set) var contentLength: Int64 = -1
    private(set) var isChunked = false
    var connection: ConnectionOptions = []

    /// The index of the only line of that name, or -1.
    private(set) var host = -1
    private(set) var expect = -1
    private(set) var upgrade = -1

    /// Whether `Upgrade` stands there more than once.
    private(set) var hasManyUpgrades = false

    /// Whether a name has an underscore.
    private(set) var hasUnderscores = false

    /// Whether there are lines that tell about the client, all of them left out.
    private(set) var hasForwarding = false

    /// Whether there is an `X-Request-Id`.
    private(set) var hasRequestID = false

    /// Whether any line is left out or is not canonical.
    private(set) var isRewritten = false

    /// Allocates room for the lines.
    init() {
        lines = .allocate(capacity: Self.capacity)
        lines.initialize(repeating: Line(), count: Self.capacity)
    }

    deinit {
        lines.deallocate()
    }

    /// One of the first `count` lines.
    @inline(__always)
    subscript(index: Int) -> Line {
        precondition(index >= 0 && index < count)
        return lines[index]
    }

    /// Leaves out a line that was parsed.
    mutating func drop(_ index: Int) {
        precondition(index >= 0 && index < count)
        lines[index].isDropped = true
        isRewritten = true
    }
}

extension FieldSection {
    /// Parses from the first header line on; the head ends at the first blank line.
    ///
    /// `bytesMaximum` bounds all lines together, `isRequest` says which side's rules hold.
    @inline(__always)
    mutating func parse(
        _ bytes: Span<UInt8>,
        from start: Int,
        bytesMaximum: Int,
        linesMaximum: Int,
        isRequest: Bool
    ) -> HeadResult {
        count = 0
        contentLength = -1
        isChunked = false
        connection = []
        host = -1
        expect = -1
        upgrade = -1
        hasManyUpgrades = false
        hasUnderscores = false
        hasForwarding = false
        hasRequestID = false
        isRewritten = false
        // Nothing behind the limit is looked at: what a head that is too large is answered must not
        // depend on how much of it has arrived.
        let limit = start &+ bytesMaximum &+ 2
        let isCut = bytes.count > limit
        let result = parseLines(
            bytes.extracting(first: min(bytes.count, limit)),
            from: start,
            bytesMaximum: bytesMaximum,
            linesMaximum: linesMaximum,
            isRequest: isRequest
        )
        return isCut && result == .incomplete ? .refused(.fieldsTooLarge) : result
    }

    @inline(__always)
    private mutating func parseLines(
        _ bytes: Span<UInt8>,
        from start: Int,
        bytesMaximum: Int,
        linesMaximum: Int,
        isRequest: Bool
    ) -> HeadResult {
        var index = start
        while true {
            guard index &- start <= bytesMaximum else {
                return .refused(.fieldsTooLarge)
            }
            guard index &+ 1 < bytes.count else {
                return .incomplete
            }
            if bytes[index] == 0x0d {
                guard bytes[index &+ 1] == 0x0a else {
                    return .refused(.badRequest)
                }
                end = index &+ 2
                break
            }
            guard count < min(linesMaximum, Self.capacity) else {
                return .refused(.fieldsTooLarge)
            }
            var line = Line()
            let result = Self.scan(bytes, at: &index, into: &line)
            guard result == .complete else {
                return result
            }
            if line.name != .other {
                let result = note(&line, bytes, isRequest: isRequest)
                guard result == .complete else {
                    return result
                }
            }
            if line.isDropped || !line.isCanonical {
                isRewritten = true
            }
            lines[count] = line
            count &+= 1
        }
        guard !isChunked || contentLength < 0 else {
            // RFC 9112 6.3 lets a proxy repair it; every smuggling bug of the last ten years lived
            // there.
            return .refused(.badRequest)
        }
        return connection.contains(.names) ? dropNamedFields(bytes) : .complete
    }

    /// Finds the parts of one line: `name ":" OWS value OWS CRLF` (RFC 9112 5), nothing else.
    @inline(__always)
    private static func scan(
        _ bytes: Span<UInt8>,
        at index: inout Int,
        into line: inout Line
    ) -> HeadResult {
        let start = index
        var hasUnderscore = false
        var cursor = endOfToken(bytes, from: start, hasUnderscore: &hasUnderscore)
        guard cursor < bytes.count else {
            return .incomplete
        }
        guard bytes[cursor] == 0x3a, cursor > start else {
            return .refused(.badRequest)
        }
        line.nameStart = UInt32(truncatingIfNeeded: start)
        line.nameEnd = UInt32(truncatingIfNeeded: cursor)
        cursor &+= 1
        while cursor < bytes.count, bytes[cursor].isBlank {
            cursor &+= 1
        }
        line.valueStart = UInt32(truncatingIfNeeded: cursor)
        let first = cursor
        cursor = endOfText(bytes, from: cursor)
        guard cursor < bytes.count else {
            return .incomplete
        }
        guard bytes[cursor] == 0x0d else {
            return .refused(.badRequest)
        }
        guard cursor &+ 1 < bytes.count else {
            return .incomplete
        }
        guard bytes[cursor &+ 1] == 0x0a else {
            return .refused(.badRequest)
        }
        var last = cursor
        while last > first, bytes[last &- 1].isBlank {
            last &-= 1
        }
        line.valueEnd = UInt32(truncatingIfNeeded: last)
        index = cursor &+ 2
        line.end = UInt32(truncatingIfNeeded: index)
        line.isCanonical =
            line.valueStart &- line.nameEnd == 2 && last == cursor && bytes[first &- 1] == 0x20
        line.name =
            hasUnderscore
            ? .ambiguous : FieldName(bytes, start..<Int(truncatingIfNeeded: line.nameEnd))
        return .complete
    }

    /// Takes note of a line that is not `other`, and decides whether it is forwarded.
    private mutating func note(
        _ line: inout Line,
        _ bytes: Span<UInt8>,
        isRequest: Bool
    ) -> HeadResult {
        switch line.name {
        case .other:
            break
        case .connection:
            line.isDropped = true
            return noteConnection(bytes, line.valueRange)
        case .contentLength:
            dropLeadingZeros(bytes, &line)
            guard contentLength < 0, let length = decimal(bytes, line.valueRange) else {
                return .refused(.badRequest)
            }
            contentLength = length
        case .transferEncoding:
            guard !isChunked, matches(bytes, line.valueRange, "chunked") else {
                return .refused(.badRequest)
            }
            isChunked = true
        case .host:
            if isRequest {
                guard host < 0 else {
                    return .refused(.badRequest)
                }
                host = count
            }
        case .expect:
            if isRequest {
                guard expect < 0 else {
                    return .refused(.badRequest)
                }
                expect = count
            }
        case .upgrade:
            // Forwarded again only where the upgrade is accepted; see the head that this section is
            // part of.
            line.isDropped = true
            hasManyUpgrades = upgrade >= 0
            upgrade = count
        case .hop:
            line.isDropped = true
        case .forwarding:
            line.isDropped = isRequest
            hasForwarding = true
        case .requestID:
            hasRequestID = true
        case .ambiguous:
            line.isDropped = isRequest || hasPrefix(bytes, line.nameRange, "proxy-")
            hasUnderscores = true
        }
        return .complete
    }

    /// RFC 9110 8.6 allows zeros in front of a length, and some readers take them for octal.
    private func dropLeadingZeros(_ bytes: Span<UInt8>, _ line: inout Line) {
        while line.valueEnd > line.valueStart &+ 1, bytes[Int(line.valueStart)] == 0x30 {
            line.valueStart &+= 1
            line.isCanonical = false
        }
    }

    /// A decimal number of at most 18 digits, which fits 63 bits.
    private func decimal(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int64? {
        guard (1...18).contains(range.count) else {
            return nil
        }
        var value: Int64 = 0
        for index in range {
            guard bytes[index].isDigit else {
                return nil
            }
            value = value &* 10 &+ Int64(bytes[index] &- 0x30)
        }
        return value
    }
}
