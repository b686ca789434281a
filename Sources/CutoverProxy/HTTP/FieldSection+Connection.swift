// `Connection` lists what belongs to its own hop: RFC 9110 7.6.1.

extension FieldSection {
    /// Options of all `Connection` lines together, where one names a field: each is looked for
    /// among all lines, so that a head of 32 KiB could keep a loop busy for milliseconds.
    private static let optionsMaximum = 64

    /// Notes the options of one `Connection` line.
    mutating func noteConnection(_ bytes: Span<UInt8>, _ value: Range<Int>) -> HeadResult {
        // What nearly every line says.
        if matches(bytes, value, "keep-alive") {
            connection.insert(.keepAlive)
            return .complete
        }
        var options = TokenList(value)
        while let token = options.next(bytes) {
            guard !token.isEmpty else {
                return .refused(.badRequest)
            }
            if matches(bytes, token, "close") {
                connection.insert(.close)
            } else if matches(bytes, token, "keep-alive") {
                connection.insert(.keepAlive)
            } else if matches(bytes, token, "upgrade") {
                connection.insert(.upgrade)
            } else {
                connection.insert(.names)
            }
        }
        return .complete
    }

    /// Drops each field that a `Connection` line names.
    ///
    /// A sender that names what frames or routes the message wants it to mean something else behind
    /// the proxy (CVE-2022-31813): that is refused.
    mutating func dropNamedFields(_ bytes: Span<UInt8>) -> HeadResult {
        var seen = 0
        for index in 0..<count where self[index].name == .connection {
            var options = TokenList(self[index].valueRange)
            while let token = options.next(bytes) {
                seen += 1
                guard seen <= Self.optionsMaximum else {
                    return .refused(.fieldsTooLarge)
                }
                switch FieldName(bytes, token) {
                case .host, .contentLength, .transferEncoding, .forwarding:
                    return .refused(.badRequest)
                default:
                    dropFields(named: token, bytes)
                }
            }
        }
        return .complete
    }

    private mutating func dropFields(named name: Range<Int>, _ bytes: Span<UInt8>) {
        for index in 0..<count where matches(bytes, self[index].nameRange, name) {
            drop(index)
        }
    }
}

/// Walks over the tokens of a comma-separated list; empty elements are skipped (RFC 9110 5.6.1.2).
struct TokenList {
    private var index: Int
    private let end: Int

    /// Starts at the first element of the list in `range`.
    init(_ range: Range<Int>) {
        index = range.lowerBound
        end = range.upperBound
    }

    /// The next token; an empty range when the element is no token, `nil` at the end.
    mutating func next(_ bytes: Span<UInt8>) -> Range<Int>? {
        while index < end, bytes[index].isBlank || bytes[index] == 0x2c {
            index += 1
        }
        guard index < end else {
            return nil
        }
        let start = index
        while index < end, bytes[index].isToken {
            index += 1
        }
        let token = start..<index
        while index < end, bytes[index].isBlank {
            index += 1
        }
        return index == end || bytes[index] == 0x2c ? token : start..<start
    }
}
