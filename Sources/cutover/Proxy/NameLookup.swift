import Glibc

/// The IPv4 addresses of host names, as the system's resolver knows them.
enum NameLookup {
    /// What came of asking for a name.
    enum Answer: Equatable {
        /// In dotted form, each once, in the order of the resolver.
        case addresses([String])
        /// Why there are none, in the resolver's words.
        case none(String)
    }

    /// Asks the resolver; blocks for as long as it takes.
    static func addresses(of name: String) -> Answer {
        var hints = addrinfo()
        hints.ai_family = AF_INET
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let fault = getaddrinfo(name, nil, &hints, &list)
        defer { freeaddrinfo(list) }
        guard fault == 0 else {
            let reason =
                fault == EAI_SYSTEM
                ? strerror(errno)
                : UnsafeMutablePointer(
                    mutating: gai_strerror(fault)
                )
            return .none(reason.map { String(cString: $0) } ?? "error \(fault)")
        }
        var found: [String] = []
        var next = list
        while let entry = next {
            let address = text(entry.pointee)
            if !found.contains(address) { found.append(address) }
            next = entry.pointee.ai_next
        }
        return .addresses(found)
    }

    private static func text(_ entry: addrinfo) -> String {
        let octets = entry.ai_addr.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
            UInt32(bigEndian: $0.pointee.sin_addr.s_addr)
        }
        return [24, 16, 8, 0].map { String(octets >> $0 & 0xff) }.joined(separator: ".")
    }
}
