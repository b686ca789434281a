/// A time that runs in a phase: a soak, a gate, a bake, a deadline.
///
/// It holds instants, not a countdown, so it goes on through a restart. While the rollout is held
/// the clock stands: nothing is written while it does, and ``resume(heldSince:now:)`` moves the
/// end.
package struct PhaseClock: Hashable, Sendable {
    package var startedAt: Timestamp
    /// The length that was asked for, without the time that it stood.
    package var duration: Duration
    package var endsAt: Timestamp

    /// Restores a clock, such as one that stood for a while.
    package init(startedAt: Timestamp, duration: Duration, endsAt: Timestamp) {
        self.startedAt = startedAt
        self.duration = duration
        self.endsAt = endsAt
    }

    /// Starts a clock that ends after `duration`.
    package init(startingAt start: Timestamp, for duration: Duration) {
        self.init(startedAt: start, duration: duration, endsAt: start + duration)
    }

    func isOver(at now: Timestamp) -> Bool {
        now >= endsAt
    }

    /// What is left while the clock stands, because the rollout is held since `heldSince`.
    func remaining(heldSince: Timestamp) -> Duration {
        max(endsAt - max(heldSince, startedAt), .zero)
    }

    /// Goes on after a hold: the end moves by the time that this clock stood.
    ///
    /// One that has not begun yet has not stood.
    mutating func resume(heldSince: Timestamp, now: Timestamp) {
        endsAt = endsAt + max(now - max(heldSince, startedAt), .zero)
    }
}
