/// What is just within each limit and what is just above: reliability of the limits that the
/// documentation names.
enum LimitCases {
    static let families = [
        RequestFamily(name: "limits of a head", cases: heads, isComparable: false),
        RequestFamily(name: "limits of chunks", cases: chunks, isComparable: false),
    ]

    private static func fill(_ count: Int) -> String { String(repeating: "a", count: count) }

    /// A head whose request line has this many bytes, without its end.
    private static func line(_ count: Int) -> String {
        "GET /\(fill(count - 14)) HTTP/1.1\r\nHost: x\r\n\r\n"
    }

    /// A head whose lines together have this many bytes.
    private static func block(_ count: Int) -> String {
        "GET /case HTTP/1.1\r\nHost: x\r\nA: \(fill(count - 14))\r\n\r\n"
    }

    private static func lines(_ count: Int) -> String {
        "GET /case HTTP/1.1\r\nHost: x\r\n" + String(repeating: "A: b\r\n", count: count - 1)
            + "\r\n"
    }

    private static func names(_ count: Int) -> String {
        get(
            "Connection: " + (0..<count).map { "Hop-\($0)" }.joined(separator: ",")
                + "\r\nHop-1: 1\r\n"
        )
    }

    private static let heads: [RequestCase] = [
        .forwarded("a request line of 8192", "9112 3", line(8_192)),
        .refused("a request line of 8193", "9112 3", line(8_193), [414]),
        .refused("a request line of 60000", "9112 3", line(60_000), [414]),
        .refused("a request line without an end", "9112 3", "GET /" + fill(9_000), [414]),
        .refused("a method without an end", "9112 3", fill(9_000), [414]),
        .refused(
            "an absolute target of 9000",
            "9112 3",
            "GET http://x/\(fill(9_000)) HTTP/1.1\r\nHost: x\r\n\r\n",
            [414]
        ),
        .forwarded("lines of 32768", "6585 5", block(32_768)),
        .refused("lines of 32769", "6585 5", block(32_769), [431]),
        .refused("lines of 65000", "6585 5", block(65_000), [431]),
        .refused(
            "a value without an end",
            "6585 5",
            "GET / HTTP/1.1\r\nHost: x\r\nA: \(fill(70_000))",
            [431]
        ),
        .refused(
            "a name without an end",
            "6585 5",
            "GET / HTTP/1.1\r\nHost: x\r\n\(fill(70_000))",
            [431]
        ),
        .forwarded(
            "both at their limit",
            "6585 5",
            line(8_192).replacing(
                "Host: x\r\n",
                with: "Host: x\r\nA: \(fill(32_754))\r\n"
            )
        ),
        .forwarded("100 lines", "6585 5", lines(100)),
        .refused("101 lines", "6585 5", lines(101), [431]),
        .refused("1000 lines", "6585 5", lines(1_000), [431]),
        .refused("101 lines without an end", "6585 5", String(lines(102).dropLast(2)), [431]),
        .forwarded("64 names in Connection", "9110 7.6.1", names(64)),
        .refused("65 names in Connection", "9110 7.6.1", names(65), [431]),
        .refused(
            "ten thousand names in Connection",
            "9110 7.6.1",
            get(
                "Connection: " + String(repeating: "a,", count: 10_000) + "\r\n"
            ),
            [431]
        ),
        .forwarded("a Host of 1024", "9110 7.2", "GET / HTTP/1.1\r\nHost: \(fill(1_024))\r\n\r\n"),
        .refused("a Host of 1025", "9110 7.2", "GET / HTTP/1.1\r\nHost: \(fill(1_025))\r\n\r\n"),
    ]

    private static let chunks: [RequestCase] = [
        .refused(
            "an extension of 8193",
            "9112 7.1.1",
            chunked("5;\(fill(8_193))\r\nhello\r\n0\r\n\r\n")
        ),
        .refused("an extension without an end", "9112 7.1.1", chunked("5;\(fill(9_000))")),
        .refused(
            "a quoted extension without an end",
            "9112 7.1.1",
            chunked("5;a=\"\(fill(9_000))")
        ),
        .refused(
            "blanks without an end",
            "9112 7.1.1",
            chunked("5" + String(repeating: " ", count: 9_000))
        ),
        .refused("trailers of 9000", "9112 7.1.2", chunked("0\r\nA: \(fill(9_000))\r\n\r\n")),
        .refused(
            "a thousand trailers",
            "9112 7.1.2",
            chunked("0\r\n" + String(repeating: "A: bcdef\r\n", count: 1_000) + "\r\n")
        ),
        .forwarded(
            "an extension of 8000",
            "9112 7.1.1",
            chunked("5;\(fill(8_000))\r\nhello\r\n0\r\n\r\n"),
            content: "hello"
        ),
        .forwarded(
            "trailers of 8000",
            "9112 7.1.2",
            chunked("0\r\nA: \(fill(8_000))\r\n\r\n"),
            content: ""
        ),
    ]

    /// For a service that takes bodies of at most 5 bytes.
    static let bodies = RequestFamily(
        name: "limit of a body",
        cases: [
            .forwarded(
                "5 bytes",
                "9110 15.5.14",
                get("Content-Length: 5\r\n", body: "hello"),
                content: "hello"
            ),
            .refused(
                "6 bytes",
                "9110 15.5.14",
                get("Content-Length: 6\r\n", body: "hello!"),
                [413]
            ),
            .refused(
                "6 bytes that never come",
                "9110 15.5.14",
                get("Content-Length: 6\r\n"),
                [413]
            ),
            .refused(
                "6 bytes that are asked for",
                "9110 15.5.14",
                get("Content-Length: 6\r\nExpect: 100-continue\r\n"),
                [413]
            ),
            .forwarded(
                "5 bytes in chunks",
                "9110 15.5.14",
                chunked("5\r\nhello\r\n0\r\n\r\n"),
                content: "hello"
            ),
            .refused(
                "6 bytes in chunks",
                "9110 15.5.14",
                chunked("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"),
                [413]
            ),
            .refused("6 bytes in a later chunk", "9110 15.5.14", "", [413]).with {
                $0.pieces = [raw(chunked("5\r\nhello\r\n")), raw("1\r\n!\r\n0\r\n\r\n")]
            },
        ],
        isComparable: false
    )
}
