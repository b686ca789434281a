/// `Content-Length` and `Transfer-Encoding`, alone and together: RFC 9112 6, RFC 9110 8.6.
enum LengthCases {
    static let families = [
        RequestFamily(name: "Content-Length", cases: lengths),
        RequestFamily(name: "Transfer-Encoding", cases: codings),
        RequestFamily(name: "both framings", cases: both),
        RequestFamily(name: "legal framing", cases: legal),
    ]

    private static func post(_ lines: String, _ body: String = "hello") -> String {
        get(lines, method: "POST", body: body)
    }

    private static let chunks = "5\r\nhello\r\n0\r\n\r\n"

    private static let lengths = all(
        [
            "", "+5", "-5", "-0", "--5", "5 5", "5,5", "5, 5", "5,", ",5", "5;", "5;q=1", "0x5",
            "0x0", "x5",
            "5x", "5.0", "5.", ".5", "5e0", "0b101", "0o5", "5_", "5_0", "\"5\"", "'5'", "(5)",
            "[5]", "%35",
            "5\t5", "five", "NaN", "inf", "null", "\u{b2}", "5\u{a0}", "\u{a0}5", "5\u{85}", "5, 6",
            "6, 5",
            "0, 5", "5, 0", "5 chunked", "1000000000000000005", "9223372036854775808",
            "18446744073709551615", "18446744073709551616", "18446744073709551621", "4294967301a",
            "99999999999999999999999999999999999999", "5\u{1}", "5\u{0}", "\u{b}5", "5\u{c}",
            "5\r5",
        ].map { value in
            let name = "'\(shown(raw(value)))'"
            return RequestCase.refused(
                name,
                "9110 8.6",
                post("Content-Length: \(value)\r\n"),
                [400, 413]
            )
        },
        [
            ("two that are equal", "Content-Length: 5\r\nContent-Length: 5\r\n"),
            ("two that differ", "Content-Length: 5\r\nContent-Length: 0\r\n"),
            ("the other way round", "Content-Length: 0\r\nContent-Length: 5\r\n"),
            ("two, one with zeros", "Content-Length: 5\r\nContent-Length: 05\r\n"),
            ("two, one empty", "Content-Length: 5\r\nContent-Length:\r\n"),
            ("two, one bad", "Content-Length: 5\r\nContent-Length: x\r\n"),
            ("two in different letters", "Content-Length: 5\r\ncontent-LENGTH: 6\r\n"),
            ("two with a line between", "Content-Length: 5\r\nA: b\r\nContent-Length: 5\r\n"),
            ("three", "Content-Length: 5\r\nContent-Length: 5\r\nContent-Length: 5\r\n"),
            ("a space in front of the colon", "Content-Length : 5\r\n"),
            ("a tab in front of the colon", "Content-Length\t: 5\r\n"),
            ("a space in the name", "Content Length: 5\r\n"),
            ("folded", "Content-Length: 5\r\n 0\r\n"),
            ("folded ahead", "A: b\r\n Content-Length: 5\r\n"),
            ("named in Connection", "Content-Length: 5\r\nConnection: Content-Length\r\n"),
            ("a NUL in the name", "Content\u{0}-Length: 5\r\n"),
        ].map { RequestCase.refused($0, "9112 6.3", post($1)) },
        ["GET", "HEAD", "DELETE", "OPTIONS"].map {
            let text = get("Content-Length: 5, 5\r\n", method: $0, body: "hello")
            return RequestCase.refused("of \($0)", "9112 6.3", text)
        }
    )

    private static let codings = all(
        [
            "", "identity", "gzip", "deflate", "gzip, chunked", "chunked, gzip",
            "chunked, identity",
            "identity, chunked", "chunked, chunked", "chunked,", ",chunked", ", chunked",
            "chunked,,",
            "chunked;", "chunked;q=1", "chunked; a=b", "xchunked", "chunkedx", "x-chunked",
            "chunke",
            "chunked chunked", "chunked identity", "\"chunked\"", "'chunked'", "(chunked)",
            "chunked/1",
            "chunk\ted", "ch unked", "chunked\u{0}", "\u{0}chunked", "chunked\u{b}", "\u{b}chunked",
            "\u{c}chunked", "chunked\u{7f}", "\u{a0}chunked", "chunked\u{a0}", "chunked\u{85}",
            "chun\u{e2}\u{84}\u{aa}ed", "\u{ef}\u{bb}\u{bf}chunked", "=chunked", "trailers",
            "close", "cow",
        ].map { value in
            let text = post("Transfer-Encoding: \(value)\r\n", chunks)
            return RequestCase.refused("'\(shown(raw(value)))'", "9112 6.1", text, [400, 501])
        },
        [
            ("two", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
            ("two, one identity", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
            (
                "two, identity ahead",
                "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n"
            ),
            ("two, one empty", "Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n"),
            ("two, empty ahead", "Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n"),
            ("two, one bad", "Transfer-Encoding: chunked\r\nTransfer-encoding: cow\r\n"),
            ("a space in front of the colon", "Transfer-Encoding : chunked\r\n"),
            ("a tab in front of the colon", "Transfer-Encoding\t: chunked\r\n"),
            ("a vertical tab in front of the colon", "Transfer-Encoding\u{b}: chunked\r\n"),
            ("a NUL behind the name", "Transfer-Encoding\u{0}: chunked\r\n"),
            ("a leading space", " Transfer-Encoding: chunked\r\n"),
            ("a leading tab", "\tTransfer-Encoding: chunked\r\n"),
            ("a space in the name", "Transfer Encoding: chunked\r\n"),
            ("folded", "Transfer-Encoding:\r\n chunked\r\n"),
            ("folded with a tab", "Transfer-Encoding:\r\n\tchunked\r\n"),
            ("folded away", "A: b\r\n Transfer-Encoding: chunked\r\n"),
            ("a bare LF behind", "Transfer-Encoding: chunked\nA: b\r\n"),
            ("a bare LF ahead", "A: b\nTransfer-Encoding: chunked\r\n"),
            ("a bare CR ahead", "A: b\rTransfer-Encoding: chunked\r\n"),
            ("no colon", "Transfer-Encoding chunked\r\n"),
            (
                "named in Connection",
                "Transfer-Encoding: chunked\r\nConnection: Transfer-Encoding\r\n"
            ),
        ].map { RequestCase.refused($0, "9112 6.1", post($1, chunks), [400, 501]) },
        [
            .refused(
                "in HTTP/1.0",
                "9112 6.1",
                "POST /case HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
            )
        ]
    )

    /// What a front and a back that differ by one rule would cut in different places.
    private static let both = all(
        [
            ("length first", "Content-Length: 15\r\nTransfer-Encoding: chunked\r\n"),
            ("coding first", "Transfer-Encoding: chunked\r\nContent-Length: 15\r\n"),
            ("a short length", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"),
            ("no length", "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"),
            ("a bad length", "Content-Length: x\r\nTransfer-Encoding: chunked\r\n"),
            ("an empty length", "Content-Length:\r\nTransfer-Encoding: chunked\r\n"),
            ("a bad coding", "Content-Length: 15\r\nTransfer-Encoding: xchunked\r\n"),
            ("identity", "Content-Length: 15\r\nTransfer-Encoding: identity\r\n"),
            ("an empty coding", "Content-Length: 15\r\nTransfer-Encoding:\r\n"),
            ("two codings", "Content-Length: 15\r\nTransfer-Encoding: gzip, chunked\r\n"),
            (
                "a space in front of the colon",
                "Content-Length: 15\r\nTransfer-Encoding : chunked\r\n"
            ),
            ("a folded coding", "Content-Length: 15\r\nTransfer-Encoding:\r\n chunked\r\n"),
            ("a comma", "Content-Length: 15\r\nTransfer-Encoding: chunked,\r\n"),
            ("a vertical tab", "Content-Length: 15\r\nTransfer-Encoding: \u{b}chunked\r\n"),
            ("other letters", "CONTENT-LENGTH: 15\r\ntransfer-encoding: CHUNKED\r\n"),
            ("a line between", "Content-Length: 15\r\nA: b\r\nTransfer-Encoding: chunked\r\n"),
            ("a hidden length", "Transfer-Encoding: chunked\r\nA: b\nContent-Length: 15\r\n"),
            (
                "two lengths",
                "Content-Length: 15\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n"
            ),
            (
                "a named coding",
                "Content-Length: 15\r\nTransfer-Encoding: chunked\r\nConnection: TE, Transfer-Encoding\r\n"
            ),
            (
                "a named length",
                "Content-Length: 15\r\nTransfer-Encoding: chunked\r\nConnection: Content-Length\r\n"
            ),
        ].map { RequestCase.refused($0, "9112 6.3", post($1, chunks), [400, 501]) },
        ["GET", "HEAD", "OPTIONS", "DELETE"].map {
            let lines = "Content-Length: 15\r\nTransfer-Encoding: chunked\r\n"
            return RequestCase.refused("of \($0)", "9112 6.3", get(lines, method: $0, body: chunks))
        },
        [
            .refused(
                "in HTTP/1.0",
                "9112 6.3",
                "POST /case HTTP/1.0\r\nContent-Length: 15\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + chunks
            )
        ]
    )

    private static let legal = all(
        [
            " 5", "5", " 05", "05", "005", " 0000000005",
            " " + String(repeating: "0", count: 40) + "5",
            " 5 ", "\t5\t",
        ].map { value in
            let text = post("Content-Length:\(value)\r\n")
            let arrives = ["content-length: 5"]
            let name = "length '\(shown(raw(value)))'"
            return RequestCase.forwarded(name, "9110 8.6", text, content: "hello", arrives: arrives)
        },
        ["0", "000", "00000000000000000000"].map { value in
            let text = post("Content-Length: \(value)\r\n", "")
            let arrives = ["content-length: 0"]
            return RequestCase.forwarded("length '\(value)'", "9110 8.6", text, arrives: arrives)
        },
        ["chunked", "Chunked", "CHUNKED", " \t chunked \t", "cHuNkEd"].map { value in
            let text = post("Transfer-Encoding:\(value)\r\n", chunks)
            return RequestCase.forwarded("'\(shown(raw(value)))'", "9112 7", text, content: "hello")
        },
        ["GET", "HEAD", "DELETE", "OPTIONS", "PUT", "PATCH", "QUERY"].flatMap { method in
            [
                RequestCase.forwarded(
                    "a length of \(method)",
                    "9110 9.3",
                    get("Content-Length: 5\r\n", method: method, body: "hello"),
                    content: "hello"
                ),
                RequestCase.forwarded(
                    "chunks of \(method)",
                    "9110 9.3",
                    get("Transfer-Encoding: chunked\r\n", method: method, body: chunks),
                    content: "hello"
                ),
            ]
        },
        [
            .forwarded("POST without a body", "9112 6.3", get(method: "POST"), content: ""),
            .forwarded("PUT without a body", "9112 6.3", get(method: "PUT"), content: ""),
            .forwarded(
                "a length in HTTP/1.0",
                "9112 6.3",
                "POST /case HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
                content: "hello"
            ).with { $0.closes = true },
            .forwarded(
                "a body that looks like a request",
                "9112 6.3",
                post("Content-Length: 42\r\n", "GET /smuggled HTTP/1.1\r\nHost: forged.x\r\n\r\n"),
                content: "GET /smuggled HTTP/1.1\r\nHost: forged.x\r\n\r\n"
            ),
            .forwarded(
                "a body of every byte",
                "9112 6.3",
                post("Content-Length: 256\r\n", latin(0...255)),
                content: latin(0...255)
            ),
            .forwarded(
                "a body of 200 kB",
                "9112 6.3",
                post("Content-Length: 200000\r\n", String(repeating: "b", count: 200_000)),
                content: String(repeating: "b", count: 200_000)
            ),
        ]
    )
}
