/// Several requests on a connection, and requests in pieces: RFC 9112 9.3.2.
enum PipeliningCases {
    static let families = [
        RequestFamily(name: "pipelining", cases: pipelines),
        RequestFamily(name: "pieces", cases: pieces),
    ]

    private static func ahead(
        _ name: String,
        _ text: String,
        _ bad: String,
        _ statuses: Set<Int> = [400]
    )
        -> RequestCase
    {
        RequestCase.refused(name, "9112 9.3.2", text + bad, statuses).with { $0.ahead = 1 }
    }

    private static let post = get("Content-Length: 5\r\n", method: "POST", body: "hello")
    private static let chunks = chunked("5\r\nhello\r\n0\r\n\r\n")

    private static let pipelines: [RequestCase] = [
        ahead("a second without Host", get(), "GET / HTTP/1.1\r\n\r\n"),
        ahead(
            "a second with both framings",
            get(),
            get("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")
        ),
        ahead("a second of HTTP/0.9", get(), "GET /\r\n"),
        ahead("a second with a bare LF", post, "GET / HTTP/1.1\nHost: x\n\n"),
        ahead("garbage behind a length", post, "\u{0}\u{1}\u{2}\r\n\r\n"),
        ahead("garbage behind chunks", chunks, "\u{0}\u{1}\u{2}\r\n\r\n"),
        ahead("more than the length", post, "!\r\nHost: x\r\n\r\n"),
        ahead("more than the chunks", chunks, "0\r\n\r\n"),
        ahead(
            "a second that is too long",
            get(),
            "GET /" + String(repeating: "a", count: 9_000),
            [414]
        ),
        ahead("a second that is not allowed", get(), "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", [405]),
        ahead("a second with bad chunks", chunks, chunked("5\r\nhelloX")),
        ahead("two empty lines between", post, "\r\n\r\n" + get()),
        .forwarded("two", "9112 9.3.2", get() + get()).with { $0.ahead = 1 },
        .forwarded("one empty line between", "9112 2.2", post + "\r\n" + get()).with {
            $0.ahead = 1
        },
        .forwarded("bodies of all kinds", "9112 9.3.2", post + chunks + get() + post).with {
            $0.ahead = 3
        },
        .forwarded("forty", "9112 9.3.2", (0..<40).map { _ in get() }.joined()).with {
            $0.ahead = 39
        },
        .forwarded("one that closes, then another", "9112 9.6", get("Connection: close\r\n")).with {
            $0.closes = true
        },
        .forwarded("the last one closes", "9112 9.6", get() + get("Connection: close\r\n")).with {
            $0.ahead = 1
            $0.closes = true
        },
        .forwarded(
            "an upgrade that is not taken, then another",
            "9110 7.8",
            get(webSocket) + get()
        ).with { $0.ahead = 1 },
    ]

    /// However it is cut, what is legal stays legal, and what is not does not slip through.
    private static let pieces = all(
        [
            .forwarded("a head", "9112 2.2", get("A: b\r\nCookie: c\r\n")),
            .forwarded("a length", "9112 6.3", post, content: "hello"),
            .forwarded(
                "chunks",
                "9112 7.1",
                chunked("3;a=\"b\"\r\nhel\r\n2\r\nlo\r\n0\r\nA: b\r\n\r\n"),
                content: "hello"
            ),
            .forwarded(
                "an absolute target",
                "9112 3.2.2",
                "GET http://x/case HTTP/1.1\r\nHost: y\r\n\r\n"
            ),
        ].flatMap(RequestCase.inPieces),
        [
            .refused(
                "both framings",
                "9112 6.3",
                get("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")
            ),
            .refused(
                "two lengths",
                "9112 6.3",
                get("Content-Length: 5\r\nContent-Length: 6\r\n", body: "hello")
            ),
            .refused("a folded line", "9112 5.2", get("A: b\r\n c\r\n")),
            .refused("a bare LF", "9112 2.2", get("A: b\nB: c\r\n")),
            .refused("a bare CR", "9112 2.2", get("A: b\rB: c\r\n")),
            .refused("a NUL", "9110 5.5", get("A: b\u{0}c\r\n")),
            .refused("two Hosts", "9112 3.2", get("Host: y\r\n")),
            .refused("a chunk's size", "9112 7.1", chunked("5;\r\nhello\r\n0\r\n\r\n")),
            .refused("a chunk's end", "9112 7.1", chunked("5\r\nhelloX\r\n0\r\n\r\n")),
            .refused("a trailer", "9112 7.1.2", chunked("5\r\nhello\r\n0\r\nA b\r\n\r\n")),
            .refused("a second request", "9112 9.3.2", get() + get("Host: y\r\n")).with {
                $0.ahead = 1
            },
        ].flatMap(RequestCase.inPieces)
    )
}

extension RequestCase {
    /// The same bytes, one by one, three by three, and with each line alone.
    fileprivate static func inPieces(_ item: RequestCase) -> [RequestCase] {
        let bytes = Array(item.pieces.joined())
        let drips = [1, 3].map { size in
            stride(from: 0, to: bytes.count, by: size).map {
                Array(bytes[$0..<min($0 + size, bytes.count)])
            }
        }
        var lines: [[UInt8]] = [[]]
        for byte in bytes {
            lines[lines.count - 1].append(byte)
            if byte == 0x0a { lines.append([]) }
        }
        return zip(["by byte", "by three bytes", "by line"], drips + [lines]).map { way, pieces in
            RequestCase(
                name: "\(item.name), \(way)",
                section: item.section,
                pieces: pieces,
                expectation: item.expectation,
                ahead: item.ahead,
                content: item.content
            )
        }
    }
}
