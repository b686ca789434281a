/// Timeouts and limits of one route.
///
/// Times are in milliseconds, at a resolution of a quarter second.
package struct ProxySettings: Hashable, Sendable {
    /// From the first byte of a request head to its end; then 408 and close.
    package var headTimeout: UInt32 = 10_000

    /// For the connection to an instance; then another instance is tried, or 504 is answered.
    package var connectTimeout: UInt32 = 3_000

    /// From the request's last byte sent to the response head, or from its head to the
    /// `100 Continue` that its client waits for; then 504.
    package var responseHeadTimeout: UInt32 = 60_000

    /// Without a byte of either body moving; then the exchange is cut.
    package var idleTimeout: UInt32 = 60_000

    /// Between requests on a client's connection; then it is closed.
    package var keepAliveTimeout: UInt32 = 75_000

    /// Without a byte on an upgraded connection; then it is closed.
    package var tunnelTimeout: UInt32 = 3_600_000

    /// The request line without its end, at most `ProxySettings.headBytesMaximum`; above: 414.
    package var requestLineBytes: UInt32 = 8_192

    /// All header lines of a request together, at most `ProxySettings.headBytesMaximum`; above:
    /// 431.
    ///
    /// A response head that is larger is answered 502.
    package var headBytes: UInt32 = 32_768

    /// The number of header lines, at most 100; above: 431.
    package var headLines: UInt32 = 100

    /// The request body; 0 is without limit; above: 413.
    package var bodyBytes: UInt64 = 0

    /// Protocols that a client may upgrade to, in lower case; the field is dropped for any other.
    package var upgrades: [String] = ["websocket"]

    /// Client connections at once of the service's listeners together; 0 is without limit; above:
    /// closed at once.
    package var connectionsMaximum: UInt32 = 0

    /// Client connections at once from one address, counted by each loop for itself; 0 is without
    /// limit; above: closed at once.
    package var connectionsPerClient: UInt32 = 0

    /// Peers whose word about the client behind them is believed: forwarding fields of theirs are
    /// appended to instead of overwritten, their request IDs are kept.
    ///
    /// Who a peer is says its socket, or the PROXY header with which its connection begins: a load
    /// balancer that passes bytes on has not written the fields in them.
    package var trustedPeers: [AddressRange] = []

    /// Whether every connection to `listen` begins with a PROXY protocol header, version 1 or 2;
    /// with `trustedPeers` only one of those may connect.
    ///
    /// The preview's listener is reached directly, and has none.
    package var acceptsProxyProtocol = false

    /// Whether instances also get `Forwarded` (RFC 7239) beside `X-Forwarded-*`.
    package var sendsForwarded = false

    /// Whether instances get `X-Request-Id`.
    package var sendsRequestID = true

    /// Whether a request with an underscore in a header name is refused with 400; such a header is
    /// dropped otherwise.
    package var refusesUnderscores = false

    /// The cookie that binds a client to its instance while that takes requests; `nil`: none.
    package var stickyCookie: String?

    /// The header that sends a request at the public listener to the preview side.
    package var previewHeader: NamedValue?

    /// The cookie that does the same.
    package var previewCookie: NamedValue?

    /// Bounds within which requests that no instance takes wait for one, instead of being answered
    /// 502 or 503 at once; `nil`: they do not wait.
    ///
    /// A request that an instance may have seen a byte of does not wait.
    package var holdsWhenUnavailable: ProxyHold?

    /// Whether large bodies pass through a pipe of the kernel instead of user space.
    package var splices = false

    /// The upper bound of `requestLineBytes` and of `headBytes`.
    package static let headBytesMaximum: UInt32 = 32_768

    /// The upper bound of `headLines`.
    package static let headLinesMaximum: UInt32 = 100

    /// The defaults.
    package init() {}
}
