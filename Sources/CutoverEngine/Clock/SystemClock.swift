package import CutoverCore
import Dispatch
import Glibc
import Synchronization

/// Wall time at its creation plus the monotonic time elapsed since.
///
/// A step of the wall clock cannot end a soak, and the number still means something after a
/// restart. Time during which the machine was suspended counts.
package final class SystemClock: EngineClock {
    package let lead: Duration
    private let start: Timestamp
    private let elapsedAtStart: Int64
    private let queue = DispatchQueue(label: "cutover.clock")
    private let alarm = Mutex<Alarm>(Alarm())

    private struct Alarm {
        var number = 0
    }

    /// Starts at `wall`, or at the newest instant that is written down.
    ///
    /// A machine that booted with its clock ahead and was put right later would otherwise stand at
    /// instants that are over, and every rollout with it, the way back included.
    package init(
        wall: Timestamp = SystemClock.wall,
        notBefore newest: Timestamp = Timestamp(milliseconds: 0)
    ) {
        start = max(wall, newest)
        lead = start - wall
        elapsedAtStart = Self.milliseconds(CLOCK_BOOTTIME)
    }

    /// What the machine takes for the time.
    package static var wall: Timestamp {
        Timestamp(milliseconds: milliseconds(CLOCK_REALTIME))
    }

    package var now: Timestamp {
        start + .milliseconds(Self.milliseconds(CLOCK_BOOTTIME) - elapsedAtStart)
    }

    package func setAlarm(at deadline: Timestamp?, _ action: @escaping @Sendable () -> Void) {
        let number = alarm.withLock { alarm in
            alarm.number += 1
            return alarm.number
        }
        guard let deadline else {
            return
        }
        wait(until: deadline, number: number, action)
    }

    /// Waits in pieces: the kernel's timers stand still while the machine sleeps, the deadline does
    /// not.
    private func wait(
        until deadline: Timestamp,
        number: Int,
        _ action: @escaping @Sendable () -> Void
    ) {
        let left = max(0, deadline.milliseconds - now.milliseconds)
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(min(left, 10_000)))) { [weak self] in
            guard let self, alarm.withLock({ $0.number == number }) else {
                return
            }
            if now < deadline {
                wait(until: deadline, number: number, action)
            } else {
                action()
            }
        }
    }

    private static func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
