import Glibc
import Testing

@testable import CutoverProxy

/// Addresses as text, with the C library as the oracle.
@Suite struct ClientAddressTests {
    private func parsed(_ text: String) -> ClientAddress? {
        let bytes = Array(text.utf8)
        return ClientAddress(ipv6: bytes.span, 0..<bytes.count)
    }

    private func parsedIPv4(_ text: String) -> ClientAddress? {
        let bytes = Array(text.utf8)
        return ClientAddress(ipv4: bytes.span, 0..<bytes.count)
    }

    /// What the C library makes of a text.
    private func expected(_ text: String) -> ClientAddress? {
        var address = in6_addr()
        guard inet_pton(AF_INET6, text, &address) == 1 else {
            return nil
        }
        let halves = withUnsafeBytes(of: &address) { bytes in
            (0..<2).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self).bigEndian }
        }
        return ClientAddress(high: halves[0], low: halves[1])
    }

    @Test(arguments: [
        "::", "::1", "1::", "1::2", "2001:db8::8:800:200c:417a", "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:1.2.3.4", "::1.2.3.4", "::ffff:192.0.2.1", "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "fe80::ABCD:ef01", "", ":", ":::", "1", "1:", ":1", "1::2::3", "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::", "12345::", "g::", "::1.2.3", "::1.2.3.4.5", "::256.1.1.1", "1.2.3.4",
        "::1.2.3.4:5", "fe80::1%eth0", " ::1", "::1 ", "1:2:3:4:5:6:7:1.2.3.4", "[::1]",
    ])
    func readsWhatTheCLibraryReads(text: String) {
        #expect(parsed(text) == expected(text), "\(text)")
    }

    @Test func readsRandomTextAsTheCLibraryDoes() {
        var random = SplitMix(seed: 7)
        let pieces = ["0", "1", "ff", "abcd", ":", ":", "::", "1.2.3.4", ".", "12345", "g"]
        for _ in 0..<50_000 {
            let count = Int.random(in: 1...16, using: &random)
            let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            #expect(parsed(text) == expected(text), "\(text)")
        }
    }

    @Test func writesWhatItReads() throws {
        var random = SplitMix(seed: 8)
        for _ in 0..<2_000 {
            let groups = (0..<8).map { _ in
                Bool.random(using: &random) ? 0 : UInt64.random(in: 0...0xffff, using: &random)
            }
            let address = ClientAddress(
                high: groups[..<4].reduce(0) { $0 << 16 | $1 },
                low: groups[4...].reduce(0) { $0 << 16 | $1 }
            )
            guard case .ipv6 = address else { continue }
            #expect(parsed("\(address)") == address)
        }
    }

    @Test(arguments: [
        ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("0:0:0:0:0:0:0:0", "::"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("::ffff:c000:207", "192.0.2.7"),
        ("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"),
    ])
    func writesTheOneFormOfRFC5952(text: String, canonical: String) throws {
        #expect(try #require(parsed(text)).description == canonical)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.4 ", "1..2.3", "a.b.c.d",
    ])
    func whatIsNoIPv4AddressIsRefused(text: String) {
        #expect(parsedIPv4(text) == nil)
        #expect(parsedIPv4("192.0.2.7") == .ipv4(0xc000_0207))
    }
}
