/// Where a stream socket listens or connects: IPv4 and port, or a Unix socket's path.
package enum SocketAddress: Hashable, Sendable {
    /// Four decimal numbers and a port, as `127.0.0.1` and `8080`.
    case ipv4(host: String, port: UInt16)

    /// The path of a Unix socket, at most `pathBytesMaximum` bytes.
    case unix(path: String)

    /// What the system takes of a path, which has 108 bytes with the zero behind it.
    package static let pathBytesMaximum = 107
}

extension SocketAddress: LosslessStringConvertible {
    /// Prints `127.0.0.1:8080` or `unix:/path`.
    package var description: String {
        switch self {
        case .ipv4(let host, let port): "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// Parses what `description` prints, `nil` for anything else.
    ///
    /// `localhost` stands for `127.0.0.1`.
    package init?(_ description: String) {
        if description.hasPrefix("unix:") {
            let path = String(description.dropFirst("unix:".count))
            guard !path.isEmpty, path.utf8.count <= Self.pathBytesMaximum, !path.utf8.contains(0)
            else {
                return nil
            }
            self = .unix(path: path)
            return
        }
        guard let colon = description.lastIndex(of: ":"),
            let port = Self.decimal(description[description.index(after: colon)...], upTo: 65_535)
        else {
            return nil
        }
        let host = description[..<colon]
        if host == "localhost" {
            self = .ipv4(host: "127.0.0.1", port: UInt16(port))
            return
        }
        guard Self.octets(host) != nil else {
            return nil
        }
        self = .ipv4(host: String(host), port: UInt16(port))
    }
}

extension SocketAddress {
    /// The four octets of an IPv4 address in dotted form, or `nil`.
    package static func octets(_ host: some StringProtocol) -> [UInt8]? {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let octets = parts.compactMap { decimal($0, upTo: 255).map(UInt8.init) }
        return parts.count == 4 && octets.count == 4 ? octets : nil
    }

    /// A decimal number without sign or leading zeros.
    private static func decimal(_ text: some StringProtocol, upTo limit: Int) -> Int? {
        guard let first = text.utf8.first, text.utf8.allSatisfy({ (48...57).contains($0) }),
            text.utf8.count == 1 || first != 48, let value = Int(text), value <= limit
        else {
            return nil
        }
        return value
    }
}

extension SocketAddress: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(description)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        let text = try reader.text("address")
        guard let address = SocketAddress(text) else {
            throw reader.error(.malformed, in: "address")
        }
        self = address
    }
}
