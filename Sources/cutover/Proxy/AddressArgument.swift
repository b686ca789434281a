import CutoverScreen
import CutoverWire

/// An address as it is written on the command line: `HOST:PORT` or `unix:PATH`.
struct AddressArgument {
    /// The option that it belongs to, and what was written.
    private let place: String
    private let text: String

    init(_ text: Substring, of option: String) {
        self.text = String(text)
        place = "\(option) \(text.isEmpty ? "''" : Sanitizer.sanitize(String(text)))"
    }

    /// What is wrong with it, and what to write.
    struct Fault: Error, Equatable {
        let description: String
    }

    /// Every address that it stands for: a name may have several.
    ///
    /// `lookup` is asked for hosts that are no IPv4 address.
    func resolved(
        by lookup: (String) -> NameLookup.Answer = NameLookup.addresses(of:)
    ) throws(Fault) -> [SocketAddress] {
        if text.hasPrefix("unix:") { return [try unixSocket()] }
        guard !text.hasPrefix("/"), !text.hasPrefix("./") else {
            throw fault("is a path: write unix:\(text) for the Unix socket there")
        }
        guard !text.contains("://") else {
            throw fault("is a URL: write its host and port only, as 127.0.0.1:9090")
        }
        guard !text.hasPrefix("[") && text.count(where: { $0 == ":" }) < 2 else {
            throw fault("is an IPv6 address, which is not supported: write an IPv4 address")
        }
        guard let colon = text.lastIndex(of: ":") else {
            let example = text.allSatisfy(\.isNumber) ? "127.0.0.1:\(text)" : "\(text):9090"
            throw fault("is not HOST:PORT: write \(text.isEmpty ? "127.0.0.1:9090" : example)")
        }
        let port = try port(text[text.index(after: colon)...])
        return try hosts(text[..<colon], lookup).map { .ipv4(host: $0, port: port) }
    }

    private func unixSocket() throws(Fault) -> SocketAddress {
        if let address = SocketAddress(text) { return address }
        guard text != "unix:" else {
            throw fault("has no path: write unix:/run/service.sock")
        }
        throw fault("has a path above 107 bytes, which is the system's limit: use a shorter one")
    }

    private func port(_ text: Substring) throws(Fault) -> UInt16 {
        let isNumber = !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
        guard isNumber, let port = UInt16(text), port > 0 else {
            throw fault("has no port of 1 to 65535 behind the colon")
        }
        return port
    }

    private func hosts(
        _ host: Substring,
        _ lookup: (String) -> NameLookup.Answer
    ) throws(Fault) -> [String] {
        if host.isEmpty {
            throw fault("has no host: write 127.0.0.1 for this machine")
        }
        if SocketAddress.octets(host) != nil { return [String(host)] }
        // The resolver would take 127.1 and 010.0.0.1 for addresses, and not for the obvious ones.
        if host.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }) {
            throw fault("has no IPv4 address: write four numbers of 0 to 255, as 127.0.0.1")
        }
        switch lookup(String(host)) {
        case .addresses(let found) where !found.isEmpty: return found
        case .addresses: throw fault("has a name without an IPv4 address: write one")
        case .none(let reason):
            throw fault(
                "cannot be resolved (\(reason)): check the name, or write an IPv4 address"
            )
        }
    }

    /// A fault of this argument.
    func fault(_ text: String) -> Fault { Fault(description: "\(place) \(text)") }
}
