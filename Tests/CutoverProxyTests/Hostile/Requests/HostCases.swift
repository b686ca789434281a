/// `Host`: RFC 9112 3.2 and RFC 9110 7.2.
enum HostCases {
    static let families = [
        RequestFamily(name: "Host", cases: illegal + repeated),
        RequestFamily(name: "legal Host", cases: legal),
    ]

    private static func host(_ value: String) -> String {
        "GET /case HTTP/1.1\r\nHost:\(value)\r\n\r\n"
    }

    /// The comma is the one that the grammar of a name allows and we refuse: no name in use has
    /// one, and `a,b` is what is left of two Host lines that somebody has joined (RFC 9110 5.3),
    /// which unjoined are refused.
    private static let illegal =
        [
            "", " ", " x y", " x\ty", " x/y", " x/", " /", " http://x", " u@x", " @", " u:p@x",
            " x:80a",
            " x:a", " x:-1", " x:+1", " x: 80", " x :80", " x:80 80", " x:80:80", " :80", " :",
            " x:65536",
            " x:99999", " x:4294967376", " x:18446744073709551696", " x,y", " x, y", " ,x", " x,",
            " x#f",
            " x?q", " \"x\"", " <x>", " x\\y", " x|y", " {x}", " x^y", " x`y", " %", " %1", " x%zz",
            " x%0", " [", " ]", " []", " [::1", " ::1", " ::1]", " [::1]x", " [::1]:x",
            " [::1]:65536",
            " [[::1]]", " [::1]]", " [:::]", " [::g]", " [1.2.3.4]", " [1:2:3:4:5:6:7]",
            " [1:2:3:4:5:6:7:8:9]", " [1::2::3]", " [12345::]", " [::1.2.3]", " [::1.2.3.256]",
            " [::1%25eth0]", " [v1]", " [v.x]", " [v1.]", " [vg.x]", " [:1]", " [1:]",
            " [1.2.3.4::]",
            " \u{e9}", " x\u{a0}", " x\u{0}", " x\u{0}.example", " x\u{7f}", " x\u{b}",
            " " + String(repeating: "a", count: 1_025),
        ].map { value in
            RequestCase.refused("'\(shown(raw(value).prefix(40)))'", "9112 3.2", host(value))
        }

    private static let repeated: [RequestCase] = [
        .refused("none", "9112 3.2", "GET /case HTTP/1.1\r\n\r\n"),
        .refused("none but an underscore", "9112 3.2", "GET /case HTTP/1.1\r\nHost_: x\r\n\r\n"),
        .refused("two that differ", "9112 3.2", get("Host: y\r\n")),
        .refused("two that are equal", "9112 3.2", get("Host: x\r\n")),
        .refused("two in different case", "9112 3.2", get("hOST: y\r\n")),
        .refused("three", "9112 3.2", get("Host: y\r\nHost: z\r\n")),
        .refused("two with a line between", "9112 3.2", get("A: b\r\nHost: y\r\n")),
        .refused("two, one empty", "9112 3.2", get("Host:\r\n")),
        .refused("two in HTTP/1.0", "9112 3.2", "GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n"),
        .refused("a space in front of the colon", "9112 5.1", "GET / HTTP/1.1\r\nHost : x\r\n\r\n"),
        .refused("a folded second", "9112 5.2", get(" Host: y\r\n")),
        .refused("folded", "9112 5.2", "GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n"),
        .refused("bad in HTTP/1.0", "9112 3.2", "GET / HTTP/1.0\r\nHost: a/b\r\n\r\n"),
        .refused("named in Connection", "9110 7.6.1", get("Connection: Host\r\n")),
    ]

    private static let legal = all(
        [
            "x", "X.EXAMPLE", "x.example.", "x.example:80", "x:0", "x:65535", "x:00080", "x:",
            "127.0.0.1",
            "127.0.0.1:8080", "a_b.example", "-x-", "xn--bcher-kva.example", "a~b", "a!$&'()*+;=b",
            "a%20b", "%C3%a9", "[::1]", "[::]", "[::1]:8080", "[::1]:", "[2001:DB8::a]",
            "[1:2:3:4:5:6:7:8]",
            "[1::]", "[1:2:3:4:5:6:7::]", "[::2:3:4:5:6:7:8]", "[::ffff:1.2.3.4]",
            "[1:2:3:4:5:6:1.2.3.4]",
            "[v1.x]", "[vF.a:b]", "999.999.999.999", "1",
            String(repeating: "a", count: 255) + ":8080",
        ].map { value in
            RequestCase.forwarded(
                String(value.prefix(40)),
                "9110 7.2",
                host(" " + value),
                arrives: ["host: \(value)"]
            )
        },
        [
            .forwarded("without a space", "9112 5", host("x"), arrives: ["host: x"]),
            .forwarded("in blanks", "9112 5", host(" \t x \t"), arrives: ["host: x"]),
            .forwarded("in other letters", "9110 5.1", "GET / HTTP/1.1\r\nhOsT: x\r\n\r\n"),
            .forwarded(
                "behind other lines",
                "9110 7.2",
                "GET / HTTP/1.1\r\nA: b\r\nHost: x\r\n\r\n"
            ),
        ]
    )
}
