import CLinux
import CutoverCore
import Glibc

/// Which instance has which port.
struct PortReservations {
    private var ports: [InstanceID: UInt16] = [:]
    private var lastGiven: [ClosedRange<UInt16>: UInt16] = [:]
    /// Asks the system whether nobody listens on a port.
    var isFree: (UInt16) -> Bool = Self.canListen

    /// Gives an instance its port: the one that it has if that is free, else the next free one.
    ///
    /// The search goes on behind the port that was given last, so that a port whose instance has
    /// just stopped rests as long as possible before another instance gets it.
    mutating func reserve(
        from range: ClosedRange<UInt16>,
        for id: InstanceID
    ) throws(ProgramFault) -> UInt16 {
        if let port = ports[id], range.contains(port), isFree(port) {
            return port
        }
        let taken = Set(ports.filter { $0.key != id }.values)
        let start = lastGiven[range].map { $0 < range.upperBound ? $0 + 1 : range.lowerBound }
        let first = start ?? range.lowerBound
        for port in Array(first...range.upperBound) + Array(range.lowerBound..<first)
        where !taken.contains(port) && isFree(port) {
            ports[id] = port
            lastGiven[range] = port
            return port
        }
        let own = taken.filter(range.contains).count
        throw ProgramFault(
            message:
                """
                no port of \(range.lowerBound)-\(range.upperBound) is free: \(own) are of \
                instances of this project, \(range.count - own) are taken by others; widen the range
                """,
            isTransient: true
        )
    }

    /// Notes the port of an adopted instance.
    mutating func keep(_ port: UInt16, for id: InstanceID) {
        ports[id] = port
    }

    mutating func release(_ id: InstanceID) {
        ports[id] = nil
    }

    /// Tries: only listening tells, because a socket that is bound but does not listen blocks
    /// nobody.
    ///
    /// On every address, since that is what many programs ask for.
    static func canListen(on port: UInt16) -> Bool {
        let listener = clinux_listen_ipv4(0, port, 0)
        guard listener >= 0 else {
            return false
        }
        close(listener)
        return true
    }
}
