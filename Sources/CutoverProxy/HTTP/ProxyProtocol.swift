/// The header with which a load balancer begins a connection, to say for whom it connects:
/// HAProxy's PROXY protocol, versions 1 and 2.
///
/// It is decoded anew from its first byte whenever more of it has come; what that costs is bounded
/// by its length.
enum ProxyProtocol {
    /// What came of decoding.
    enum Result: Equatable {
        /// The header ends behind `count` bytes; `client` is `nil` where it names nobody whom the
        /// proxy can tell apart by address: then it is the connection's own peer.
        case complete(count: Int, client: ClientAddress?)
        /// Its end is not there yet.
        case incomplete
        /// What stands there is no such header, or damaged.
        case malformed
    }

    /// The longest header of version 1, its CRLF included.
    static let lineBytesMaximum = 107

    /// The longest header of version 2 that is accepted, in bytes: addresses, and room for what
    /// load balancers add about TLS.
    static let bytesMaximum = 4_096

    /// Decodes the header at the front of `bytes`.
    static func decode(_ bytes: Span<UInt8>) -> Result {
        guard bytes.count > 0 else {
            return .incomplete
        }
        return bytes[0] == 0x50 ? decodeLine(bytes) : decodeBinary(bytes)
    }
}

// MARK: - Version 1

extension ProxyProtocol {
    /// Decodes `PROXY TCP4 source destination port port CRLF`, with one space between each.
    private static func decodeLine(_ bytes: Span<UInt8>) -> Result {
        let limit = min(bytes.count, lineBytesMaximum)
        guard let feed = (0..<limit).first(where: { bytes[$0] == 0x0a }) else {
            let isPossible = bytes.count < lineBytesMaximum && begins(bytes, limit, "PROXY ")
            return isPossible ? .incomplete : .malformed
        }
        guard feed > 0, bytes[feed - 1] == 0x0d, begins(bytes, feed, "PROXY ") else {
            return .malformed
        }
        var words = Words(index: 6, end: feed - 1)
        guard let family = words.next(bytes) else {
            return .malformed
        }
        // Whatever follows UNKNOWN is to be ignored.
        if equals(bytes, family, "UNKNOWN") {
            return .complete(count: feed + 1, client: nil)
        }
        let isIPv6 = equals(bytes, family, "TCP6")
        guard isIPv6 || equals(bytes, family, "TCP4"),
            let source = words.next(bytes), let destination = words.next(bytes),
            let sourcePort = words.next(bytes), let destinationPort = words.next(bytes),
            words.isAtEnd,
            let client = address(bytes, source, isIPv6),
            address(bytes, destination, isIPv6) != nil,
            decimal(bytes, sourcePort, upTo: 65_535) != nil,
            decimal(bytes, destinationPort, upTo: 65_535) != nil
        else {
            return .malformed
        }
        return .complete(count: feed + 1, client: client)
    }

    private static func address(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        _ isIPv6: Bool
    ) -> ClientAddress? {
        isIPv6 ? ClientAddress(ipv6: bytes, range) : ClientAddress(ipv4: bytes, range)
    }

    /// Whether the first `count` bytes are the front of `text`, or begin with it.
    private static func begins(_ bytes: Span<UInt8>, _ count: Int, _ text: StaticString) -> Bool {
        (0..<min(count, text.utf8CodeUnitCount)).allSatisfy { bytes[$0] == text.utf8Start[$0] }
    }

    private static func equals(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        _ text: StaticString
    ) -> Bool {
        range.count == text.utf8CodeUnitCount
            && range.allSatisfy { bytes[$0] == text.utf8Start[$0 - range.lowerBound] }
    }

    /// Walks over words with exactly one space between them.
    private struct Words {
        var index: Int
        let end: Int

        var isAtEnd: Bool { index > end }

        mutating func next(_ bytes: Span<UInt8>) -> Range<Int>? {
            guard index < end else {
                return nil
            }
            let stop = (index..<end).first { bytes[$0] == 0x20 } ?? end
            defer { index = stop + 1 }
            return index..<stop
        }
    }
}

// MARK: - Version 2

extension ProxyProtocol {
    private static let signature: [UInt8] = [
        0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
    ]

    /// Decodes signature, version and command, family, length, addresses and what follows them.
    private static func decodeBinary(_ bytes: Span<UInt8>) -> Result {
        let signature = signature
        guard (0..<min(bytes.count, 12)).allSatisfy({ bytes[$0] == signature[$0] }) else {
            return .malformed
        }
        guard bytes.count > 12 else {
            return .incomplete
        }
        let command = bytes[12] & 15
        guard bytes[12] >> 4 == 2, command <= 1 else {
            return .malformed
        }
        guard bytes.count >= 16 else {
            return .incomplete
        }
        let count = 16 + Int(bytes[14]) << 8 + Int(bytes[15])
        guard count <= bytesMaximum else {
            return .malformed
        }
        guard bytes.count >= count else {
            return .incomplete
        }
        // LOCAL: the load balancer connects for itself; nothing else there is of interest.
        guard command == 1 else {
            return .complete(count: count, client: nil)
        }
        return decodeAddresses(bytes, family: bytes[13], end: count)
    }

    private static func decodeAddresses(
        _ bytes: Span<UInt8>,
        family: UInt8,
        end: Int
    ) -> Result {
        guard family >> 4 <= 3, family & 15 <= 2 else {
            return .malformed
        }
        let length = [0, 12, 36, 216][Int(family >> 4)]
        guard end - 16 >= length, areExtensionsSound(bytes, (16 + length)..<end, header: end) else {
            return .malformed
        }
        switch family {
        case 0x11:
            return .complete(count: end, client: .ipv4(UInt32(number(bytes, at: 16, count: 4))))
        case 0x21:
            let high = number(bytes, at: 16, count: 8)
            let low = number(bytes, at: 24, count: 8)
            return .complete(count: end, client: ClientAddress(high: high, low: low))
        default:
            // A Unix socket, or nothing that is a stream of IP.
            return .complete(count: end, client: nil)
        }
    }

    /// Whether the type-length-values in `range` fill it exactly, and the checksum among them, if
    /// there is one, is that of the header.
    private static func areExtensionsSound(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        header end: Int
    ) -> Bool {
        var index = range.lowerBound
        var hasChecksum = false
        while index < range.upperBound {
            guard range.upperBound - index >= 3 else {
                return false
            }
            let value = index + 3
            let length = Int(number(bytes, at: index + 1, count: 2))
            guard length <= range.upperBound - value else {
                return false
            }
            if bytes[index] == 0x03 {
                // One: each costs a walk over the whole header.
                guard !hasChecksum, length == 4,
                    number(bytes, at: value, count: 4)
                        == UInt64(checksum(bytes, end, zeroed: value..<(value + 4)))
                else {
                    return false
                }
                hasChecksum = true
            }
            index = value + length
        }
        return true
    }

    /// CRC32C of the first `count` bytes, with its own field taken as zeros.
    private static func checksum(
        _ bytes: Span<UInt8>,
        _ count: Int,
        zeroed field: Range<Int>
    ) -> UInt32 {
        var sum = ~UInt32(0)
        for index in 0..<count {
            sum ^= field.contains(index) ? 0 : UInt32(bytes[index])
            for _ in 0..<8 {
                sum = sum >> 1 ^ (sum & 1 == 1 ? 0x82f6_3b78 : 0)
            }
        }
        return ~sum
    }

    /// A number of at most eight bytes, the first on top.
    private static func number(_ bytes: Span<UInt8>, at start: Int, count: Int) -> UInt64 {
        (start..<(start + count)).reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
    }
}
