/// The grammar of chunks: RFC 9112 7.1.
enum ChunkCases {
    static let families = [
        RequestFamily(name: "chunk grammar", cases: grammar + late),
        RequestFamily(name: "trailers", cases: trailers),
        RequestFamily(name: "legal chunks", cases: legal),
        RequestFamily(name: "unfinished body", cases: unfinished),
    ]

    private static let sizes = [
        "", " ", " 5", "\t5", "5 ", "5\t", "+5", "-5", "0x5", "0X5", "x5", "5x", "5h", "g", "5,",
        "5.", "5 5",
        "5_", "\"5\"", "5:", "5=", "5\u{0}", "\u{0}5", "5\u{b}", "5\u{85}", "5\u{a0}", "\u{a0}5",
        "5\r", "5\n",
        "5\n\n", "5;", "5; ", "5 ;", "5;;a", "5;=", "5;=b", "5;a=", "5;a= ", "5;a b", "5;a=b c",
        "5;a=\"b",
        "5;a=\"b\"c", "5;a=b\"", "5;a=\"\\", "5;a;", "5;a\u{0}", "5;a\u{1}", "5;\u{e9}",
        "5;a=\u{e9}",
        "5;a=\"\u{0}\"", "5;a=\"\u{7f}\"", "5;a\n", "5;a\nb", "5;a\rb", "5;a\r", "5;(a)", "5;a==b",
        "5 a",
        "5 =b", "5a;b@", "0;", "0 ", "00000000000000005", "10000000000000005", "ffffffffffffffff",
        "8000000000000000", "fffffffffffffffb", "100000000000000000000005",
    ]

    private static let bodies = [
        ("no end behind the data", "5\r\nhello0\r\n\r\n"),
        ("a longer chunk", "5\r\nhello!\r\n0\r\n\r\n"),
        ("a shorter chunk", "5\r\nhell\r\n0\r\n\r\n"),
        ("LF behind the data", "5\r\nhello\n0\r\n\r\n"),
        ("CR behind the data", "5\r\nhello\r0\r\n\r\n"),
        ("CR CR LF behind it", "5\r\nhello\r\r\n0\r\n\r\n"),
        ("a space behind it", "5\r\nhello \r\n0\r\n\r\n"),
        ("two line ends", "5\r\nhello\r\n\r\n0\r\n\r\n"),
        ("an empty line ahead", "\r\n5\r\nhello\r\n0\r\n\r\n"), ("all LF", "5\nhello\n0\n\n"),
        ("LF behind the size", "5\nhello\r\n0\r\n\r\n"),
        ("CR behind the size", "5\rhello\r\n0\r\n\r\n"),
        ("LF behind the last size", "5\r\nhello\r\n0\n\r\n"),
        ("LF behind the trailers", "5\r\nhello\r\n0\r\n\n"),
        ("LF LF at the end", "5\r\nhello\r\n0\n\n"), ("CR X at the end", "5\r\nhello\r\n0\r\n\rX"),
        ("LF CR LF behind the size", "5\n\r\nhello\r\n0\r\n\r\n"), ("no chunks", "hello"),
        ("a negative last size", "5\r\nhello\r\n-0\r\n\r\n"),
    ]

    private static let grammar = all(
        sizes.map {
            let text = chunked("\($0)\r\nhello\r\n0\r\n\r\n")
            return RequestCase.refused("size '\(shown(raw($0)))'", "9112 7.1", text)
        },
        bodies.map { RequestCase.refused($0, "9112 7.1", chunked($1)) }
    )

    /// The same behind a chunk that the instance has already: it must never see the end.
    private static let late: [RequestCase] = bodies.map { name, body in
        RequestCase.refused("\(name), in the second piece", "9112 7.1", "").with {
            $0.pieces = [raw(chunked("3\r\nabc\r\n")), raw(body)]
        }
    }

    private static let trailers = all(
        [
            "A", "A b", ": b", " A: b", "\tA: b", "A : b", "A\t: b", "A: b\r\n c", "A: \u{0}",
            "A: \u{1}",
            "A\u{0}: b", "A: b\u{7f}", "A(: b", "\u{e9}: b", "A: b\nB: c", "A: b\rB: c", "A: b\n",
            "GET /smuggled HTTP/1.1", " ", "\u{b}",
        ].map {
            let text = chunked("5\r\nhello\r\n0\r\n\($0)\r\n\r\n")
            return RequestCase.refused("'\(shown(raw($0)))'", "9112 7.1.2", text)
        },
        // They are checked and left out: no field of a trailer may become one of the header.
        [
            "A: b", "A:", "A:b", "A: b\r\nB: c", "A: \u{e9}", "Hop-Trailer: forged", "Host: forged",
            "Content-Length: 100", "Transfer-Encoding: chunked", "Transfer-Encoding: forged",
            "X-Forwarded-For: forged", "Connection: close", "Authorization: forged",
            "Trailer: forged",
            "A_B: forged",
        ].map {
            let text = chunked("5\r\nhello\r\n0\r\n\($0)\r\n\r\n")
            let name = "legal '\(shown(raw($0)))'"
            return RequestCase.forwarded(name, "9112 7.1.2", text, content: "hello")
        }
    )

    private static let legal = all(
        [
            "5", "05", "0005", "000000000000005", "0000000000000005", "5;a", "5;a=b", "5;a=\"b\"",
            "5;a=\"\"",
            "5;a=\"b\\\"c\"", "5;a=\"\\\\\"", "5;a=\"b;c\"", "5;a=\"\u{e9}\t \"", "5;a;b;c",
            "5;a=b;c=d",
            "5 ;a", "5\t;\ta", "5; a", "5 ; a = b", "5;a =b", "5;a= b", "5;!#$%&'*+-.^_`|~",
            "5;5=5",
            "5;a=\"b\" ;c",
        ].map {
            let text = chunked("\($0)\r\nhello\r\n0\r\n\r\n")
            let name = "size '\(shown(raw($0)))'"
            return RequestCase.forwarded(name, "9112 7.1.1", text, content: "hello")
        },
        [
            ("no content", "0\r\n\r\n", ""), ("many zeros", "0000000000000000\r\n\r\n", ""),
            ("an extension at the end", "5\r\nhello\r\n0;a=b\r\n\r\n", "hello"),
            ("one byte each", "1\r\nh\r\n1\r\ni\r\n0\r\n\r\n", "hi"),
            ("line ends as content", "4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n"),
            ("an end as content", "5\r\n0\r\n\r\n\r\n0\r\n\r\n", "0\r\n\r\n"),
            ("lower case", "a\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
            ("upper case", "A\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
            (
                "two digits", "1F\r\n0123456789012345678901234567890\r\n0\r\n\r\n",
                "0123456789012345678901234567890"
            ),
        ].map { RequestCase.forwarded($0, "9112 7.1", chunked($1), content: $2) },
        [
            .forwarded(
                "100 kB in one chunk",
                "9112 7.1",
                chunked("186a0\r\n" + String(repeating: "c", count: 100_000) + "\r\n0\r\n\r\n"),
                content: String(repeating: "c", count: 100_000)
            ),
            .forwarded(
                "two thousand chunks",
                "9112 7.1",
                chunked(String(repeating: "2;a\r\nhi\r\n", count: 2_000) + "0\r\n\r\n"),
                content: String(repeating: "hi", count: 2_000)
            ),
        ]
    )

    private static let unfinished: [RequestCase] = [
        ("of a length", get("Content-Length: 6\r\n", method: "POST", body: "hello")),
        ("of a length, nothing of it", get("Content-Length: 6\r\n", method: "POST")),
        ("in a size", chunked("5")), ("behind a size", chunked("5\r\n")),
        ("in a chunk", chunked("5\r\nhel")), ("behind its data", chunked("5\r\nhello")),
        ("behind a chunk", chunked("5\r\nhello\r\n")), ("in an extension", chunked("5;a")),
        ("in the last size", chunked("5\r\nhello\r\n0")),
        ("behind the last size", chunked("5\r\nhello\r\n0\r\n")),
        ("in the last line end", chunked("5\r\nhello\r\n0\r\n\r")),
        ("in a trailer", chunked("5\r\nhello\r\n0\r\nA: b")),
        ("behind a trailer", chunked("5\r\nhello\r\n0\r\nA: b\r\n")),
        ("a size without an end", chunked("7fffffffffffffff\r\nhello")),
        ("a head without its end", "GET /case HTTP/1.1\r\nHost: x\r\n"),
        ("half a line", "GET /case HTTP/1.1\r\nHo"), ("a request line", "GET /case HTTP/1.1\r\n"),
        ("half a request line", "GET /ca"),
    ].map {
        RequestCase(name: $0, section: "9112 8", pieces: [raw($1)], expectation: .unfinished)
    }
}
