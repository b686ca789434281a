import CutoverWire

/// Where a proxy without an engine listens and sends to, as its options say.
struct StaticTable: Equatable {
    let listen: SocketAddress
    let upstreams: [SocketAddress]

    /// Reads the options; throws every fault of all addresses at once.
    init(
        listen: String,
        upstreams: [String],
        lookup: (String) -> NameLookup.Answer = NameLookup.addresses(of:)
    ) throws(AddressFaults) {
        var faults: [AddressArgument.Fault] = []
        func resolve(_ argument: AddressArgument) -> [SocketAddress] {
            do throws(AddressArgument.Fault) {
                return try argument.resolved(by: lookup)
            } catch {
                faults.append(error)
                return []
            }
        }
        let front = AddressArgument(listen[...], of: "--listen")
        let fronts = resolve(front)
        if fronts.count > 1 {
            let all = fronts.map(\.description).joined(separator: " and ")
            faults.append(front.fault("is \(all): write the one that is meant"))
        }
        if case .unix = fronts.first {
            faults.append(front.fault("is a Unix socket: clients connect to HOST:PORT"))
        }
        var found: [SocketAddress] = []
        for text in upstreams.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }
        ) {
            let argument = AddressArgument(text, of: "--upstream")
            for address in resolve(argument) {
                if let fault = Self.fault(address, of: argument, fronts.first, found) {
                    faults.append(fault)
                }
                found.append(address)
            }
        }
        guard faults.isEmpty, let front = fronts.first else { throw AddressFaults(faults: faults) }
        (self.listen, self.upstreams) = (front, found)
    }

    private static func fault(
        _ address: SocketAddress,
        of argument: AddressArgument,
        _ front: SocketAddress?,
        _ earlier: [SocketAddress]
    ) -> AddressArgument.Fault? {
        if earlier.contains(address) {
            return argument.fault("stands there twice: \(address) gets its share once")
        }
        guard case .ipv4(let host, let port) = address else { return nil }
        if host == "0.0.0.0" {
            return argument.fault("names no machine: write 127.0.0.1 for this one")
        }
        guard case .ipv4(let frontHost, port) = front,
            host == frontHost || (frontHost == "0.0.0.0" && host.hasPrefix("127."))
        else { return nil }
        return argument.fault("is the proxy itself: requests would go round for ever")
    }
}

/// Everything that is wrong with the addresses of a command line.
struct AddressFaults: Error, Equatable {
    let faults: [AddressArgument.Fault]
}
