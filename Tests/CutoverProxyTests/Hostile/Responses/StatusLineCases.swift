/// Heads of responses that are none: RFC 9112 4 and 5, with the same strictness as for requests.
enum StatusLineCases {
    static let families = [
        ResponseFamily(name: "status line", cases: lines),
        ResponseFamily(name: "response control bytes", cases: controls),
        ResponseFamily(name: "response line ends", cases: lineEnds),
        ResponseFamily(name: "response field line", cases: fields),
        ResponseFamily(name: "response head", cases: large, isComparable: false),
    ]

    private static let length = "Content-Length: 2\r\n"

    private static let lines = all(
        [
            "HTTP/1.1 200", "HTTP/1.1  200 OK", "HTTP/1.1\t200 OK", "HTTP/1.1 200\tOK",
            "HTTP/1.1 20 OK",
            "HTTP/1.1 2000 OK", "HTTP/1.1 02000 OK", "HTTP/1.1 099 OK", "HTTP/1.1 000 OK",
            "HTTP/1.1 600 OK",
            "HTTP/1.1 999 OK", "HTTP/1.1 -20 OK", "HTTP/1.1 +20 OK", "HTTP/1.1 2x0 OK",
            "HTTP/1.1 OK",
            "HTTP/1.1 0xC8 OK", "HTTP/1.1", "HTTP/1.1 ", " HTTP/1.1 200 OK", "\tHTTP/1.1 200 OK",
            "HTTP/2.0 200 OK", "HTTP/2 200 OK", "HTTP/1.2 200 OK", "HTTP/0.9 200 OK",
            "HTTP/1 200 OK",
            "HTTP/1.10 200 OK", "HTTP/01.1 200 OK", "HTTP/11 200 OK", "http/1.1 200 OK",
            "HTTPS/1.1 200 OK",
            "HTTX/1.1 200 OK", "ICY 200 OK", "SSH-2.0-OpenSSH_9.0", "220 mail ready", "200 OK",
            "GET / HTTP/1.1", "<html>not http at all</html>", "{\"a\": 1}", "\u{0}\u{0}\u{0}\u{0}",
            "\u{16}\u{3}\u{1}\u{2}\u{0}", "\u{ef}\u{bb}\u{bf}HTTP/1.1 200 OK",
            "\r\nHTTP/1.1 200 OK",
            "HTTP/1.1 200 O\u{0}K", "HTTP/1.1 200 O\u{1}K", "HTTP/1.1 200 O\u{7f}K",
            "HTTP/1.1 \u{b2}00 OK",
        ].map { line in
            let text = "\(line)\r\n\(length)\r\nok"
            let item = ResponseCase.refused("'\(shown(raw(line)))'", "9112 4", text)
            return item.with { $0.end = .close }
        },
        [
            ("no reason", "HTTP/1.1 200 \r\n", 200),
            ("a long reason", "HTTP/1.1 200 It is all right\r\n", 200),
            ("no ASCII", "HTTP/1.1 200 \u{e9}\u{ff}\r\n", 200),
            ("a tab in the reason", "HTTP/1.1 200 a\tb\r\n", 200),
            ("HTTP/1.0", "HTTP/1.0 200 OK\r\n", 200),
            ("an unknown status", "HTTP/1.1 299 Odd\r\n", 299),
            ("599", "HTTP/1.1 599 Odd\r\nX-Instance: 1\r\n", 599),
            ("404", "HTTP/1.1 404 No\r\nX-Instance: 1\r\n", 404),
            ("500", "HTTP/1.1 500 No\r\nX-Instance: 1\r\n", 500),
            ("301", "HTTP/1.1 301 Go\r\nLocation: /\r\n", 301),
            ("418", "HTTP/1.1 418 Tea\r\nX-Instance: 1\r\n", 418),
            ("205", "HTTP/1.1 205 Reset\r\n", 205),
        ].map { name, line, status in
            ResponseCase.passed(name, "9112 4", "\(line)\(length)\r\nok", status, content: "ok")
        }
    )

    private static let controls = (Array(0x00...0x1f) + [0x7f] as [UInt8])
        .filter { $0 != 0x09 && $0 != 0x0a && $0 != 0x0d }
        .flatMap { byte in
            let text = String(Unicode.Scalar(byte))
            let name = String(byte, radix: 16)
            return [
                ("in a value", "A: b\(text)c\r\n"), ("behind a value", "A: b\(text)\r\n"),
                ("in a name", "A\(text)B: c\r\n"), ("behind a name", "A\(text): c\r\n"),
            ].map { place, line in
                ResponseCase.refused("\(name) \(place)", "9110 5.5", ok(line + length, "ok"))
            }
        }

    private static let lineEnds = {
        let head = ["HTTP/1.1 200 OK", "A: b", "Content-Length: 2", ""]
        let ways = [
            ("LF", "\n"), ("CR", "\r"), ("LF CR", "\n\r"), ("CR CR LF", "\r\r\n"),
            ("CR SP LF", "\r \n"),
        ]
        return ways.flatMap { way, end in
            head.indices.map { place in
                let lines = head.indices.map { head[$0] + ($0 == place ? end : "\r\n") }
                let name = "\(way) behind line \(place + 1)"
                return ResponseCase.refused(name, "9112 2.2", lines.joined() + "ok")
                    .with { $0.end = .close }
            }
        }
    }()

    private static let fields = all(
        [
            "A\r\n", "A b\r\n", ": b\r\n", " A: b\r\n", "\tA: b\r\n", "A : b\r\n", "A\t: b\r\n",
            "A B: c\r\n",
            "A: b\r\n c\r\n", "A: b\r\n\tc\r\n", "A: b\r\n \r\n", "A(: b\r\n", "A;: b\r\n",
            "\u{e9}: b\r\n",
            "Set-Cookie: a\r\n b\r\n", "A: b\nSet-Cookie: c\r\n", "A: b\rSet-Cookie: c\r\n",
            "HTTP/1.1 200 OK\r\n", "\"A\": b\r\n",
        ].map {
            ResponseCase.refused("'\(shown(raw($0)))'", "9112 5", ok($0 + length, "ok"))
        },
        [
            ("A:b\r\n", "a: b"), ("A:\r\n", "a: "), ("A: \t b \t\r\n", "a: b"),
            ("A: \u{e9}\u{ff}\r\n", "a: \u{e9}\u{ff}"),
            ("X_y: z\r\n", "x_y: z"),
            ("Set-Cookie: a=b; Path=/\r\nSet-Cookie: c\r\n", "set-cookie: c"),
            ("Server:\r\nDate: d\r\n", "date: d"), ("X-Forwarded-For: 1\r\n", "x-forwarded-for: 1"),
            ("Location: /a b\r\n", "location: /a b"),
            ("Content-Encoding: gzip\r\n", "content-encoding: gzip"),
        ].map { lines, arrives in
            let text = ok(lines + length, "ok")
            let name = "legal '\(shown(raw(lines)))'"
            return ResponseCase.passed(name, "9112 5", text, content: "ok", arrives: [arrives])
        }
    )

    private static func fill(_ count: Int) -> String { String(repeating: "a", count: count) }

    private static let large = [
        ResponseCase.passed(
            "lines of 32768",
            "6585 5",
            ok("A: \(fill(32_744))\r\n" + length, "ok"),
            content: "ok"
        ),
        .refused("lines of 32769", "6585 5", ok("A: \(fill(32_745))\r\n" + length, "ok")),
        .refused("lines of 100000", "6585 5", ok("A: \(fill(100_000))\r\n" + length, "ok")),
        .refused("a head without an end", "6585 5", "HTTP/1.1 200 OK\r\nA: \(fill(300_000))"),
        .refused("a reason without an end", "6585 5", "HTTP/1.1 200 \(fill(300_000))"),
        .passed(
            "100 lines",
            "6585 5",
            ok(String(repeating: "A: b\r\n", count: 99) + length, "ok"),
            content: "ok"
        ),
        .refused(
            "1000 lines",
            "6585 5",
            ok(String(repeating: "A: b\r\n", count: 999) + length, "ok")
        ),
        .refused(
            "ten thousand names in Connection",
            "9110 7.6.1",
            ok("Connection: " + String(repeating: "a,", count: 10_000) + "\r\n" + length, "ok")
        ),
    ]
}
