// `Host` and the authority of an absolute target: RFC 9110 7.2, RFC 3986 3.2.2.

/// Whether `range` holds `uri-host [":" port]` with a host that is not empty, and a port that
/// exists.
///
/// A comma, which the grammar of a name allows, is refused: no name in use has one, and `a,b` is
/// what is left of two `Host` lines that somebody has joined (RFC 9110 5.3), of which two readers
/// would take different ones.
func isAuthority(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard (1...RequestHead.hostBytesMaximum).contains(range.count) else {
        return false
    }
    var index = range.lowerBound
    if bytes[index] == 0x5b {
        guard let end = endOfLiteral(bytes, range) else {
            return false
        }
        index = end
    } else {
        while true {
            while index < range.upperBound, bytes[index].isRegisteredName {
                index += 1
            }
            guard index < range.upperBound, bytes[index] == 0x25 else {
                break
            }
            guard index + 2 < range.upperBound, bytes[index + 1].hexDigit < 16,
                bytes[index + 2].hexDigit < 16
            else {
                return false
            }
            index += 3
        }
        guard index > range.lowerBound else {
            return false
        }
    }
    return index == range.upperBound || isPort(bytes, index..<range.upperBound)
}

/// Whether `range` holds `":" *DIGIT`, for a port below 65,536.
private func isPort(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard bytes[range.lowerBound] == 0x3a else {
        return false
    }
    var port: UInt32 = 0
    for index in (range.lowerBound + 1)..<range.upperBound {
        guard bytes[index].isDigit else {
            return false
        }
        port = port * 10 + UInt32(bytes[index] - 0x30)
        guard port < 65_536 else {
            return false
        }
    }
    return true
}

/// The end of `"[" ( IPv6address / IPvFuture ) "]"` at the front of `range`, `nil` when it is none.
@inline(never)
private func endOfLiteral(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    guard let close = range.first(where: { bytes[$0] == 0x5d }) else {
        return nil
    }
    let address = (range.lowerBound + 1)..<close
    return isIPv6(bytes, address) || isFutureAddress(bytes, address) ? close + 1 : nil
}

/// Eight groups of up to four hexadecimal digits, of which `::` stands for one or more that are 0,
/// and an IPv4 address for the last two.
private func isIPv6(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    var groups = 0
    var isShortened = false
    if range.count >= 2, bytes[index] == 0x3a, bytes[index + 1] == 0x3a {
        isShortened = true
        index += 2
    }
    while index < range.upperBound || !isShortened {
        let start = index
        while index < range.upperBound, bytes[index].hexDigit < 16 {
            index += 1
        }
        if index < range.upperBound, bytes[index] == 0x2e {
            guard isIPv4(bytes, start..<range.upperBound) else {
                return false
            }
            groups += 2
            break
        }
        guard (1...4).contains(index - start) else {
            return false
        }
        groups += 1
        guard index < range.upperBound else {
            break
        }
        guard bytes[index] == 0x3a, index + 1 < range.upperBound else {
            return false
        }
        index += 1
        if bytes[index] == 0x3a {
            guard !isShortened else {
                return false
            }
            isShortened = true
            index += 1
        }
    }
    return isShortened ? groups <= 7 : groups == 8
}

/// Four decimal numbers up to 255, without leading zeros.
private func isIPv4(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    for part in 0..<4 {
        if part > 0 {
            guard index < range.upperBound, bytes[index] == 0x2e else {
                return false
            }
            index += 1
        }
        let start = index
        var value = 0
        while index < range.upperBound, index - start < 3, bytes[index].isDigit {
            value = value * 10 + Int(bytes[index] - 0x30)
            index += 1
        }
        let isPadded = index - start > 1 && bytes[start] == 0x30
        guard index > start, value < 256, !isPadded else {
            return false
        }
    }
    return index == range.upperBound
}

/// `"v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )`.
private func isFutureAddress(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard let first = range.first, bytes[first] | 0x20 == 0x76 else {
        return false
    }
    var index = first + 1
    while index < range.upperBound, bytes[index].hexDigit < 16 {
        index += 1
    }
    guard index > first + 1, index + 1 < range.upperBound, bytes[index] == 0x2e else {
        return false
    }
    return ((index + 1)..<range.upperBound).allSatisfy {
        bytes[$0].isRegisteredName || bytes[$0] == 0x3a
    }
}
