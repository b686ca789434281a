import CutoverCore

/// A change of one service's traffic that a machine asked for and the proxy has not confirmed.
///
/// One table carries one change, and says of every other service what is in force: so what the
/// proxy refuses of one holds up no other.
struct PendingTable: Hashable, Sendable {
    var effect: EffectID
    var service: ServiceName
    var traffic: Traffic
    /// When the machine decided on it.
    var decidedAt: Timestamp
}
