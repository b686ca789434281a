/// How the proxy treats the requests and the clients of one service.
package struct RouteConfiguration: Hashable, Sendable {
    /// Which requests at the service's address are its own; none: all that no other service claims.
    package var matches: [RequestMatch] = []

    /// From the first byte of a request's head to its end.
    package var headTimeout = Duration.seconds(10)
    /// For the connection to an instance.
    package var connectTimeout = Duration.seconds(3)
    /// From the request's last byte to the head of its response.
    package var responseHeadTimeout = Duration.seconds(60)
    /// Without a byte of either body.
    package var idleTimeout = Duration.seconds(60)
    /// Between requests of one connection.
    package var keepAliveTimeout = Duration.seconds(75)
    /// Without a byte on an upgraded connection.
    package var tunnelTimeout = Duration.seconds(3_600)

    /// Bytes of a request line, 64 to 32,768.
    package var requestLineBytes = 8_192
    /// Bytes of all header lines together, 64 to 32,768.
    package var headBytes = 32_768
    /// Header lines, 1 to 100.
    package var headLines = 100
    /// Bytes of a request's body; 0: no limit.
    package var bodyBytes = 0
    /// Client connections at once; 0: no limit.
    package var connections = 0
    /// Client connections at once from one address; 0: no limit.
    package var connectionsPerClient = 0

    /// Protocols that a client may upgrade to, in lower case.
    package var upgrades = ["websocket"]

    /// IPv4 addresses and ranges, as `10.0.0.0/8`, whose word about clients is believed.
    package var trustedPeers: [String] = []
    /// Whether connections begin with a PROXY protocol header.
    package var acceptsProxyProtocol = false
    /// Whether instances get `Forwarded` beside `X-Forwarded-*`.
    package var sendsForwarded = false
    /// Whether instances get `X-Request-Id`.
    package var sendsRequestID = true
    /// Whether an underscore in a header name is refused, instead of the header being dropped.
    package var refusesUnderscores = false

    /// The cookie that binds a client to its instance; `nil`: none.
    package var stickyCookie: String?
    /// The header that leads a request to the candidate; its name is in lower case.
    package var previewHeader: FieldValue?
    /// The cookie that does the same.
    package var previewCookie: FieldValue?

    /// How requests wait while no instance can take them; `nil`: they are refused at once.
    package var hold: HoldConfiguration?

    /// Whether large bodies pass inside the kernel.
    package var splices = false

    package init() {}
}

/// How requests wait.
package struct HoldConfiguration: Hashable, Sendable {
    /// Requests that may wait at once, 1 to 100,000.
    package var requests: Int
    /// How long each waits.
    package var timeout: Duration
    /// Requests that are let go in a second when the wait is over, at least 1.
    package var releasedPerSecond: Int

    package init(
        requests: Int = 1_000,
        timeout: Duration = .seconds(10),
        releasedPerSecond: Int = 1_000
    ) {
        self.requests = requests
        self.timeout = timeout
        self.releasedPerSecond = releasedPerSecond
    }
}

/// Requests by host and path.
///
/// As text such as `shop.example/api`, without the parts that say nothing.
package struct RequestMatch: Hashable, Sendable, CustomStringConvertible {
    /// A name in lower case, `*.` before one for all below it, or `nil` for every host.
    package var host: String?
    /// Whole segments from the first `/` on.
    package var pathPrefix: String

    package init(host: String?, pathPrefix: String = "/") {
        self.host = host
        self.pathPrefix = pathPrefix
    }

    package var description: String {
        guard let host else { return pathPrefix }
        return pathPrefix == "/" ? host : host + pathPrefix
    }
}

/// A header or a cookie with the value that it must have.
package struct FieldValue: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
