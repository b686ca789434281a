/// How many connections each client has by its address, at the listeners that limit them.
///
/// Its size is bounded by the number of connections. It is made anew with each table, and stays
/// empty while no route limits addresses.
struct ClientTable {
    /// One client at one service's listeners.
    private struct Key: Hashable {
        let listener: UInt64
        let address: ClientAddress
    }

    /// Whether any route limits the connections of an address.
    private(set) var isActive = false

    private var counts: [Key: UInt32] = [:]

    /// Forgets all connections.
    mutating func reset(isActive: Bool) {
        self.isActive = isActive
        counts = [:]
    }

    /// Counts a connection; returns how many the address has with it.
    mutating func add(_ address: ClientAddress, at listener: UInt64) -> UInt32 {
        counts[Key(listener: listener, address: address), default: 0] += 1
        return counts[Key(listener: listener, address: address), default: 0]
    }

    /// Forgets one connection.
    mutating func remove(_ address: ClientAddress, at listener: UInt64) {
        let key = Key(listener: listener, address: address)
        guard let count = counts[key] else {
            return
        }
        counts[key] = count > 1 ? count - 1 : nil
    }
}
