import CutoverCore
import CutoverDrivers
import CutoverWire

/// The proxy's table on its way: what is asked for, what is being applied, what is in force.
struct TableProgress {
    /// Of this engine: the proxy refuses tables of an earlier one.
    let epoch: UInt64
    /// Changes that machines wait for, oldest first.
    var pending: [PendingTable] = []
    /// Sent, and not answered yet.
    var applying: Applying?
    /// What the proxy confirmed last.
    ///
    /// `nil` before the first, and after the proxy was started again.
    var live: ProxyTable?
    /// By service, the routes that the proxy is known to have, and with them where it listens.
    private(set) var inForce: [String: ProxyRoute] = [:]
    /// Whether a service that is missing in `inForce` has no route for certain.
    private(set) var isInForceKnown = false
    /// Services whose new addresses were refused, and when they are tried again.
    var refusedMoves: [ServiceName: Timestamp] = [:]
    /// Health or a drain changed what a table says of instances.
    var isStale = false
    /// The proxy answers and may be given tables.
    var isRouterReady = false
    /// The last table without a machine behind it was refused: when it is tried again.
    var retryAt: Timestamp?
    /// Of the last table that was sent.
    var generation: UInt64 = 0
    /// Below this the generations are this engine's: an engine that starts later begins above it.
    var reserved: UInt64 = 0

    struct Applying {
        var table: ProxyTable
        var reason: Reason
    }

    /// What a table is for.
    enum Reason {
        case traffic(PendingTable)
        /// Services get the addresses that the manifest names.
        case move([ServiceName])
        /// Only health or drains changed.
        case refresh
    }

    /// How many generations are reserved with one write.
    static let reservation: UInt64 = 1000

    init(epoch: UInt64) {
        self.epoch = epoch
    }

    /// The proxy has confirmed a table.
    mutating func accept(_ table: ProxyTable) {
        live = table
        retryAt = nil
        noteInForce(table.routes)
    }

    /// The proxy was found or started: it is given a table in any case.
    mutating func routerAppeared(_ status: RouterStatus) {
        generation = max(generation, status.generation)
        live = nil
        isStale = true
        isRouterReady = true
        note(status)
    }

    /// The proxy has said which table it has.
    mutating func note(_ status: RouterStatus) {
        if let table = status.table {
            noteInForce(table.routes)
        } else if status.generation == 0 {
            noteInForce([])
        }
    }

    private mutating func noteInForce(_ routes: [ProxyRoute]) {
        inForce = Dictionary(routes.map { ($0.service, $0) }) { first, _ in first }
        isInForceKnown = true
    }

    /// Half used: the next write reserves more, long before a full disk could stop a table.
    var wantsReservation: Bool { generation + Self.reservation / 2 >= reserved }

    var nextReservation: UInt64 { generation + Self.reservation }
}
