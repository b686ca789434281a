/// The request line: RFC 9112 3.
enum RequestLineCases {
    static let families = [
        RequestFamily(name: "request line", cases: shapes),
        RequestFamily(name: "method", cases: methods),
        RequestFamily(name: "version", cases: versions),
        RequestFamily(name: "target", cases: targets),
        RequestFamily(name: "absolute target", cases: absolute),
    ]

    private static func line(_ line: String) -> String { line + "\r\nHost: x\r\n\r\n" }

    private static let lines = [
        ("no version (HTTP/0.9)", "GET /"),
        ("only a method", "GET"),
        ("method and space", "GET "),
        ("empty target", "GET  HTTP/1.1"),
        ("two spaces in front of the target", "GET  /case HTTP/1.1"),
        ("two spaces behind the target", "GET /case  HTTP/1.1"),
        ("tab in front of the target", "GET\t/case HTTP/1.1"),
        ("tab behind the target", "GET /case\tHTTP/1.1"),
        ("vertical tab behind the target", "GET /case\u{0b}HTTP/1.1"),
        ("leading space", " GET /case HTTP/1.1"),
        ("leading tab", "\tGET /case HTTP/1.1"),
        ("trailing space", "GET /case HTTP/1.1 "),
        ("trailing tab", "GET /case HTTP/1.1\t"),
        ("a fourth word", "GET /case HTTP/1.1 x"),
        ("two targets", "GET /case /other HTTP/1.1"),
        ("a space in the target", "GET /ca se HTTP/1.1"),
        ("a byte order mark", "\u{ef}\u{bb}\u{bf}GET /case HTTP/1.1"),
        ("leading NUL", "\u{0}GET /case HTTP/1.1"),
        ("a status line", "HTTP/1.1 200 OK"),
        ("a TLS hello", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}"),
        ("quoted", "\"GET /case HTTP/1.1\""),
    ]

    private static let shapes = all(
        lines.map { RequestCase.refused($0, "9112 3", line($1), [400, 505]) },
        [
            .refused("two empty lines ahead", "9112 2.2", "\r\n\r\n" + get()),
            .refused("a bare LF ahead", "9112 2.2", "\n" + get()),
            .refused("a bare CR ahead", "9112 2.2", "\r" + get()),
            .forwarded("one empty line ahead", "9112 2.2", "\r\n" + get()),
            .forwarded("an empty line in pieces", "9112 2.2", "").with {
                $0.pieces = [raw("\r"), raw("\n"), raw(get())]
            },
        ]
    )

    private static let methods = all(
        [
            .refused(
                "CONNECT",
                "9110 9.3.6",
                "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n",
                [405, 501]
            ),
            .refused(
                "CONNECT with a path",
                "9110 9.3.6",
                line("CONNECT / HTTP/1.1"),
                [400, 405, 501]
            ),
            .refused("TRACE", "9110 9.3.8", line("TRACE / HTTP/1.1"), [405, 501]),
            .refused(
                "the preface of HTTP/2",
                "9113 3.4",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                [400, 505]
            ),
            .refused("PRI in HTTP/1.1", "9113 3.4", line("PRI * HTTP/1.1"), [400, 405, 501]),
            .refused("PRI with a path", "9113 3.4", line("PRI / HTTP/1.1"), [400, 405, 501]),
        ],
        Array("\"(),/:;<=>?@[\\]{}").map { byte in
            RequestCase.refused(
                "the delimiter \(byte)",
                "9110 9.1",
                line("G\(byte)T /case HTTP/1.1")
            )
        },
        ["\u{80}", "\u{a0}", "\u{e9}", "\u{ff}"].map { byte in
            RequestCase.refused(shown(raw(byte)), "9110 9.1", line("G\(byte)T /case HTTP/1.1"))
        },
        [
            "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "PROPFIND", "M-SEARCH", "get",
            "QUERY",
            "X", "!#$%&'*+-.^_`|~09", String(repeating: "M", count: 200),
        ].map { method in
            let text = line("\(method) /case HTTP/1.1")
            return RequestCase.forwarded(String(method.prefix(20)), "9110 9.1", text)
        }
    )

    private static let versions = all(
        [
            "HTTP/0.9", "HTTP/1.2", "HTTP/1.9", "HTTP/2.0", "HTTP/3.0", "HTTP/9.9", "HTTP/0.0",
            "HTTP/2", "HTTP/1", "HTTP/1.", "HTTP/.1", "HTTP/", "HTTP/1.1.1", "HTTP/1.10",
            "HTTP/01.1",
            "HTTP/1.01", "HTTP/11", "HTTP/1,1", "HTTP/1 .1", "HTTP/+1.1", "HTTP/1.-1", "HTTP/1.x",
            "HTTP/A.1", "http/1.1", "Http/1.1", "HTTPS/1.1", "HTTP1.1", "HTP/1.1", "XTTP/1.1",
            "HTTP\\1.1", "HTTP/1.\u{b9}", "HTTP/1.1\u{0}", "HTTP/1.1\u{85}", "1.1", "ICY/1.0",
        ].map { version in
            RequestCase.refused(
                version,
                "9112 2.3",
                "GET /case \(version)\r\nHost: x\r\nPadding: because a line is read as one\r\n\r\n",
                [400, 505]
            )
        },
        [
            .forwarded("HTTP/1.0", "9112 2.3", line("GET /case HTTP/1.0")).with {
                $0.closes = true
            },
            .forwarded(
                "HTTP/1.0 without Host",
                "9112 3.2",
                "GET /case HTTP/1.0\r\n\r\n"
            ).with { $0.closes = true },
            .forwarded(
                "HTTP/1.0 that keeps its connection",
                "9112 9.3",
                "GET /case HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n"
            ),
        ]
    )

    private static let targets = all(
        ["case", "?a", "#f", "/case#f", "/#", "*", "*/", "**", "x:80", ":80", "\\case", "."]
            .map { RequestCase.refused($0, "9112 3.2", line("GET \($0) HTTP/1.1")) },
        ["\u{80}", "\u{85}", "\u{a0}", "\u{c3}\u{a9}", "\u{ff}"].map { text in
            RequestCase.refused(shown(raw(text)), "3986 2", line("GET /c\(text)e HTTP/1.1"))
        },
        [
            .refused("POST *", "9112 3.2.4", line("POST * HTTP/1.1")),
            .forwarded("OPTIONS *", "9112 3.2.4", line("OPTIONS * HTTP/1.1")),
        ],
        // Not of the grammar of RFC 3986, but browsers and old links have them, and they mean
        // nothing to the framing.
        [
            "/%", "/%zz", "/%u1234", "/a|b", "/{a}", "/[a]", "/\"a\"", "/<a>", "/a\\b", "/a^b`c",
        ].map {
            RequestCase.forwarded($0, "3986 3.3", line("GET \($0) HTTP/1.1")).expecting(.either)
        },
        [
            "/", "//", "//evil.example/", "/a//b", "/.", "/..", "/../../etc/passwd", "/a/./b/../c",
            "/%2e%2e/", "/%00", "/%0d%0aX:y", "/a%2Fb", "/?", "/?a=b&c=d", "/??", "/?a?b",
            "/a;b=c;d", "/a:b@c", "/~user", "/!$&'()*+,;=", "/*", "/http://x/", "/?u=http://x/",
            "/HTTP/1.1",
        ].map { RequestCase.forwarded($0, "9112 3.2.1", line("GET \($0) HTTP/1.1")) }
    )

    private static let absolute = all(
        [
            "http:", "http:/", "http://", "http:///case", "http:/x/case", "http:x/case",
            "ttp://x/case",
            "ftp://x/case", "file:///case", "ws://x/case", "httpx://x/case", "://x/case",
            "x://x/case",
            "http://u@x/case", "http://u:p@x/case", "http://@x/case", "http://x:port/",
            "http://x:80:80/case", "http://:80/case", "http://x:65536/case", "http://x#f",
            "http://x/case#f",
            "http://x\\y/case", "http://[::1/case", "http://::1/case", "http://x,y/case",
            "http://%zz/case",
            "http://[::g]/case", "http://x:-1/case", "http://?a", "javascript:alert(1)", "urn:x",
        ].map { RequestCase.refused($0, "9112 3.2.2", line("GET \($0) HTTP/1.1")) },
        [
            ("http://real/case", "real"), ("http://real:81/case?q", "real:81"),
            ("HTTP://real/", "real"),
            ("https://real/case", "real"), ("http://real", "real"), ("http://real?q", "real"),
            ("http://[::1]:80/case", "[::1]:80"), ("http://real/http://x/", "real"),
        ].map { target, host in
            RequestCase.forwarded(
                target,
                "9112 3.2.2",
                "GET \(target) HTTP/1.1\r\nHost: fake\r\n\r\n",
                arrives: ["host: \(host)"]
            )
        },
        [
            .refused("without Host", "9112 3.2", "GET http://x/case HTTP/1.1\r\n\r\n"),
            .refused("a bad Host", "9112 3.2", "GET http://x/ HTTP/1.1\r\nHost: a b\r\n\r\n"),
            .refused(
                "two Hosts",
                "9112 3.2",
                "GET http://x/ HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n"
            ),
            .forwarded(
                "of OPTIONS without a path",
                "9112 3.2.4",
                line("OPTIONS http://x HTTP/1.1")
            ),
            .forwarded("of an unknown method", "9112 3.2.1", line("ORDERBY http://x HTTP/1.1")),
        ]
    )
}
