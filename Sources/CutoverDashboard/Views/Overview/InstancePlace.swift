/// What tells the addresses of a service's instances apart, in the few columns that there are.
enum InstancePlace: Hashable {
    /// On this machine: the port, such as `:9101`.
    case port(String)
    /// The name of a Unix socket.
    case socket(String)
    /// On another machine, where ports are mostly equal: the end of its address, such as `0.12`.
    case host(String)

    private static let socketPrefix = "unix:"

    init(address: String) {
        if address.hasPrefix(Self.socketPrefix) {
            let name = address.split(separator: "/").last.map(String.init) ?? address
            self = .socket(name.hasSuffix(".sock") ? String(name.dropLast(".sock".count)) : name)
            return
        }
        guard let colon = address.lastIndex(of: ":") else {
            self = .port(address)
            return
        }
        let host = address[..<colon]
        self =
            host.hasPrefix("127.")
            ? .port(String(address[colon...]))
            : .host(host.split(separator: ".").suffix(2).joined(separator: "."))
    }

    var short: String {
        switch self {
        case .port(let text), .socket(let text), .host(let text): text
        }
    }

    /// Of the column.
    var title: String {
        switch self {
        case .port: "PORT"
        case .socket: "SOCKET"
        case .host: "HOST"
        }
    }
}
