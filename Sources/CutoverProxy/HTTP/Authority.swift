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
    let isAddress =
        ClientAddress(ipv6: bytes, address) != nil || isFutureAddress(bytes, address)
    return isAddress ? close + 1 : nil
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
