extension ManifestReference {
    /// How the proxy treats the requests and the clients of one service.
    static let routeKeys: [ManifestKey] =
        [
            ManifestKey(
                path: "services.NAME.match",
                kind: .names,
                fallback: .value("[]"),
                summary: "Which requests at `listen` are the service's, by host and path, such as"
                    + " `shop.example.com`, `*.example.com/api` or `/api`.",
                consequence:
                    "Services with matches can share one `listen`. The most exact host decides,"
                    + " then the longest path in whole segments; what nobody claims is answered"
                    + " 404. Without matches a service takes all that no other claims. As soon as"
                    + " one service at the address matches a path, requests whose path has a `.` or"
                    + " `..` segment, also encoded as in `/%2e%2e/`, are answered 400 for all of"
                    + " them: `/shop/../admin` is the shop's as it stands, and `/admin` for an"
                    + " instance that resolves it."
            ),
            ManifestKey(
                path: "services.NAME.proxy",
                kind: .section,
                fallback: .rule("see its keys"),
                summary: "How the proxy treats the service's clients and requests.",
                consequence: "Services that share one `listen` must agree on what holds before a"
                    + " request says whose it is: `headTimeout`, `keepAliveTimeout`, the limits of"
                    + " heads and connections, `trustedPeers` and `proxyProtocol`."
            ),
        ] + routeTimes + routeLimits + routeEdge

    private static let routeTimes: [ManifestKey] = [
        time("headTimeout", "10s", "From the first byte of a request's head to its end.", "408."),
        time(
            "connectTimeout",
            "3s",
            "For the connection to an instance.",
            "another instance is tried, or 504 is answered."
        ),
        time(
            "responseHeadTimeout",
            "1m",
            "From a request's last byte to the head of its response, or from its head to the"
                + " `100 Continue` that its client waits for.",
            "504. Set it above the slowest honest answer."
        ),
        time(
            "idleTimeout",
            "1m",
            "Without a byte of either body that is sent or taken.",
            "a client that stopped in its request's body is answered 408, any other exchange is"
                + " cut. A body that trickles is not idle: `connectionsPerClient` bounds how many"
                + " one client can keep open so."
        ),
        time(
            "keepAliveTimeout",
            "1m15s",
            "Between two requests of one connection.",
            "the connection is closed."
        ),
        time(
            "tunnelTimeout",
            "1h",
            "Without a byte on a WebSocket.",
            "it is closed. Clients that send pings are never idle."
        ),
    ]

    private static func time(
        _ name: String,
        _ fallback: String,
        _ summary: String,
        _ consequence: String
    ) -> ManifestKey {
        ManifestKey(
            path: "services.NAME.proxy.\(name)",
            kind: .duration(.milliseconds(250) ... .seconds(86_400)),
            fallback: .value(fallback),
            summary: summary,
            consequence: "Then \(consequence)"
        )
    }

    private static let routeLimits: [ManifestKey] = [
        ManifestKey(
            path: "services.NAME.proxy.requestLine",
            kind: .size(64...32_768),
            fallback: .value("8KiB"),
            summary: "The longest request line.",
            consequence: "Above: 414."
        ),
        ManifestKey(
            path: "services.NAME.proxy.head",
            kind: .size(64...32_768),
            fallback: .value("32KiB"),
            summary: "All header lines of a message together.",
            consequence: "Above: 431 for a request, 502 for a response."
        ),
        ManifestKey(
            path: "services.NAME.proxy.headLines",
            kind: .count(1...100),
            fallback: .value("100"),
            summary: "The number of header lines of a request.",
            consequence: "Above: 431."
        ),
        ManifestKey(
            path: "services.NAME.proxy.body",
            kind: .size(0...1_099_511_627_776),
            fallback: .value("0"),
            summary: "The largest body of a request; `0` is without limit.",
            consequence: "Above: 413. Bodies are passed on as they come and never stored, so a"
                + " large one costs no memory here."
        ),
        ManifestKey(
            path: "services.NAME.proxy.connections",
            kind: .count(0...1_000_000),
            fallback: .value("0"),
            summary: "Client connections at once; `0` is without limit.",
            consequence: "Above: closed at once, and counted."
        ),
        ManifestKey(
            path: "services.NAME.proxy.connectionsPerClient",
            kind: .count(0...1_000_000),
            fallback: .value("0"),
            summary: "Client connections at once from one address; `0` is without limit.",
            consequence:
                "Above: closed at once, and counted. Each of the proxy's threads counts for"
                + " itself. Behind a load balancer all clients have its address, unless"
                + " `proxyProtocol` names them."
        ),
    ]

    private static let routeEdge: [ManifestKey] = [
        ManifestKey(
            path: "services.NAME.proxy.upgrades",
            kind: .names,
            fallback: .value("[websocket]"),
            summary: "Protocols that a client may upgrade to, in lower case.",
            consequence: "The request for any other is forwarded without its upgrade. `h2c` is"
                + " refused: behind its 101 the proxy could not tell one request from the next."
        ),
        ManifestKey(
            path: "services.NAME.proxy.trustedPeers",
            kind: .names,
            fallback: .value("[]"),
            summary: "Load balancers in front, as IPv4 addresses or ranges such as `10.0.0.0/8`.",
            consequence: "Their `X-Forwarded-*`, `Forwarded` and `X-Request-Id` are believed and"
                + " added to; those of anybody else are replaced."
        ),
        ManifestKey(
            path: "services.NAME.proxy.proxyProtocol",
            kind: .choice(["true", "false"]),
            fallback: .value("false"),
            summary: "Every connection begins with a PROXY protocol header, version 1 or 2.",
            consequence: "A connection without one is closed. With `trustedPeers` only those may"
                + " connect; without them anybody can name any client."
        ),
        ManifestKey(
            path: "services.NAME.proxy.forwarded",
            kind: .choice(["true", "false"]),
            fallback: .value("false"),
            summary: "Instances also get `Forwarded` (RFC 7239).",
            consequence: "They get `X-Forwarded-For`, `-Proto` and `-Host` in any case."
        ),
        ManifestKey(
            path: "services.NAME.proxy.requestID",
            kind: .choice(["true", "false"]),
            fallback: .value("true"),
            summary: "Whether instances get an `X-Request-Id` of each request.",
            consequence: "The access log has the same one."
        ),
        ManifestKey(
            path: "services.NAME.proxy.refuseUnderscores",
            kind: .choice(["true", "false"]),
            fallback: .value("false"),
            summary: "Requests with an underscore in a header name are answered 400.",
            consequence: "Otherwise the header is dropped: to many instances `X_User` is `X-User`."
        ),
        ManifestKey(
            path: "services.NAME.proxy.stickyCookie",
            kind: .text,
            fallback: .rule("none"),
            summary: "The name of a cookie that binds a client to its instance.",
            consequence: "For as long as that instance takes requests and its side has weight; a"
                + " switch moves everybody. Weights hold for clients without the cookie."
        ),
        ManifestKey(
            path: "services.NAME.proxy.previewHeader",
            kind: .text,
            fallback: .rule("none"),
            summary: "A header that leads a request at `listen` to the candidate, such as"
                + " `X-Preview: yes`.",
            consequence: "Without a candidate the request goes where all others go. Anybody who"
                + " knows it can use it."
        ),
        ManifestKey(
            path: "services.NAME.proxy.previewCookie",
            kind: .text,
            fallback: .rule("none"),
            summary: "A cookie that does the same, such as `preview=yes`.",
            consequence: "For testers with a browser."
        ),
        ManifestKey(
            path: "services.NAME.proxy.hold",
            kind: .section,
            fallback: .rule("off"),
            summary: "Requests wait while no instance can take them; `{}` takes the defaults.",
            consequence: "Without it they are answered 502 or 503 at once, as while the only"
                + " instance of a service restarts."
        ),
        ManifestKey(
            path: "services.NAME.proxy.hold.requests",
            kind: .count(1...100_000),
            fallback: .value("1000"),
            summary: "Requests that may wait at once.",
            consequence: "One more is answered 503."
        ),
        ManifestKey(
            path: "services.NAME.proxy.hold.timeout",
            kind: .duration(.milliseconds(250) ... .seconds(86_400)),
            fallback: .value("10s"),
            summary: "How long a request waits.",
            consequence: "Then it is answered 503."
        ),
        ManifestKey(
            path: "services.NAME.proxy.hold.releasedPerSecond",
            kind: .count(1...1_000_000),
            fallback: .value("1000"),
            summary: "Requests that are let go in a second when an instance is back.",
            consequence: "So that it is not met by all of them at once."
        ),
        ManifestKey(
            path: "services.NAME.proxy.splice",
            kind: .choice(["true", "false"]),
            fallback: .value("false"),
            summary: "Large bodies pass inside the kernel.",
            consequence: "It halves the processor time of bodies of 64 KiB and more; on some"
                + " machines throughput falls. `cutover-bench proxy` tells for yours."
        ),
    ]
}
