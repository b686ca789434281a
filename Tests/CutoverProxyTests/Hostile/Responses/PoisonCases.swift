/// Bytes behind a response, interim responses and switches of protocol that nobody asked for: what
/// would poison the next request on a kept connection.
enum PoisonCases {
    static let families = [
        ResponseFamily(name: "early response", cases: early, isComparable: false),
        ResponseFamily(name: "response in pieces", cases: pieces),
        ResponseFamily(name: "behind a response", cases: behind),
        ResponseFamily(name: "interim responses", cases: interims),
        ResponseFamily(name: "101", cases: switches),
        ResponseFamily(name: "fields of the instance's hop", cases: hop),
    ]

    private static let extra = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned"

    /// A response that ends before its bytes do, with those in the same piece, in the next, and
    /// when the connection lies idle.
    private static let behind = [
        ("a length", get(), ok("Content-Length: 5\r\n", "hello"), 200, "hello"),
        ("an empty body", get(), ok("Content-Length: 0\r\n"), 200, ""),
        (
            "chunks", get(), ok("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), 200,
            "hello"
        ),
        ("204", get(), "HTTP/1.1 204 No\r\n\r\n", 204, ""),
        ("204 with a length", get(), "HTTP/1.1 204 No\r\nContent-Length: 8\r\n\r\n", 204, ""),
        ("304", get(), "HTTP/1.1 304 Same\r\nContent-Length: 8\r\n\r\n", 304, ""),
        (
            "304 with chunks", get(), "HTTP/1.1 304 Same\r\nTransfer-Encoding: chunked\r\n\r\n",
            304, ""
        ),
        ("HEAD", get(method: "HEAD"), ok("Content-Length: 8\r\n"), 200, ""),
        ("HEAD with chunks", get(method: "HEAD"), ok("Transfer-Encoding: chunked\r\n"), 200, ""),
        ("HEAD without a length", get(method: "HEAD"), ok(), 200, ""),
    ].flatMap { name, request, text, status, content in
        ["poisoned", extra, "8\r\npoisoned\r\n0\r\n\r\n", "\r\n", "0"].flatMap { tail in
            let first = ResponseCase.passed("", "9112 9.2", text + tail, status, content: content)
            return ["at once", "in the next piece", "when idle"].map { way in
                ResponseCase(
                    name: "\(name), then '\(shown(raw(tail)))' \(way)",
                    section: "9112 6.3",
                    pieces: way == "when idle"
                        ? [raw(text)]
                        : way == "at once" ? first.pieces : [raw(text), raw(tail)],
                    expectation: first.expectation,
                    request: request,
                    late: way == "when idle" ? raw(tail) : []
                )
            }
        }
    }

    private static let hello = ok("Content-Length: 5\r\n", "hello")

    /// The instance answers a head whose body comes later, or not in full, and looks like another
    /// request: it must never become one.
    private static let early = ["Expect: 100-continue\r\n", ""].flatMap { expect in
        ["Content-Length: 42\r\n", "Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n"]
            .flatMap { framing in
                ["GET", "POST", "HEAD"].map { method in
                    ResponseCase.passed(
                        "\(method), \(shown(raw(expect + framing)))",
                        "9110 10.1.1",
                        ok("Content-Length: 5\r\n", method == "HEAD" ? "" : "hello"),
                        content: method == "HEAD" ? "" : "hello"
                    ).with {
                        $0.request = get(expect + framing, method: method)
                        $0.rest = "GET /smuggled HTTP/1.1\r\nHost: forged.x\r\n\r\n"
                        $0.isHasty = true
                    }
                }
            }
    }

    /// The same bytes one by one.
    private static let pieces = [
        ResponseCase.passed("a length", "9112 6.3", hello, content: "hello"),
        .passed(
            "chunks",
            "9112 7.1",
            ok("Transfer-Encoding: chunked\r\n", "3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nA: b\r\n\r\n"),
            content: "hello"
        ),
        .passed("interim responses", "9110 15.2", hints(2) + hello, content: "hello").with {
            $0.interims = 2
        },
        .passed("204", "9110 15.3.5", "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n", 204),
        .refused(
            "both framings",
            "9112 6.3",
            ok("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")
        ),
        .refused("two lengths", "9112 6.3", ok("Content-Length: 5\r\nContent-Length: 6\r\n")),
        .refused("a bare LF", "9112 2.2", ok("A: b\nB: c\r\n")),
        .refused("a folded line", "9112 5.2", ok("A: b\r\n c\r\n")),
        .refused("a bad status", "9112 4", "HTTP/1.1 099 OK\r\n\r\n"),
        .refused("garbage", "9112 4", "\u{1}\u{2}garbage\r\n\r\n"),
        .broken("a chunk's end", "9112 7.1", ok("Transfer-Encoding: chunked\r\n", "5\r\nhelloX")),
    ].map { item in
        item.with { $0.pieces = item.pieces.joined().map { [$0] } }
    }

    private static func hints(_ count: Int) -> String {
        String(repeating: "HTTP/1.1 103 Early Hints\r\nLink: l\r\n\r\n", count: count)
    }

    private static let interims = all(
        [
            ("100", "HTTP/1.1 100 Continue\r\n\r\n", 1),
            ("102", "HTTP/1.1 102 Processing\r\n\r\n", 1),
            ("103", hints(1), 1), ("199", "HTTP/1.1 199 Odd\r\n\r\n", 1),
            ("sixteen", hints(16), 16),
            ("100 with a length", "HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\n", 1),
            ("103 with chunks", "HTTP/1.1 103 Early\r\nTransfer-Encoding: chunked\r\n\r\n", 1),
            (
                "103 with a hop's fields",
                "HTTP/1.1 103 Early\r\nConnection: Hop-A\r\nHop-A: 1\r\n\r\n", 1
            ),
        ].map { name, text, count in
            ResponseCase.passed(name, "9110 15.2", text + hello, content: "hello").with {
                $0.interims = count
            }
        },
        [
            ("a flood of 17", hints(17) + hello), ("a flood of 500", hints(500)),
            ("a bad one", "HTTP/1.1 103 E\r\nA : b\r\n\r\n" + hello),
            (
                "one with both framings",
                "HTTP/1.1 103 E\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n" + hello
            ),
            (
                "a bad one behind a good one",
                hints(1) + "HTTP/1.1 103 E\r\nA\u{0}: b\r\n\r\n" + hello
            ),
        ].map { ResponseCase.refused($0, "9110 15.2", $1) },
        [
            .passed("one for HTTP/1.0", "9110 15.2", hints(1) + hello, content: "hello").with {
                $0.request = "GET /case HTTP/1.0\r\n\r\n"
            }
        ]
    )

    private static let asked = get(webSocket)

    private static let switches = all(
        [
            ("unasked", get(), "Connection: Upgrade\r\nUpgrade: websocket\r\n"),
            ("unasked h2c", get(), "Connection: Upgrade\r\nUpgrade: h2c\r\n"),
            ("unasked, nothing named", get(), ""),
            (
                "asked for h2c", get("Connection: Upgrade\r\nUpgrade: h2c\r\n"),
                "Connection: Upgrade\r\nUpgrade: h2c\r\n"
            ),
            ("to another protocol", asked, "Connection: Upgrade\r\nUpgrade: h2c\r\n"),
            ("to nothing", asked, ""),
            ("to nothing named", asked, "Connection: Upgrade\r\nUpgrade:\r\n"),
            ("to two", asked, "Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n"),
            ("to a list", asked, "Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n"),
            (
                "of POST", get(webSocket, method: "POST"),
                "Connection: Upgrade\r\nUpgrade: websocket\r\n"
            ),
            (
                "of HEAD", get(webSocket, method: "HEAD"),
                "Connection: Upgrade\r\nUpgrade: websocket\r\n"
            ),
            (
                "of HTTP/1.0",
                "GET /case HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                "Connection: Upgrade\r\nUpgrade: websocket\r\n"
            ),
        ].map { name, request, lines in
            let text = "HTTP/1.1 101 Switching Protocols\r\n\(lines)\r\n" + extra
            return ResponseCase.refused(name, "9110 15.2.2", text).with { $0.request = request }
        },
        // RFC 9110 7.8: who sends Upgrade sends `Connection: upgrade`, and no HTTP/1.0 does.
        [
            ("without Connection", "1.1", "Upgrade: websocket\r\n"),
            ("with another option", "1.1", "Connection: keep-alive\r\nUpgrade: websocket\r\n"),
            ("of an instance's HTTP/1.0", "1.0", "Connection: Upgrade\r\nUpgrade: websocket\r\n"),
        ].map { name, version, lines in
            // With nothing behind it: who takes it for the switch that was asked for is lenient;
            // what followed would be the tunnel's.
            let text = "HTTP/\(version) 101 Switching Protocols\r\n\(lines)\r\n"
            return ResponseCase.refused(name, "9110 7.8", text).with { $0.request = asked }
        },
        [
            .passed(
                "asked for",
                "9110 15.2.2",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                101,
                arrives: ["upgrade: websocket", "connection: Upgrade"]
            ).with { $0.request = asked },
            .passed("asked for and not taken", "9110 7.8", hello, content: "hello").with {
                $0.request = asked
            },
            .passed(
                "426",
                "9110 15.5.22",
                "HTTP/1.1 426 Upgrade\r\nX-Instance: 1\r\nContent-Length: 0\r\n\r\n",
                426
            ),
        ]
    )

    private static let hop = [
        "Keep-Alive: timeout=5\r\n", "Proxy-Connection: keep-alive\r\n",
        "Proxy-Authenticate: Basic\r\n", "Proxy-Hop_A: 1\r\n",
        "Proxy-Authentication-Info: a\r\n", "TE: a\r\n", "Trailer: A\r\n", "Upgrade: h2c\r\n",
        "Connection: Hop-A\r\nHop-A: 1\r\n", "Connection: keep-alive, Hop-A\r\nhop-a: 1\r\n",
        "Hop-A: 1\r\nConnection: close, Hop-A\r\n",
        "Connection: Hop-A\r\nConnection: Hop-B\r\nHop-B: 1\r\n",
    ].map { lines in
        let text = ok(lines + "A: b\r\nContent-Length: 5\r\n", "hello")
        return ResponseCase.passed(
            shown(raw(lines)),
            "9110 7.6.1",
            text,
            content: "hello",
            arrives: ["a: b"]
        )
    }
}
