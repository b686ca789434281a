/// Timeouts and limits of one route.
///
/// Times are in milliseconds, at a resolution of a quarter second.
package struct ProxySettings: Hashable, Sendable {
    /// From the first byte of a request head to its end; then 408 and close.
    package var headTimeout: UInt32 = 10_000

    /// For the connection to an instance; then another instance is tried, or 504 is answered.
    package var connectTimeout: UInt32 = 3_000

    /// From the request's last byte sent to the response head; then 504.
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

    /// The upper bound of `requestLineBytes` and of `headBytes`.
    package static let headBytesMaximum: UInt32 = 32_768

    /// The upper bound of `headLines`.
    package static let headLinesMaximum: UInt32 = 100

    /// The defaults.
    package init() {}
}
