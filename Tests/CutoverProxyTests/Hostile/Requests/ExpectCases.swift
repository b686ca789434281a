/// `Expect` and `Upgrade`: RFC 9110 10.1.1 and 7.8.
enum ExpectCases {
    static let families = [
        RequestFamily(name: "Expect", cases: expectations),
        RequestFamily(name: "Upgrade", cases: upgrades),
    ]

    private static func put(_ value: String, _ body: String = "hello") -> String {
        get("Expect: \(value)\r\nContent-Length: 5\r\n", method: "PUT", body: body)
    }

    private static let expectations = all(
        [
            "", "100", "100-continu", "100-continuee", "x100-continue", "200-ok", "100 continue",
            "100-continue, 100-continue", "100-continue,", "100-continue;q=1", "\"100-continue\"",
            "100-continue x", "y 100-continue", "0", "continue", "100_continue", "\u{e9}",
        ].map { RequestCase.refused("'\(shown(raw($0)))'", "9110 10.1.1", put($0), [400, 417]) },
        [
            "Expect: 100-continue\r\nExpect: 100-continue\r\n",
            "Expect: 100-continue\r\nExpect: x\r\n",
            "Expect:\r\nExpect: 100-continue\r\n", "Expect: x\r\nExpect: y\r\n",
            "Expect : 100-continue\r\n", "Expect:\r\n 100-continue\r\n",
        ].map {
            let text = get($0 + "Content-Length: 5\r\n", method: "PUT", body: "hello")
            return RequestCase.refused(shown(raw($0)), "9110 10.1.1", text, [400, 417])
        },
        ["100-continue", "100-Continue", "100-CONTINUE"].flatMap { value in
            [
                RequestCase.forwarded(
                    "\(value), the body at once",
                    "9110 10.1.1",
                    put(value),
                    content: "hello"
                ),
                RequestCase.forwarded(
                    "\(value), then the body",
                    "9110 10.1.1",
                    "",
                    content: "hello"
                ).with {
                    $0.pieces = [raw(put(value, "")), raw("hello")]
                },
            ]
        },
        [
            .forwarded("without a body", "9110 10.1.1", get("Expect: 100-continue\r\n")),
            .forwarded(
                "with chunks",
                "9110 10.1.1",
                get(
                    "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n",
                    method: "POST",
                    body: "5\r\nhello\r\n0\r\n\r\n"
                ),
                content: "hello"
            ),
            .forwarded(
                "in HTTP/1.0",
                "9110 10.1.1",
                "PUT / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
                content: "hello"
            ).with { $0.closes = true },
            .forwarded(
                "named in Connection",
                "9110 7.6.1",
                get(
                    "Expect: 100-continue\r\nConnection: Expect\r\nContent-Length: 5\r\n",
                    body: "hello"
                ),
                content: "hello"
            ),
        ]
    )

    private static let key =
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

    private static let upgrades = all(
        [
            "Connection: Upgrade\r\nUpgrade: h2c\r\n",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
            "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
            "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
            "Connection: Upgrade\r\nUpgrade: HTTP/2.0\r\n",
            "Connection: Upgrade\r\nUpgrade: TLS/1.0\r\n",
            "Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n",
            "Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n", "Upgrade: websocket\r\n",
            "Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n",
            "Connection: Upgrade\r\nUpgrade: h2c\r\nUpgrade: websocket\r\n",
            "Connection: Upgrade\r\n",
            "Connection: Upgrade\r\nUpgrade:\r\n",
            "Connection: Upgrade\r\nUpgrade: websocket/13\r\n",
            "Connection: Upgrade\r\nUpgrade: xwebsocket\r\n",
            "Connection: Hop-A\r\nHop-A: 1\r\nUpgrade: h2c\r\n",
        ].map {
            let text = get($0 + key + "A: b\r\n")
            return RequestCase.forwarded(shown(raw($0)), "9110 7.8", text, arrives: ["a: b"])
        },
        [
            "Connection: Upgrade\r\nUpgrade: websocket\r\n",
            "Connection: upgrade\r\nUpgrade: WebSocket\r\n",
            "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n",
            "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n",
        ].map { lines in
            RequestCase.forwarded(shown(raw(lines)), "6455 4.1", get(lines + key)).with {
                let isMixed = lines.contains(": WebSocket")
                $0.arrives = ["upgrade: \(isMixed ? "WebSocket" : "websocket")"]
            }
        },
        ["GOT", "G", "HEAD", "POST", "PUT", "OPTIONS"].map { method in
            RequestCase.forwarded("of \(method)", "6455 4.1", get(webSocket, method: method))
                .with {
                    $0.drops = ["upgrade"]
                }
        },
        [
            .forwarded(
                "with a body",
                "6455 4.1",
                get(
                    webSocket + "Content-Length: 5\r\n",
                    body: "hello"
                ),
                content: "hello"
            ).with { $0.drops = ["upgrade"] },
            .forwarded(
                "in HTTP/1.0",
                "9110 7.8",
                "GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
            ).with {
                $0.closes = true
                $0.drops = ["upgrade"]
            },
        ]
    )
}
