/// Where a response ends: RFC 9112 6.3, 7 and 8.
enum ResponseFramingCases {
    static let families = [
        ResponseFamily(name: "response length", cases: lengths),
        ResponseFamily(name: "response coding", cases: codings),
        ResponseFamily(name: "response chunks", cases: chunks),
        ResponseFamily(name: "cut short", cases: short),
        ResponseFamily(name: "legal response framing", cases: legal),
    ]

    private static let oneChunk = "5\r\nhello\r\n0\r\n\r\n"
    private static let coding = "Transfer-Encoding: chunked\r\n"

    private static let lengths = all(
        [
            "", "+5", "-5", "5 5", "5,5", "5, 5", "5,", "5;", "0x5", "5x", "5.0", "5e0", "\"5\"",
            "five", "\u{b2}",
            "5\t5", "9223372036854775808", "18446744073709551621", "99999999999999999999999999",
        ].map {
            let text = ok("Content-Length: \($0)\r\n", "hello")
            return ResponseCase.refused("'\(shown(raw($0)))'", "9110 8.6", text)
        },
        [
            ("two that are equal", "Content-Length: 5\r\nContent-Length: 5\r\n"),
            ("two that differ", "Content-Length: 5\r\nContent-Length: 2\r\n"),
            ("the other way round", "Content-Length: 2\r\nContent-Length: 5\r\n"),
            ("two, one with zeros", "Content-Length: 5\r\nContent-Length: 05\r\n"),
            ("two in different letters", "Content-Length: 5\r\nCONTENT-LENGTH: 6\r\n"),
            ("two, one empty", "Content-Length: 5\r\nContent-Length:\r\n"),
            ("a space in front of the colon", "Content-Length : 5\r\n"),
            ("folded", "Content-Length:\r\n 5\r\n"),
            ("named in Connection", "Content-Length: 5\r\nConnection: Content-Length\r\n"),
        ].map { ResponseCase.refused($0, "9112 6.3", ok($1, "hello")) },
        [
            .refused(
                "two that differ, to HEAD",
                "9112 6.3",
                ok("Content-Length: 5\r\nContent-Length: 6\r\n")
            ).with { $0.request = get(method: "HEAD") },
            .refused(
                "two in a 304",
                "9112 6.3",
                "HTTP/1.1 304 Same\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"
            ),
        ]
    )

    private static let codings = all(
        [
            "", "identity", "gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked",
            "chunked,", ",chunked",
            "chunked;q=1", "xchunked", "chunkedx", "\"chunked\"", "chunked identity",
            "chunked\u{0}",
            "\u{b}chunked",
        ].map {
            let text = ok("Transfer-Encoding: \($0)\r\n", oneChunk)
            return ResponseCase.refused("'\(shown(raw($0)))'", "9112 6.1", text)
        },
        [
            ("two", coding + coding), ("with a length", coding + "Content-Length: 5\r\n"),
            ("with a length ahead", "Content-Length: 5\r\n" + coding),
            ("with the right length", coding + "Content-Length: 15\r\n"),
            ("a space in front of the colon", "Transfer-Encoding : chunked\r\n"),
            ("folded", "Transfer-Encoding:\r\n chunked\r\n"),
            ("named in Connection", coding + "Connection: Transfer-Encoding\r\n"),
        ].map { ResponseCase.refused($0, "9112 6.1", ok($1, oneChunk)) },
        [
            .refused("in HTTP/1.0", "9112 6.1", "HTTP/1.0 200 OK\r\n\(coding)\r\n" + oneChunk),
            .refused("with a length, to HEAD", "9112 6.1", ok(coding + "Content-Length: 5\r\n"))
                .with { $0.request = get(method: "HEAD") },
        ]
    )

    /// With nothing sent yet it is no response; the judge takes either for good, since what has
    /// gone to the client before cannot be taken back.
    private static let chunks = all(
        [
            "", " 5", "5 ", "+5", "-5", "0x5", "g", "5;", "5;=b", "5;a=", "5;a=\"b", "5,", "5\n",
            "5\r", "5\u{0}",
            "00000000000000005", "ffffffffffffffff", "8000000000000000", "5;a\n", "5;a\u{1}", "5 5",
        ].flatMap { size in
            let body = "\(size)\r\nhello\r\n0\r\n\r\n"
            return [
                ResponseCase.broken("size '\(shown(raw(size)))'", "9112 7.1", ok(coding, body)),
                ResponseCase.broken(
                    "a second size '\(shown(raw(size)))'",
                    "9112 7.1",
                    ok(coding, "1\r\na\r\n" + body)
                ),
            ]
        },
        [
            "5\r\nhello0\r\n\r\n", "5\r\nhello!\r\n0\r\n\r\n", "5\r\nhell\r\n0\r\n\r\n",
            "5\r\nhello\n0\r\n\r\n",
            "5\nhello\n0\n\n", "\r\n5\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\n\r\n",
            "5\r\nhello\r\n0\r\n\n",
            "5\r\nhello\r\n0\r\nA b\r\n\r\n", "5\r\nhello\r\n0\r\n A: b\r\n\r\n",
            "5\r\nhello\r\n0\r\nA: b\n\r\n",
            "5\r\nhello\r\n0\r\nA: \u{0}\r\n\r\n", "hello", "5\r\nhello\r\n0\r\n\rX",
            "5\r\nhello\r\n0\r\nHTTP/1.1 200 OK\r\n\r\n",
        ].map { ResponseCase.broken("'\(shown(raw($0)))'", "9112 7.1", ok(coding, $0)) },
        [
            .broken(
                "trailers without an end",
                "9112 7.1.2",
                ok(coding, "0\r\nA: " + String(repeating: "b", count: 20_000))
            )
        ]
    )

    private static let short = all(
        [
            ("of a length", ok("Content-Length: 6\r\n", "hello")),
            ("of a length, nothing of it", ok("Content-Length: 6\r\n")),
            ("of a great length", ok("Content-Length: 1000000000000\r\n", "hello")),
            ("in a size", ok(coding, "5")), ("behind a size", ok(coding, "5\r\n")),
            ("in a chunk", ok(coding, "5\r\nhel")), ("behind its data", ok(coding, "5\r\nhello")),
            ("behind a chunk", ok(coding, "5\r\nhello\r\n")), ("no chunk", ok(coding)),
            ("in the last size", ok(coding, "5\r\nhello\r\n0")),
            ("behind the last size", ok(coding, "5\r\nhello\r\n0\r\n")),
            ("in the last line end", ok(coding, "5\r\nhello\r\n0\r\n\r")),
            ("in a trailer", ok(coding, "5\r\nhello\r\n0\r\nA: b")),
            ("behind a trailer", ok(coding, "5\r\nhello\r\n0\r\nA: b\r\n")),
            ("a head without its end", "HTTP/1.1 200 OK\r\nA: b\r\n"),
            ("a status line", "HTTP/1.1 200 OK\r\n"),
            ("half a status line", "HTTP/1.1 2"), ("nothing", ""),
            ("an interim response", "HTTP/1.1 103 Early Hints\r\n\r\n"),
        ].flatMap { name, text in
            [
                ResponseCase.cut(name, "9112 8", text),
                ResponseCase.cut("\(name), reset", "9112 8", text).with { $0.end = .reset },
            ]
        },
        [
            .cut("until the end, reset", "9112 8", ok("", "hello")).with { $0.end = .reset },
            .cut("chunks for HTTP/1.0", "9112 8", ok(coding, "5\r\nhello\r\n"))
                .with { $0.request = "GET /case HTTP/1.0\r\n\r\n" },
            .cut("bad chunks for HTTP/1.0", "9112 8", ok(coding, "5\r\nhello\r\nX"))
                .with { $0.request = "GET /case HTTP/1.0\r\n\r\n" },
            .cut("a length for HTTP/1.0", "9112 8", ok("Content-Length: 6\r\n", "hello"))
                .with { $0.request = "GET /case HTTP/1.0\r\n\r\n" },
        ]
    )

    private static let legal = all(
        [
            ("a length", ok("Content-Length: 5\r\n", "hello")), ("chunks", ok(coding, oneChunk)),
            ("chunks in other letters", ok("transfer-encoding: CHUNKED\r\n", oneChunk)),
            ("an extension", ok(coding, "5;a=\"b\"\r\nhello\r\n0;c\r\n\r\n")),
            (
                "trailers",
                ok(coding + "Trailer: A\r\n", "5\r\nhello\r\n0\r\nA: b\r\nProxy-A: forged\r\n\r\n")
            ),
            ("zeros in sizes", ok(coding, "0005\r\nhello\r\n000\r\n\r\n")),
            ("a length in HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
            (
                "a kept length in HTTP/1.0",
                "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello"
            ),
            ("a length that closes", ok("Connection: close\r\nContent-Length: 5\r\n", "hello")),
        ].map { ResponseCase.passed($0, "9112 6.3", $1, content: "hello") },
        [" 05", "05", "005", " " + String(repeating: "0", count: 30) + "5"].map {
            let text = ok("Content-Length:\($0)\r\n", "hello")
            let arrives = ["content-length: 5"]
            return ResponseCase.passed(
                "a length '\($0)'",
                "9110 8.6",
                text,
                content: "hello",
                arrives: arrives
            )
        },
        [
            ("until the end", ok("", "hello")),
            ("until the end in HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nhello"),
            ("a length and the end", ok("Content-Length: 5\r\n", "hello")),
            ("chunks and the end", ok(coding, oneChunk)),
        ].map { name, text in
            ResponseCase.passed(name, "9112 6.3", text, content: "hello").with { $0.end = .close }
        },
        [
            ("204", "HTTP/1.1 204 No Content\r\n\r\n", 204),
            ("204 with a length", "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n", 204),
            ("204 with chunks", "HTTP/1.1 204 No\r\n\(coding)\r\n", 204),
            ("304", "HTTP/1.1 304 Not Modified\r\n\r\n", 304),
            ("304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304),
            ("304 with chunks", "HTTP/1.1 304 Not Modified\r\n\(coding)\r\n", 304),
            ("an empty body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200),
            ("no chunks", "HTTP/1.1 200 OK\r\n\(coding)\r\n0\r\n\r\n", 200),
        ].map { ResponseCase.passed($0, "9110 6.4.1", $1, $2) },
        [ok("Content-Length: 5\r\n"), ok(coding), ok()].map { text in
            ResponseCase.passed("HEAD: \(shown(raw(text)))", "9110 9.3.2", text).with {
                $0.request = get(method: "HEAD")
            }
        },
        [
            .passed("chunks for HTTP/1.0", "9112 7.1", ok(coding, oneChunk), content: "hello")
                .with { $0.request = "GET /case HTTP/1.0\r\n\r\n" },
            .passed(
                "chunks for a kept HTTP/1.0",
                "9112 7.1",
                ok(coding, oneChunk),
                content: "hello"
            )
            .with { $0.request = "GET /case HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" },
            .passed(
                "100 kB",
                "9112 6.3",
                ok("Content-Length: 100000\r\n", String(repeating: "c", count: 100_000)),
                content: String(repeating: "c", count: 100_000)
            ),
            .passed(
                "a response as content",
                "9112 6.3",
                ok("Content-Length: 23\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n"),
                content: "HTTP/1.1 200 OK\r\nA: b\r\n"
            ),
        ]
    )
}
