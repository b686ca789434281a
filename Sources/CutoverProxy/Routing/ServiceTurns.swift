import Synchronization

/// Whose turn it is, for all loops and for as long as a service is known: tables come and go.
final class ServiceTurns: Sendable {
    /// Counts requests while more than one side has weight, so that shares are exact.
    let ticket = Atomic<Int>(0)

    /// When the next request of a line may go on, in nanoseconds of CLOCK_MONOTONIC.
    private let nextRelease = Atomic<UInt64>(0)

    /// How long turns that nobody took are kept, in nanoseconds: what threads lose by waking late
    /// they make up for, and no more.
    private static let slack: UInt64 = 50_000_000

    /// Draws the moment at which one waiting request may go on; whoever draws next gets a later
    /// one.
    func drawRelease(perSecond: UInt32, now: UInt64) -> UInt64 {
        let interval = 1_000_000_000 / UInt64(max(perSecond, 1))
        let earliest = now > Self.slack ? now - Self.slack : 0
        var next = nextRelease.load(ordering: .relaxed)
        while true {
            let turn = max(next, earliest)
            let (exchanged, current) = nextRelease.weakCompareExchange(
                expected: next,
                desired: turn + interval,
                ordering: .relaxed
            )
            if exchanged {
                return turn
            }
            next = current
        }
    }
}
