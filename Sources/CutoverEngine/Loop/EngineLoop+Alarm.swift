import CutoverCore
import CutoverDrivers

/// One alarm for everything that waits.
extension EngineLoop {
    func alarmRang() {
        schedule.alarmAt = nil
        schedule.reset()
        retryStore()
        tick()
        restartInstances()
        probeInstances()
        countWhenDue()
        rotateLogs()
        for service in state.services {
            if service.unproven.isEmpty, service.deferred.isEmpty {
                // One that is over already was just looked at: it waits for something else too.
                let soon = now + .milliseconds(100)
                schedule.wake(by: service.machine.nextDeadline.map { $0 > now ? $0 : soon })
            }
            for instance in service.instances.values {
                schedule.wake(by: instance.nextWake)
            }
        }
        for instant in [
            schedule.nextCount, schedule.nextLogRotation, schedule.storeRetryAt,
            tables.retryAt,
        ] {
            schedule.wake(by: instant)
        }
    }

    /// Sets the alarm when it would ring too late.
    func setAlarm() {
        guard let wanted = schedule.wanted else {
            return
        }
        if let alarmAt = schedule.alarmAt, alarmAt <= wanted {
            return
        }
        schedule.alarmAt = wanted
        clock.setAlarm(at: wanted) { [inbox] in
            inbox.send(.alarm)
        }
    }

    private func rotateLogs() {
        let due = schedule.nextLogRotation ?? now
        guard due <= now else {
            return
        }
        schedule.nextLogRotation = now + .seconds(1)
        let runtime = drivers.runtime
        inbox.work.begin()
        Task { [inbox] in
            await runtime.rotateLogs()
            inbox.work.end()
        }
    }
}
