import CutoverCore
import CutoverDrivers
import CutoverStore

/// One alarm for everything that waits.
extension EngineLoop {
    func alarmRang() {
        schedule.alarmAt = nil
        schedule.reset()
        retryStore()
        tick()
        for index in state.services.indices {
            if let wake = state.services[index].nextWake, wake <= now {
                restartInstances(of: index)
                expireLosses(of: index)
                stopStrays(of: index)
                probeInstances(of: index)
                state.services[index].nextWake =
                    state.services[index].instances.values.compactMap(\.nextWake).min()
            }
            schedule.wake(by: state.services[index].nextWake)
            schedule.wake(by: nextTick(of: index))
        }
        countWhenDue()
        rotateLogs()
        retryRoutes()
        for instant in [
            schedule.nextCount, schedule.nextLogRotation, schedule.storeRetryAt,
            tables.retryAt,
        ] {
            schedule.wake(by: instant)
        }
    }

    /// Says that times are ahead of the machine's clock: else nobody could explain the journal's.
    func noteLead() {
        guard clock.lead >= .seconds(1) else {
            return
        }
        let seconds = clock.lead.wholeMilliseconds / 1000
        note(
            JournalRow(
                service: nil,
                rollout: nil,
                kind: .fault,
                text: "the machine's clock is \(seconds) s behind the newest entry; "
                    + "the engine goes on from there, and its times are ahead by as much"
            )
        )
    }

    /// When the service's machine must be told the time.
    ///
    /// One whose deadline is over was just told: it waits for something else too.
    private func nextTick(of index: Int) -> Timestamp? {
        guard state.services[index].unproven.isEmpty, state.services[index].deferred.isEmpty else {
            return nil
        }
        return state.services[index].machine.nextDeadline.map { deadline in
            deadline > now ? deadline : now + .milliseconds(100)
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

    /// A route that could not be made is tried again with every alarm, about once a second.
    private func retryRoutes() {
        for service in state.services where state.faults[.route(service.name)] != nil {
            tables.isStale = true
        }
        schedule.wake(by: tables.refusedMoves.values.min())
    }

    private func rotateLogs() {
        guard let due = schedule.nextLogRotation, due <= now else {
            return
        }
        // The next pass begins a while after this one has ended: they never overlap.
        schedule.nextLogRotation = nil
        let runtime = drivers.runtime
        inbox.work.begin()
        Task { [inbox] in
            await runtime.rotateLogs()
            inbox.send(.logsRotated)
            inbox.work.end()
        }
    }

    func logsRotated() {
        schedule.nextLogRotation = now + .seconds(1)
        schedule.wake(by: schedule.nextLogRotation)
    }
}
