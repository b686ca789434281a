/// Lines, names and values: RFC 9112 2.2 and 5, RFC 9110 5.
enum FieldCases {
    static let families = [
        RequestFamily(name: "control bytes", cases: controls),
        RequestFamily(name: "line ends", cases: lineEnds),
        RequestFamily(name: "field line", cases: lines),
        RequestFamily(name: "legal fields", cases: legal),
    ]

    /// Every control byte but those that end lines or stand for blanks in its place.
    private static let controls: [RequestCase] = (Array(0x00...0x1f) + [0x7f] as [UInt8]).flatMap {
        byte -> [RequestCase] in
        let text = String(Unicode.Scalar(byte))
        let name = String(byte, radix: 16)
        var cases = [
            RequestCase.refused("\(name) in a name", "9110 5.1", get("A\(text)B: c\r\n")),
            .refused("\(name) ahead of a name", "9110 5.1", get("\(text)A: c\r\n")),
            .refused("\(name) behind a name", "9112 5.1", get("A\(text): c\r\n")),
            .refused(
                "\(name) in the target",
                "9112 3.2",
                "GET /a\(text)b HTTP/1.1\r\nHost: x\r\n\r\n"
            ),
            .refused(
                "\(name) in the method",
                "9110 9.1",
                "G\(text)T / HTTP/1.1\r\nHost: x\r\n\r\n"
            ),
        ]
        if byte != 0x09 {
            cases += [
                .refused("\(name) in a value", "9110 5.5", get("A: b\(text)c\r\n")),
                .refused("\(name) ahead of a value", "9110 5.5", get("A: \(text)c\r\n")),
            ]
            if byte != 0x0a {
                cases.append(.refused("\(name) behind a value", "9110 5.5", get("A: b\(text)\r\n")))
            }
        }
        return cases
    }

    /// Each line end of a request in turn, written in ways that some readers take for one.
    private static let lineEnds = {
        let head = ["POST /case HTTP/1.1", "Host: x", "A: b", "Content-Length: 5", ""]
        let ways = [
            ("LF", "\n"), ("CR", "\r"), ("LF CR", "\n\r"), ("CR CR LF", "\r\r\n"),
            ("NUL LF", "\u{0}\n"), ("VT", "\u{b}"), ("FF", "\u{c}"), ("CR NUL LF", "\r\u{0}\n"),
            ("CR SP LF", "\r \n"),
        ]
        let one = ways.flatMap { way, end in
            head.indices.map { place in
                let lines = head.indices.map { head[$0] + ($0 == place ? end : "\r\n") }
                let name = "\(way) behind line \(place + 1)"
                return RequestCase.refused(name, "9112 2.2", lines.joined() + "hello")
            }
        }
        let every = [
            RequestCase.refused("all LF", "9112 2.2", "GET /case HTTP/1.1\nHost: x\nA: b\n\n"),
            RequestCase.refused("all CR", "9112 2.2", "GET /case HTTP/1.1\rHost: x\rA: b\r\r"),
        ]
        return one + every
    }()

    private static let lines = all(
        [
            ("no colon", "A\r\n"), ("no colon, two words", "A b\r\n"), ("no name", ": b\r\n"),
            ("only a colon", ":\r\n"), ("only a space", " \r\n"), ("only a tab", "\t\r\n"),
            ("a space in front of the colon", "A : b\r\n"), ("a tab there", "A\t: b\r\n"),
            ("a space in the name", "A B: c\r\n"), ("a leading space", " A: b\r\n"),
            ("a leading tab", "\tA: b\r\n"), ("folded with a space", "A: b\r\n c\r\n"),
            ("folded with a tab", "A: b\r\n\tc\r\n"), ("folded to nothing", "A: b\r\n \r\n"),
            ("folded from nothing", "A:\r\n b\r\n"),
            ("folded Content-Length", "Content-Length:\r\n 5\r\n"),
            ("folded coding", "Transfer-Encoding:\r\n chunked\r\n"),
            ("a request line", "GET / HTTP/1.1\r\n"),
            ("a quoted line end", "A: \"b\r\nc\"\r\n"),
            ("a name that is not ASCII", "\u{c3}\u{a9}: b\r\n"),
            ("a no-break space behind the name", "A\u{a0}: b\r\n"),
        ].map { RequestCase.refused($0, "9112 5", get($1)) },
        Array("\"(),/;<=>?@[\\]{}").map {
            RequestCase.refused("the delimiter \($0) in a name", "9110 5.1", get("A\($0)B: c\r\n"))
        },
        ["\u{80}", "\u{a0}", "\u{ff}"].map {
            RequestCase.refused("\(shown(raw($0))) in a name", "9110 5.1", get("A\($0)B: c\r\n"))
        },
        [
            .refused(
                "a leading space in the first line",
                "9112 2.2",
                "GET /case HTTP/1.1\r\n Host: x\r\n\r\n"
            ),
            .refused(
                "a blank first line",
                "9112 2.2",
                "GET /case HTTP/1.1\r\n \r\nHost: x\r\n\r\n"
            ),
        ]
    )

    private static let legal = all(
        [
            ("nothing", "A:\r\n", "a: "), ("only blanks", "A: \t \r\n", "a: "),
            ("no blank", "A:b\r\n", "a: b"),
            ("many blanks", "A: \t  b\t \r\n", "a: b"),
            ("inner blanks", "A: b \t c\r\n", "a: b \t c"),
            ("a colon", "A: :b:\r\n", "a: :b:"), ("quotes", "A: \"b\\\"c\"\r\n", "a: \"b\\\"c\""),
            ("a comment", "A: (b)\r\n", "a: (b)"), ("commas", "A: ,b,,c,\r\n", "a: ,b,,c,"),
            ("bytes above ASCII", "A: \u{80}\u{e9}\u{ff}\r\n", "a: \u{80}\u{e9}\u{ff}"),
            (
                "every mark", "A: !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\r\n",
                "a: !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
            ),
            ("a name of marks", "!#$%&'*+-.^`|~1: b\r\n", "!#$%&'*+-.^`|~1: b"),
            ("a name of one letter", "x: y\r\n", "x: y"), ("digits first", "1a: b\r\n", "1a: b"),
            ("a name like the framing's", "Content-Lengthy: 7\r\n", "content-lengthy: 7"),
            ("another", "X-Transfer-Encoding: chunked\r\n", "x-transfer-encoding: chunked"),
            ("a long name", String(repeating: "n", count: 1_000) + ": b\r\n", "x: y"),
            ("a long value", "A: " + String(repeating: "v", count: 16_000) + "\r\n", "x: y"),
            ("a Basic password", "Authorization: Basic eA==\r\n", "authorization: Basic eA=="),
            ("Origin", "Origin: null\r\n", "origin: null"), ("Via", "Via: 1.1 a\r\n", "via: 1.1 a"),
            ("Max-Forwards", "Max-Forwards: 5\r\n", "max-forwards: 5"),
            ("Range", "Range: bytes=0-0, -1\r\n", "range: bytes=0-0, -1"),
            ("client hints", "Sec-CH-UA: \"a\";v=\"1\"\r\n", "sec-ch-ua: \"a\";v=\"1\""),
            (
                "Upgrade-Insecure-Requests", "Upgrade-Insecure-Requests: 1\r\n",
                "upgrade-insecure-requests: 1"
            ),
        ].map { name, lines, arrives in
            let text = get(lines + "X: y\r\n")
            return RequestCase.forwarded(name, "9110 5.5", text, arrives: [arrives, "x: y"])
        },
        [
            .forwarded(
                "equal names",
                "9110 5.3",
                get("Cookie: a\r\nAccept: b\r\nCookie: c\r\n"),
                arrives: ["cookie: a", "accept: b", "cookie: c"]
            )
        ]
    )
}
