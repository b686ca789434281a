/// Where a listener is bound: an IPv4 host and a port.
package struct ListenAddress: Hashable, Sendable {
    /// Four decimal numbers.
    package var host: String
    package var port: UInt16

    /// Why a text is no address.
    package enum Fault: Error, Hashable, Sendable {
        /// What to write, where it is clear.
        case notAnAddress(write: String?)
        /// Names are resolved to many addresses, or to none, at another time than this.
        case hostIsNoIPv4(String)
        case portOutOfRange
    }

    /// Reads `127.0.0.1:8080`; `localhost` stands for `127.0.0.1`.
    package init(_ text: String) throws(Fault) {
        if WholeNumber.parse(text) != nil {
            throw .notAnAddress(write: "127.0.0.1:\(text)")
        }
        guard let colon = text.lastIndex(of: ":") else {
            throw .notAnAddress(write: Self.isIPv4(text) ? "\(text):8080" : nil)
        }
        let host = String(text[..<colon])
        let portText = String(text[text.index(after: colon)...])
        guard let port = WholeNumber.parse(portText) else { throw .notAnAddress(write: nil) }
        if host.isEmpty || host == "*" {
            throw .notAnAddress(write: "0.0.0.0:\(port)")
        }
        guard host == "localhost" || Self.isIPv4(host) else { throw .hostIsNoIPv4(host) }
        guard (1...65_535).contains(port) else { throw .portOutOfRange }
        self.host = host == "localhost" ? "127.0.0.1" : host
        self.port = UInt16(port)
    }

    /// Prints `127.0.0.1:8080`.
    package var text: String { "\(host):\(port)" }

    /// Whether the system can bind only one of the two.
    package func collides(with other: ListenAddress) -> Bool {
        port == other.port && (host == other.host || host == "0.0.0.0" || other.host == "0.0.0.0")
    }

    private static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard let number = WholeNumber.parse(String(part)) else { return false }
                return number <= 255 && (part.count == 1 || part.first != "0")
            }
    }
}
