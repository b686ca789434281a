import Testing

@testable import CutoverProxy

/// What an instance is told about the client, word by word.
@Suite struct ForwardingFieldsTests {
    private func lines(
        _ fields: String,
        isTrusted: Bool = true,
        sendsForwarded: Bool = false,
        client: ClientAddress = .ipv4(0xc000_0207),
        host: String = "x"
    ) -> [String] {
        var edge = EdgeFields(client: client)
        edge.isTrusted = isTrusted
        edge.sendsForwarded = sendsForwarded
        let head = parseRequest("GET / HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n", edge: edge)
        guard head.result == .complete,
            parseRequest(head.forwarded).result == .complete
        else {
            return ["not legal: \(head)"]
        }
        return head.forwarded.split(separator: "\r\n").dropFirst(2).map(String.init)
    }

    private let own = [
        "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: http", "X-Forwarded-Host: x",
    ]

    @Test func aClientsOwnWordIsOverwritten() {
        let fields =
            "X-Forwarded-For: 1.1.1.1\r\nForwarded: for=1.1.1.1\r\nX-Forwarded-Proto: https\r\n"
            + "X-Forwarded-Host: evil\r\nX-Real-IP: 1.1.1.1\r\n"
        #expect(lines(fields, isTrusted: false) == own)
        #expect(
            lines(fields, isTrusted: false, sendsForwarded: true)
                == own + ["Forwarded: for=192.0.2.7;host=x;proto=http"]
        )
    }

    @Test func aTrustedPeerIsAppended() {
        #expect(
            lines(
                "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-Proto: https\r\n"
                    + "X-Forwarded-Host: a.b:8\r\n"
            )
                == [
                    "X-Forwarded-For: 1.1.1.1, 192.0.2.7", "X-Forwarded-Proto: https",
                    "X-Forwarded-Host: a.b:8",
                ]
        )
        #expect(lines("") == own)
        #expect(lines("Forwarded: for=1.1.1.1\r\n") == own)
    }

    /// A load balancer says more than the edge can know.
    @Test func whatElseATrustedPeerSaysIsKept() {
        let fields = "X-Forwarded-Port: 443\r\nx-real-ip: 1.1.1.1\r\nX-Forwarded-Prefix: /a\r\n"
        let kept = ["X-Forwarded-Port: 443", "x-real-ip: 1.1.1.1", "X-Forwarded-Prefix: /a"]
        #expect(lines(fields) == own + kept)
        #expect(lines(fields, isTrusted: false) == own)
        #expect(lines(fields, isTrusted: false, sendsForwarded: true).count == own.count + 1)
    }

    @Test func severalLinesAreJoinedInOrder() {
        let fields =
            "X-Forwarded-For: 1.1.1.1 ,2.2.2.2\r\nA: b\r\nx-forwarded-for:\r\n"
            + "X-FORWARDED-FOR: , 3.3.3.3,\r\n"
        #expect(lines(fields).contains("X-Forwarded-For: 1.1.1.1, 2.2.2.2, 3.3.3.3, 192.0.2.7"))
    }

    @Test(arguments: [
        "1.1.1.1:80", "::1", "[2001:db8::1]", "[2001:db8::1]:443", "unknown", "_hidden", "_a.b-c",
    ])
    func everyFormOfAHopIsKept(hop: String) {
        #expect(lines("X-Forwarded-For: \(hop)\r\n").first == "X-Forwarded-For: \(hop), 192.0.2.7")
    }

    /// What a client made up stands in front of what the trusted peer appended.
    @Test(arguments: [
        "\"", "1.1.1.1 2.2.2.2", "<script>", "1.1.1", "01.1.1.1", "1.1.1.1:99999", "1.1.1.1:",
        "[::1",
        "[::1]x", "::1%eth0", "_", "for=1.1.1.1", "a b", "localhost", "\u{ff}", "_a%", "()",
        "1.1.1.1;",
    ])
    func whatIsNoHopEndsTheChain(forged: String) {
        #expect(
            lines("X-Forwarded-For: 9.9.9.9, \(forged), 3.3.3.3\r\n").first
                == "X-Forwarded-For: 3.3.3.3, 192.0.2.7"
        )
        #expect(
            lines("X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-For: \(forged)\r\n").first
                == "X-Forwarded-For: 192.0.2.7"
        )
    }

    @Test(arguments: [
        "X-Forwarded-Proto: ftp\r\n", "X-Forwarded-Proto: https, http\r\n",
        "X-Forwarded-Proto:\r\n",
        "X-Forwarded-Proto: https\r\nX-Forwarded-Proto: https\r\n",
        "X-Forwarded-Proto: https;a\r\n",
        "X-Forwarded-Host: a b\r\n", "X-Forwarded-Host:\r\n", "X-Forwarded-Host: a/b\r\n",
        "X-Forwarded-Host: a\r\nX-Forwarded-Host: b\r\n", "X-Forwarded-Host: a:b\r\n",
    ])
    func whatIsNoSchemeOrHostIsOverwritten(fields: String) {
        #expect(lines(fields) == own)
    }

    @Test func forwardedIsWrittenByTheRFC() {
        #expect(
            lines("", sendsForwarded: true, host: "a.b:80").last
                == "Forwarded: for=192.0.2.7;host=\"a.b:80\";proto=http"
        )
        let distant = lines("", sendsForwarded: true, client: .ipv6(0x2001_0db8_0000_0000, 1))
        #expect(
            distant == [
                "X-Forwarded-For: 2001:db8::1", "X-Forwarded-Proto: http", "X-Forwarded-Host: x",
                "Forwarded: for=\"[2001:db8::1]\";host=x;proto=http",
            ]
        )
    }

    @Test(arguments: [
        "for=1.1.1.1", "for=\"[2001:db8::1]:47\";proto=https;by=203.0.113.43", "For=_a;HOST=\"x\"",
        "for=\"a, b\"", "for=\"a\\\"b\"", "a=b", "secret=\"\"",
    ])
    func aTrustedPeersForwardedIsKept(element: String) {
        #expect(
            lines("Forwarded: \(element)\r\n", sendsForwarded: true).last
                == "Forwarded: \(element), for=192.0.2.7;host=x;proto=http"
        )
    }

    @Test(arguments: [
        "for=\"", "for=\"a", "for", "for=", "=a", "for=a b", "for=a;", "for=a ;by=b", "for=a; by=b",
        "for=[::1]", "for=\"a\"b", "for=1.1.1.1:80", "\"", "for=\"\\", ";", "for==a",
    ])
    func whatIsNoElementEndsTheChain(forged: String) {
        #expect(
            lines("Forwarded: for=9.9.9.9, \(forged), for=3.3.3.3\r\n", sendsForwarded: true).last
                == "Forwarded: for=3.3.3.3, for=192.0.2.7;host=x;proto=http"
        )
    }

    @Test func chainsAreBoundedAtTheFarEnd() {
        let hops = (0..<2_000).map { "10.0.\($0 / 250).\($0 % 250)" }
        let text = lines("X-Forwarded-For: \(hops.joined(separator: ","))\r\n").first ?? ""
        #expect(text.utf8.count <= ForwardingChain.bytesMaximum + 40)
        #expect(text.hasSuffix(hops.suffix(200).joined(separator: ", ") + ", 192.0.2.7"))
    }

    /// Whatever stands there, what is written is legal, and ends with the truth.
    @Test func noLineTrapsOrLeaks() {
        var random = SplitMix(seed: 11)
        let pieces = [
            "1.1.1.1", ",", ", ", "\"", "\\", "for=", ";", "[", "]", "::1", ":", "unknown", "_a",
            " ",
            "\t", "=", "by=", "\u{ff}", "%",
        ]
        for _ in 0..<3_000 {
            let count = Int.random(in: 0...12, using: &random)
            let value = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let lines = lines(
                "X-Forwarded-For: \(value)\r\nForwarded: \(value)\r\n",
                sendsForwarded: true
            )
            #expect(lines.count == 4, "\(value)")
            #expect(lines.first?.hasSuffix("192.0.2.7") == true, "\(value)")
            #expect(lines.last?.hasSuffix("for=192.0.2.7;host=x;proto=http") == true, "\(value)")
            // Read again, nothing that was kept is left out.
            let again = self.lines(
                (lines.first ?? "") + "\r\n" + (lines.last ?? "") + "\r\n",
                sendsForwarded: true
            )
            #expect(again.first == (lines.first ?? "") + ", 192.0.2.7", "\(value)")
            #expect(
                again.last == (lines.last ?? "") + ", for=192.0.2.7;host=x;proto=http",
                "\(value)"
            )
        }
    }
}
