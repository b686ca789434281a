/// Fields of one hop, fields about the client, and names that CGI confuses: RFC 9110 7.6.1.
///
/// `MessageRules` finds what came through: `Hop-` names and `forged` values must not.
enum HopCases {
    static let families = [
        RequestFamily(name: "Connection", cases: illegal + named),
        RequestFamily(name: "fields of one hop", cases: hop),
        RequestFamily(name: "forwarding fields", cases: forwarding),
        RequestFamily(name: "underscores", cases: underscores),
    ]

    private static let illegal = all(
        [
            "Host", "host", "HOST", "Content-Length", "content-length", "Transfer-Encoding",
            "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Anything",
            "Forwarded",
            "X-Real-IP", "close, Host", "Host, close", "keep-alive, Content-Length", ",Host,",
            "Upgrade, X-Forwarded-For",
        ].map {
            let text = get("Connection: \($0)\r\n")
            return RequestCase.refused("names \($0)", "9110 7.6.1", text)
        },
        [
            "a b", "a;b", "a=b", "\"close\"", "close;q=1", "(close)", "a/b", "a:b", "\u{e9}",
            "close close",
            "a, b c", "{a}", "@", "[close]",
        ].map {
            let text = get("Connection: \($0)\r\n")
            return RequestCase.refused("is no list: \(shown(raw($0)))", "9110 7.6.1", text)
        },
        [
            .refused(
                "names Host in its second line",
                "9110 7.6.1",
                get("Connection: a\r\nConnection: Host\r\n")
            )
        ]
    )

    private static let named = all(
        [
            ("one name", "Connection: Hop-A\r\nHop-A: 1\r\n"),
            ("two names", "Connection: Hop-A, Hop-B\r\nHop-B: 2\r\nHop-A: 1\r\n"),
            ("in other letters", "Connection: hOP-a\r\nHop-A: 1\r\n"),
            ("behind the field", "Hop-A: 1\r\nConnection: Hop-A\r\n"),
            ("twice", "Hop-A: 1\r\nConnection: Hop-A\r\nHop-A: 2\r\n"),
            ("in blanks", "Connection: \t Hop-A \t,\t Hop-B \r\nHop-A: 1\r\nHop-B: 2\r\n"),
            ("with empty elements", "Connection: ,, Hop-A,,Hop-B,\r\nHop-A: 1\r\nHop-B: 2\r\n"),
            ("in two lines", "Connection: Hop-A\r\nConnection: Hop-B\r\nHop-A: 1\r\nHop-B: 2\r\n"),
            ("beside keep-alive", "Connection: keep-alive, Hop-A\r\nHop-A: 1\r\n"),
            ("that is not there", "Connection: Hop-A\r\n"),
            ("itself", "Connection: Connection\r\n"),
            ("a field of a hop", "Connection: TE\r\nTE: trailers\r\n"),
            ("Cookie", "Connection: Cookie\r\nCookie: forged\r\n"), ("nothing", "Connection:\r\n"),
            ("only commas", "Connection: ,,,\r\n"), ("keep-alive", "Connection: keep-alive\r\n"),
            ("Keep-Alive", "Connection: Keep-Alive\r\nKeep-Alive: timeout=5, max=1000\r\n"),
            (
                "twelve names",
                "Connection: " + (0..<12).map { "Hop-\($0)" }.joined(separator: ",")
                    + "\r\nHop-11: 1\r\n"
            ),
        ].map { name, lines in
            RequestCase.forwarded(name, "9110 7.6.1", get(lines + "A: b\r\n"), arrives: ["a: b"])
        },
        ["close", "Close", "CLOSE", "keep-alive, close", "close, Hop-A", " ,close,"].map { value in
            let text = get("Connection: \(value)\r\nHop-A: 1\r\n")
            let item = RequestCase.forwarded("'\(value)' closes", "9112 9.6", text)
            return item.with { item in
                item.closes = true
                if !value.contains("Hop-A") { item.pieces = [raw(get("Connection: \(value)\r\n"))] }
            }
        }
    )

    private static let hop = [
        "Keep-Alive: timeout=5\r\n", "Proxy-Connection: keep-alive\r\n",
        "Proxy-Connection: close\r\n",
        "Proxy-Authorization: Basic eA==\r\n", "Proxy-Authenticate: Basic\r\n",
        "Proxy: http://forged/\r\n",
        "PROXY: http://forged/\r\n", "Proxy-Anything: 1\r\n", "TE: trailers\r\n", "TE: gzip\r\n",
        "TE:\r\n",
        "TE: trailers, deflate;q=0.5\r\n", "te: chunked\r\n", "Trailer: A\r\n",
        "Trailer: Content-Length\r\n",
        "Connection: TE\r\nTE: trailers\r\n", "HTTP2-Settings: AAMAAABk\r\n", "Upgrade: h2c\r\n",
        "Keep-Alive: 300\r\nConnection: keep-alive, Keep-Alive\r\n",
    ].map { lines in
        let name = shown(raw(lines))
        return RequestCase.forwarded(name, "9110 7.6.1", get(lines + "A: b\r\n"), arrives: ["a: b"])
    }

    private static let forwarding = [
        "X-Forwarded-For: forged\r\n", "x-forwarded-for: forged\r\n", "X-FORWARDED-FOR: forged\r\n",
        "X-Forwarded-For: forged\r\nX-Forwarded-For: forged\r\n",
        "X-Forwarded-For: forged, forged\r\n",
        "X-Forwarded-For:\r\n", "X-Forwarded-Proto: forged\r\n", "X-Forwarded-Host: forged\r\n",
        "X-Forwarded-Port: forged\r\n", "X-Forwarded-Server: forged\r\n",
        "X-Forwarded-Prefix: forged\r\n",
        "X-Forwarded-Ssl: forged\r\n", "X-Forwarded-Client-Cert: forged\r\n",
        "X-Forwarded-: forged\r\n",
        "X-Real-IP: forged\r\n", "x-real-ip: forged\r\n", "Forwarded: for=forged\r\n",
        "forwarded: for=forged;proto=https;host=forged\r\n",
        "Forwarded: for=forged\r\nForwarded: by=forged\r\n",
        "X_Forwarded_For: forged\r\n", "X-Forwarded_For: forged\r\n", "X_Real_IP: forged\r\n",
    ].map { lines in
        let name = shown(raw(lines))
        return RequestCase.forwarded(name, "policy", get(lines + "A: b\r\n"), arrives: ["a: b"])
    }

    private static let underscores = [
        "A_B: c\r\n", "_A: c\r\n", "A_: c\r\n", "_: c\r\n", "Content_Length: 5\r\n",
        "Transfer_Encoding: chunked\r\n", "Host_: x\r\n", "Proxy_Authorization: x\r\n",
        "X_A: 1\r\nX-A: 2\r\n",
        "Authorization_: x\r\n", "Content_Type: a/b\r\n",
    ].map { lines in
        let name = shown(raw(lines))
        return RequestCase.forwarded(name, "policy", get(lines + "A: b\r\n"), arrives: ["a: b"])
    }
}
