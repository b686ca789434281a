import Testing

@testable import CutoverProxy

/// The headers of HAProxy's PROXY protocol, byte by byte.
@Suite struct ProxyProtocolTests {
    private func decode(_ bytes: [UInt8]) -> ProxyProtocol.Result {
        ProxyProtocol.decode(bytes.span)
    }

    /// Decodes every front of `bytes`, and then with something behind them: the fronts are
    /// incomplete, and what follows changes nothing.
    private func decodeEveryWay(_ bytes: [UInt8]) -> ProxyProtocol.Result {
        for count in 0..<bytes.count {
            #expect(decode(Array(bytes[..<count])) == .incomplete, "the first \(count)")
        }
        let alone = decode(bytes)
        #expect(decode(bytes + Array("GET / HTTP/1.1\r\n".utf8)) == alone)
        #expect(decode(bytes + bytes) == alone)
        return alone
    }

    // MARK: - Version 1

    @Test(arguments: [
        ("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n", ClientAddress.ipv4(0xc000_0207)),
        ("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", .ipv4(.max)),
        ("PROXY TCP6 2001:db8::1 ::1 1 0\r\n", .ipv6(0x2001_0db8_0000_0000, 1)),
        ("PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n", .ipv4(0xc000_0207)),
        ("PROXY UNKNOWN\r\n", nil),
        ("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n", nil),
    ])
    func readsLines(line: String, client: ClientAddress?) {
        let bytes = Array(line.utf8)
        #expect(decodeEveryWay(bytes) == .complete(count: bytes.count, client: client))
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n", "PROXY\r\n", "PROXY \r\n", "proxy TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n",
        "PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 -1 2\r\n",
        "PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n", "PROXY TCP4 1.2.3.4 1.2.3.400 1 2\r\n",
        "PROXY TCP4 ::1 ::1 1 2\r\n", "PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n",
        "PROXY TCP6 ::1 fe80::1%eth0 1 2\r\n", "PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n",
        "PROXY\tTCP4 1.2.3.4 1.2.3.4 1 2\r\n", "\n", "X",
        "PROXY UNKNOWN " + String(repeating: "x", count: 92) + "\r\n",
    ])
    func refusesWhatIsNoLine(line: String) {
        #expect(decode(Array(line.utf8)) == .malformed)
    }

    @Test func aLineIsBounded() {
        let longest = "PROXY UNKNOWN " + String(repeating: "x", count: 91) + "\r\n"
        #expect(decodeEveryWay(Array(longest.utf8)) == .complete(count: 107, client: nil))
        let endless = "PROXY TCP4 " + String(repeating: "1", count: 96)
        #expect(decode(Array(endless.utf8)) == .malformed)
    }

    // MARK: - Version 2

    private let addresses: [UInt8] = [192, 0, 2, 7, 198, 51, 100, 1, 0xdc, 4, 1, 0xbb]

    private func binary(_ rest: [UInt8]) -> [UInt8] {
        binary(0x21, 0x11, rest)
    }

    private func binary(
        _ command: UInt8,
        _ family: UInt8,
        _ rest: [UInt8]
    ) -> [UInt8] {
        let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10]
        let length = [UInt8(rest.count >> 8), UInt8(rest.count & 255)]
        return signature + [command, family] + length + rest
    }

    @Test func readsAddresses() {
        let ipv4 = binary(addresses)
        #expect(decodeEveryWay(ipv4) == .complete(count: 28, client: .ipv4(0xc000_0207)))
        let source: [UInt8] = [0x20, 1, 0xd, 0xb8] + Array(repeating: 0, count: 11) + [9]
        let ipv6 = binary(0x21, 0x21, source + Array(repeating: 1, count: 20))
        #expect(
            decodeEveryWay(ipv6)
                == .complete(count: 52, client: .ipv6(0x2001_0db8_0000_0000, 9))
        )
    }

    @Test func passesOverWhatIsNoAddressOfAClient() {
        let local = binary(0x20, 0x00, [])
        #expect(decodeEveryWay(local) == .complete(count: 16, client: nil))
        // The addresses of LOCAL are to be ignored.
        #expect(decodeEveryWay(binary(0x20, 0x11, addresses)) == .complete(count: 28, client: nil))
        #expect(decodeEveryWay(binary(0x21, 0x00, [])) == .complete(count: 16, client: nil))
        let unix = binary(0x21, 0x31, Array(repeating: 0, count: 216))
        #expect(decode(unix) == .complete(count: 232, client: nil))
        #expect(decode(binary(0x21, 0x12, addresses)) == .complete(count: 28, client: nil))
    }

    @Test func passesOverExtensions() {
        let extensions: [UInt8] = [0x01, 0, 2, 0x68, 0x32, 0x04, 0, 0, 0xee, 0, 1, 0xff]
        let bytes = binary(addresses + extensions)
        #expect(decodeEveryWay(bytes) == .complete(count: 40, client: .ipv4(0xc000_0207)))
    }

    /// The sum was computed apart from this code, with the table of RFC 3720 B.4's polynomial.
    @Test func checksTheChecksum() {
        var bytes = binary(addresses + [0x03, 0, 4, 0, 0, 0, 0])
        let sum = crc32c(bytes)
        for index in 0..<4 {
            bytes[31 + index] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32(index)))
        }
        #expect(decodeEveryWay(bytes) == .complete(count: 35, client: .ipv4(0xc000_0207)))
        // Another type than the checksum's is passed over.
        for index in 16..<35 where index != 28 {
            var damaged = bytes
            damaged[index] ^= 1
            #expect(decode(damaged) == .malformed, "byte \(index)")
        }
        #expect(decode(binary(addresses + [0x03, 0, 3, 0, 0, 0])) == .malformed)
    }

    @Test func theOracleIsCRC32C() {
        #expect(crc32c(Array("123456789".utf8)) == 0xe306_9283)
    }

    /// Polynomial division over bits from the top, unlike the code under test.
    private func crc32c(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = .max
        for byte in bytes {
            for bit in 0..<8 {
                let next = UInt32(byte >> UInt8(bit)) & 1
                let isSet = (sum >> 31) ^ next == 1
                sum = (sum << 1) ^ (isSet ? 0x1edc_6f41 : 0)
            }
        }
        var reversed: UInt32 = 0
        for bit in 0..<32 as Range<UInt32> where (sum >> bit) & 1 == 1 {
            reversed |= 1 << (31 - bit)
        }
        return ~reversed
    }

    @Test func refusesWhatIsNoHeader() {
        #expect(decode(binary(0x31, 0x11, addresses)) == .malformed)
        #expect(decode(binary(0x22, 0x11, addresses)) == .malformed)
        #expect(decode(binary(0x21, 0x41, addresses)) == .malformed)
        #expect(decode(binary(0x21, 0x13, addresses)) == .malformed)
        #expect(decode(binary(0x21, 0x11, Array(addresses.dropLast()))) == .malformed)
        #expect(decode(binary(0x21, 0x21, addresses)) == .malformed)
        #expect(decode(binary(addresses + [0x01, 0])) == .malformed)
        #expect(decode(binary(addresses + [0x01, 0, 2, 0])) == .malformed)
        #expect(decode(binary(Array(repeating: 0, count: 4_081))) == .malformed)
        #expect(decode(Array(binary(Array(repeating: 0, count: 4_081))[..<16])) == .malformed)
    }

    @Test func noDamageTraps() {
        var random = SplitMix(seed: 3)
        let whole = [
            binary(addresses + [0x01, 0, 2, 0x68, 0x32, 0x03, 0, 4, 1, 2, 3, 4]),
            Array("PROXY TCP6 2001:db8::1 ::1 1 0\r\n".utf8),
            Array("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n".utf8),
        ]
        for _ in 0..<50_000 {
            var bytes = whole.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
            let count = Int.random(in: 0...bytes.count, using: &random)
            if case .complete(let end, _) = decode(Array(bytes[..<count])) {
                #expect(end <= count)
                // More bytes never change what was decided.
                #expect(decode(bytes) == decode(Array(bytes[..<count])))
            }
        }
    }
}
