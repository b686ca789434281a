/// Requests of a service wait in the proxy, bounded in number and time, while nothing may or can
/// answer them.
package struct ProxyHold: Hashable, Sendable {
    /// Requests that may wait at once, 1 to 100,000; one more is answered 503.
    package var requests: UInt32

    /// How long a request waits, in milliseconds; then it is answered 503.
    package var timeout: UInt32

    /// Requests that are let go in a second when the hold ends, 1 to 1,000,000, so that the
    /// instances are not met by all of them at once.
    ///
    /// A request that arrives meanwhile takes the last place and lets the first one go, beside the
    /// pace: so the line ends however many arrive.
    package var releasedPerSecond: UInt32

    /// Puts a hold together.
    package init(requests: UInt32, timeout: UInt32, releasedPerSecond: UInt32) {
        self.requests = requests
        self.timeout = timeout
        self.releasedPerSecond = releasedPerSecond
    }
}

extension ProxyHold: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(UInt64(requests))
        writer.write(UInt64(timeout))
        writer.write(UInt64(releasedPerSecond))
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        requests = try reader.integer("held requests", as: UInt32.self)
        timeout = try reader.integer("hold timeout", as: UInt32.self)
        releasedPerSecond = try reader.integer("release rate", as: UInt32.self)
    }
}
