import CLinux

// What makes room for a new connection when every place or descriptor is taken: an idle one is what
// somebody misses least.

extension Loop {
    /// Idle connections that one look at the whole slab finds: a flood of connections must not cost
    /// such a look for each.
    private static let spareMaximum = 64

    /// Closes an idle connection; false when there is none.
    ///
    /// One to an instance goes first, since a new one is soon made and no client notices. Then it
    /// is the client that has waited longest without a byte of its next request. RFC 9112 9.5 lets
    /// either end close an idle connection at any time.
    mutating func makeRoom() -> Bool {
        if closeSpare() {
            return true
        }
        findSpares()
        return closeSpare()
    }

    /// Closes an idle connection in favour of one to an instance; false when there is none.
    ///
    /// After one look in vain there is none until the next sweep: a request must not cost a look at
    /// the whole slab.
    mutating func makeRoomToDial() -> Bool {
        lacksRoom = lacksRoom || !makeRoom()
        return !lacksRoom
    }

    /// Closes the first of `spares` that is still idle.
    private mutating func closeSpare() -> Bool {
        while let spare = spares.popLast() {
            if let index = slab.find(spare.token), isIdle(index),
                slab[index].idleSince == spare.idleSince, hasNoNews(index)
            {
                release(index)
                return true
            }
        }
        return false
    }

    /// Collects the connections that idle longest, the longest last.
    private mutating func findSpares() {
        var role = Connection.Role.client
        for index in 0..<Int32(slab.highWater) where isIdle(index) {
            let spare = Spare(token: slab.token(index), idleSince: slab[index].idleSince)
            if slab[index].role == .upstream, role == .client {
                role = .upstream
                spares.removeAll(keepingCapacity: true)
            }
            if slab[index].role == role {
                spares.append(spare)
            }
        }
        // By age, since the clock wraps.
        let now = now
        spares.sort { now &- $0.idleSince < now &- $1.idleSince }
        spares.removeFirst(max(0, spares.count - Self.spareMaximum))
    }

    private func isIdle(_ index: Int32) -> Bool {
        switch slab[index].role {
        case .free: false
        case .client:
            (slab[index].phase == .head || slab[index].phase == .proxyHeader)
                && slab[index].inputCount == 0
        case .upstream: slab[index].phase == .idle
        }
    }

    /// Whether nothing has arrived that the loop has not heard of yet: a client's request that
    /// is on its way must not be reset.
    private func hasNoNews(_ index: Int32) -> Bool {
        clinux_peek(slab[index].descriptor) <= 0
    }
}

/// An idle connection that may be closed in favour of another one.
struct Spare {
    let token: UInt64
    let idleSince: UInt32
}
