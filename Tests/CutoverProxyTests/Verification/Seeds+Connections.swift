// What stands in front of the requests of a connection, and behind those that upgrade it.

extension Seeds {
    /// PROXY headers, whole and nearly: of some a byte more or less decides.
    static let proxyHeaders: [[UInt8]] =
        proxyLines.map(bytes)
        + [
            binaryHeader(0x21, 0x11, ipv4Pair) + bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
            binaryHeader(0x21, 0x21, Array(repeating: 0x20, count: 32) + [0, 80, 1, 187]),
            binaryHeader(0x21, 0x21, Array(repeating: 0, count: 10) + [255, 255] + ipv6Tail),
            binaryHeader(0x21, 0x31, Array(repeating: 0x2f, count: 216)),
            binaryHeader(0x20, 0x00, []),
            binaryHeader(0x21, 0x12, ipv4Pair),
            binaryHeader(0x21, 0x11, ipv4Pair + [0x01, 0, 2, 0x68, 0x32, 0x04, 0, 0]),
            // A checksum that is right, one that is not, and one that is cut.
            binaryHeader(0x21, 0x11, ipv4Pair + [0x03, 0, 4, 0x54, 0x8e, 0x28, 0xff]),
            binaryHeader(0x21, 0x11, ipv4Pair + [0x03, 0, 4, 1, 2, 3, 4]),
            binaryHeader(0x21, 0x11, ipv4Pair + [0x03, 0, 4, 1]),
            // Another version, command and family, too few addresses, and more than is accepted.
            binaryHeader(0x11, 0x11, ipv4Pair),
            binaryHeader(0x22, 0x11, ipv4Pair),
            binaryHeader(0x21, 0x41, ipv4Pair),
            binaryHeader(0x21, 0x11, Array(ipv4Pair.dropLast())),
            binaryHeader(0x21, 0x11, Array(repeating: 0, count: 4_081)),
            Array(binaryHeader(0x21, 0x11, ipv4Pair).dropLast()),
        ]

    /// Frames of one direction of a WebSocket, and two ends that are none.
    static func webSocketFrames(isMasked: Bool) -> [[UInt8]] {
        let mask: UInt8 = isMasked ? 0x80 : 0
        let key: [UInt8] = isMasked ? [0x88, 0x80, 0x81, 0x7f] : []
        func frame(_ opcode: UInt8, _ length: [UInt8], _ count: Int) -> [UInt8] {
            [opcode, mask | length[0]] + length.dropFirst() + key
                + Array(repeating: 0x88, count: count)
        }
        return [
            frame(0x01, [5], 5), frame(0x89, [0], 0), frame(0x80, [125], 125),
            frame(0xc1, [126, 0, 126], 126), frame(0x82, [126, 1, 0], 256),
            frame(0x82, [127, 0, 0, 0, 0, 0, 0, 1, 44], 300), frame(0x88, [2], 2),
            // Behind a close frame, one that is cut, a length without an end, and a close frame
            // that is longer than a control frame may be.
            frame(0x81, [20], 4), frame(0x82, [127, 0x80, 0, 0, 0, 0, 0, 0, 0], 9),
            frame(0x88, [126, 0, 200], 8),
        ]
    }

    /// What makes PROXY headers interesting, beside `pieces`.
    static let headerPieces = [
        "PROXY ", "TCP4 ", "TCP6 ", "UNKNOWN", "127.0.0.1", "::ffff:1.2.3.4", "2001:db8::1",
        "65535", "\u{0d}\u{0a}\u{0d}\u{0a}\u{00}\u{0d}\u{0a}QUIT\u{0a}", "\u{21}\u{11}\u{00}\u{0c}",
        "\u{21}\u{21}\u{00}\u{24}", "\u{20}\u{00}\u{00}\u{00}", "\u{03}\u{00}\u{04}",
        "\u{04}\u{00}\u{00}",
    ]

    private static let proxyLines = [
        "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n",
        "PROXY TCP6 2001:db8::1 ::1 1 0\r\n", "PROXY TCP6 ::ffff:192.0.2.7 ::1.2.3.4 1 2\r\n",
        "PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n",
        // Damaged, cut, and longer than a line may be.
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n", "PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n", "PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n",
        "PROXY\r\n", "PROXY TCP4 1.2.3.4 1.2", "GET / HTTP/1.1\r\n",
        "PROXY UNKNOWN " + String(repeating: "x", count: 92) + "\r\n",
        "PROXY UNKNOWN " + String(repeating: "x", count: 91) + "\r\n",
    ]

    private static let ipv4Pair: [UInt8] = [192, 0, 2, 7, 198, 51, 100, 1, 0xdc, 4, 1, 0xbb]
    private static let ipv6Tail: [UInt8] = [192, 0, 2, 7] + Array(repeating: 1, count: 20)

    /// A header of version 2: version and command, family, and what its length counts.
    private static func binaryHeader(
        _ command: UInt8,
        _ family: UInt8,
        _ rest: [UInt8]
    ) -> [UInt8] {
        bytes("\r\n\r\n\0\r\nQUIT\n") + [command, family]
            + [UInt8(rest.count >> 8), UInt8(rest.count & 255)] + rest
    }
}
