package import CutoverCore

/// The time as drivers see it: given by the engine, so that every timestamp is on its one clock.
package struct DriverClock: Sendable {
    /// The engine's instant.
    package var now: @Sendable () -> Timestamp
    /// Waits; ends early, without an error, when the task is cancelled.
    package var wait: @Sendable (Duration) async -> Void

    package init(
        now: @escaping @Sendable () -> Timestamp,
        wait: @escaping @Sendable (Duration) async -> Void
    ) {
        self.now = now
        self.wait = wait
    }

    /// Waits in real time; `now` is the engine's clock.
    package static func realTime(now: @escaping @Sendable () -> Timestamp) -> DriverClock {
        DriverClock(now: now) { duration in
            // The only error is cancellation, which ends the wait as documented.
            try? await ContinuousClock().sleep(for: duration)
        }
    }
}
