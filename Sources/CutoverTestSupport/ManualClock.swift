package import CutoverCore
package import CutoverDrivers
package import CutoverEngine
import Synchronization

/// A clock that stands until a test moves it, for an engine and for the drivers under it.
///
/// ``advance(by:)`` goes from one instant at which something is due to the next, and lets the
/// engine finish at each what it has in hand. So a test sees exactly what a slow, patient world
/// would show.
package final class ManualClock: EngineClock {
    /// What the engine has in hand.
    ///
    /// A driver that waits for this clock is not at work.
    package let work = WorkCount()
    private let state: Mutex<State>

    private struct State {
        var now: Timestamp
        var lead = Duration.zero
        var alarm: (at: Timestamp, action: @Sendable () -> Void)?
        var nextSleeper = 0
        var sleepers: [Int: Sleeper] = [:]
        /// Cancelled before they slept.
        var cancelled: Set<Int> = []
    }

    private struct Sleeper {
        var until: Timestamp
        var continuation: CheckedContinuation<Void, Never>
    }

    package init(now: Timestamp = Timestamp(milliseconds: 1_700_000_000_000)) {
        state = Mutex(State(now: now))
    }

    package var now: Timestamp { state.withLock(\.now) }

    /// Set by a test that has the machine's clock behind.
    package var lead: Duration {
        get { state.withLock(\.lead) }
        set { state.withLock { $0.lead = newValue } }
    }

    package func setAlarm(at deadline: Timestamp?, _ action: @escaping @Sendable () -> Void) {
        state.withLock { state in
            state.alarm = deadline.map { ($0, action) }
        }
    }

    /// The same time for drivers.
    package var driverClock: DriverClock {
        DriverClock(now: { self.now }, wait: { await self.sleep(for: $0) })
    }

    /// Moves the time, stopping wherever something is due; returns when nothing is in hand.
    package func advance(by duration: Duration) async {
        let target = now + duration
        await work.idle()
        while let due = nextDue, due <= target {
            ring(at: due)
            await work.idle()
        }
        state.withLock { $0.now = max($0.now, target) }
    }

    /// Moves the time while nobody is there to notice, as between two engines.
    package func jump(by duration: Duration) {
        state.withLock { $0.now = $0.now + duration }
    }

    /// Forgets the alarm and wakes nobody: the process that asked for it is gone.
    package func forgetAlarm() {
        state.withLock { $0.alarm = nil }
    }

    private var nextDue: Timestamp? {
        state.withLock { state in
            (state.sleepers.values.map(\.until) + [state.alarm?.at].compactMap(\.self)).min()
        }
    }

    private func ring(at instant: Timestamp) {
        let (action, woken) = state.withLock { state in
            state.now = max(state.now, instant)
            let woken = state.sleepers.filter { $0.value.until <= instant }
            for number in woken.keys {
                state.sleepers[number] = nil
            }
            guard let alarm = state.alarm, alarm.at <= instant else {
                return (nil as (@Sendable () -> Void)?, Array(woken.values))
            }
            state.alarm = nil
            return (alarm.action, Array(woken.values))
        }
        for sleeper in woken {
            work.begin()
            sleeper.continuation.resume()
        }
        action?()
    }

    private func sleep(for duration: Duration) async {
        let number = state.withLock { state in
            state.nextSleeper += 1
            return state.nextSleeper
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let sleeps = state.withLock { state in
                    guard state.cancelled.remove(number) == nil else {
                        return false
                    }
                    state.sleepers[number] = Sleeper(
                        until: state.now + duration,
                        continuation: continuation
                    )
                    return true
                }
                if sleeps {
                    work.end()
                } else {
                    continuation.resume()
                }
            }
        } onCancel: {
            cancelSleeper(number)
        }
    }

    private func cancelSleeper(_ number: Int) {
        let sleeper = state.withLock { state in
            guard let sleeper = state.sleepers.removeValue(forKey: number) else {
                state.cancelled.insert(number)
                return nil as Sleeper?
            }
            return sleeper
        }
        if let sleeper {
            work.begin()
            sleeper.continuation.resume()
        }
    }
}
