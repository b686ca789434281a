import Glibc

@testable import CutoverProxy

/// What must hold of the front of every connection that has to begin with a PROXY header, whatever
/// its bytes are.
enum ProxyHeaderProperties {
    /// Checks the header at the front of `bytes`.
    static func check(_ bytes: [UInt8]) throws(Violation) {
        let verifier = DecoderVerifier { ProxyHeaderStream() }
        if let disagreement = verifier.disagreement(on: bytes, seed: fingerprint(bytes)) {
            throw Violation(disagreement)
        }
        switch ProxyProtocol.decode(bytes.span) {
        case .complete(let count, let client):
            try checkWhole(bytes, count, client)
        case .incomplete:
            let maximum =
                bytes.first == UInt8(ascii: "P")
                ? ProxyProtocol.lineBytesMaximum : ProxyProtocol.bytesMaximum
            try demand(bytes.count < maximum, "\(bytes.count) bytes are still no header")
        case .malformed:
            let more = bytes + Array("\r\n".utf8)
            try demand(
                ProxyProtocol.decode(more.span) == .malformed,
                "more bytes make good what was damaged"
            )
        }
    }

    /// A whole header ends where it says, and names whom another reader finds in it.
    private static func checkWhole(
        _ bytes: [UInt8],
        _ count: Int,
        _ client: ClientAddress?
    ) throws(Violation) {
        try demand((1...bytes.count).contains(count), "\(count) of \(bytes.count) bytes are taken")
        let alone = Array(bytes[..<count])
        try demand(
            ProxyProtocol.decode(alone.span) == .complete(count: count, client: client),
            "what follows the header changes it"
        )
        try demand(
            ProxyProtocol.decode(Array(alone.dropLast()).span) == .incomplete,
            "the header is whole before its last byte"
        )
        let isLine = bytes[0] == UInt8(ascii: "P")
        let expected = isLine ? try sourceOfLine(alone) : sourceOfBinary(alone)
        try demand(client == expected, "\(client as Any) is not \(expected as Any)")
    }

    /// The source in a line of version 1, read by the C library.
    private static func sourceOfLine(_ line: [UInt8]) throws(Violation) -> ClientAddress? {
        try demand(line.suffix(2) == [0x0d, 0x0a], "the line has no end")
        let words = line.dropLast(2).split(separator: 0x20, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard words.count > 1, words[1] != "UNKNOWN" else {
            return nil
        }
        try demand(words.count == 6, "the line has \(words.count) words")
        for port in words[4...] {
            try demand(UInt16(port).map { "\($0)" } == port, "'\(port)' is no port")
        }
        let family = words[1] == "TCP6" ? AF_INET6 : AF_INET
        var destination = [UInt8](repeating: 0, count: 16)
        try demand(inet_pton(family, words[3], &destination) == 1, "'\(words[3])' is no address")
        var source = [UInt8](repeating: 0, count: 16)
        try demand(inet_pton(family, words[2], &source) == 1, "'\(words[2])' is no address")
        return address(family == AF_INET6 ? source[...] : source[..<4])
    }

    /// The source in a header of version 2 that a load balancer sends for a client of TCP.
    private static func sourceOfBinary(_ header: [UInt8]) -> ClientAddress? {
        guard header[12] == 0x21 else {
            return nil
        }
        return switch header[13] {
        case 0x11: address(header[16..<20])
        case 0x21: address(header[16..<32])
        default: nil
        }
    }

    private static func address(_ bytes: ArraySlice<UInt8>) -> ClientAddress {
        // An IPv4 address, by itself or as `::ffff:192.0.2.1`.
        if bytes.count == 4 || bytes.prefix(12) == Array(repeating: 0, count: 10) + [255, 255] {
            return .ipv4(bytes.suffix(4).reduce(0) { $0 << 8 | UInt32($1) })
        }
        return .ipv6(
            bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
            bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
        )
    }
}
