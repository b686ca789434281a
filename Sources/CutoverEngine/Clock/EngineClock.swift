package import CutoverCore

/// Where the engine has its time from, and what wakes it.
///
/// There is one alarm, because the engine computes one next instant from everything that it waits
/// for. The alarm calls back, and does not resume a task, so that a test that moves the time knows
/// that the wake-up is in the engine's inbox when the call that moved it returns.
package protocol EngineClock: Sendable {
    /// Never goes back.
    var now: Timestamp { get }

    /// How far it began ahead of the machine's clock, so as not to be behind what was written by
    /// another engine before.
    ///
    /// Zero as a rule.
    var lead: Duration { get }

    /// Calls `action` once, at `deadline` or a little later. Replaces the alarm that was set
    /// before; `nil` sets none. May be called from any thread; `action` must not block.
    func setAlarm(at deadline: Timestamp?, _ action: @escaping @Sendable () -> Void)
}
