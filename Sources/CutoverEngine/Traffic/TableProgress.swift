import CutoverCore
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
        /// `nil`: only health or drains changed.
        var change: PendingTable?
    }

    /// How many generations are reserved with one write.
    static let reservation: UInt64 = 1000

    init(epoch: UInt64) {
        self.epoch = epoch
    }

    /// Half used: the next write reserves more, long before a full disk could stop a table.
    var wantsReservation: Bool { generation + Self.reservation / 2 >= reserved }

    var nextReservation: UInt64 { generation + Self.reservation }
}
