/// Requests that a service claims at an address it shares with others.
///
/// The most exact match decides: an exact host before a wildcard, a longer wildcard before a
/// shorter, any host last; among equal hosts the longest path prefix.
package struct RouteMatch: Hashable, Sendable {
    /// A host name in lower case without port, `*.` with a name for any name below it, or `nil` for
    /// every host.
    package var host: String?

    /// The path's beginning, in whole segments: `/api` claims `/api`, `/api/x` and `/api?x`, not
    /// `/apis`.
    package var pathPrefix: String

    /// Puts a match together.
    package init(host: String? = nil, pathPrefix: String = "/") {
        self.host = host
        self.pathPrefix = pathPrefix
    }
}

extension RouteMatch: CustomStringConvertible {
    /// Prints `app.example.com/api`, with `*` for every host.
    package var description: String { (host ?? "*") + pathPrefix }
}

extension RouteMatch: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(host)
        writer.write(pathPrefix)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        host = try reader.optionalText("host")
        pathPrefix = try reader.text("path prefix")
    }
}
