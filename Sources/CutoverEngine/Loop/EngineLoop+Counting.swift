import CutoverCore
import CutoverDrivers
import CutoverStore
import CutoverWire
import Logging

/// Reading the proxy's counters, and judging candidates by them.
extension EngineLoop {
    /// While traffic moves, and else.
    static let busyInterval = Duration.milliseconds(250)
    static let quietInterval = Duration.seconds(1)

    /// Asks the proxy for its counters when it is time; never twice at once.
    func countWhenDue() {
        guard let due = schedule.nextCount, due <= now else {
            return
        }
        schedule.nextCount = nil
        let router = drivers.router
        let isReady = tables.isRouterReady
        inbox.work.begin()
        Task { [inbox] in
            if isReady {
                let result = await Self.result { () async throws(DriverError) in
                    try await router.stats()
                }
                inbox.send(.counted(result))
            } else {
                let result = await Self.result { () async throws(DriverError) in
                    try await router.start()
                }
                inbox.send(.routerStarted(result))
            }
            inbox.work.end()
        }
    }

    func counted(_ result: Result<ProxyStats, DriverError>) {
        let isChanging = state.services.contains { $0.isChanging }
        schedule.nextCount = now + (isChanging ? Self.busyInterval : Self.quietInterval)
        schedule.wake(by: schedule.nextCount)
        switch result {
        case .success(let stats):
            proxyAnswered(generation: stats.generation)
            record(stats)
            timeSwitches(stats)
            judge()
        case .failure(let error):
            proxyFailed("\(error)")
        }
    }

    private func record(_ stats: ProxyStats) {
        for service in stats.services {
            guard let index = state.index(of: ServiceName(rawValue: service.service)) else {
                continue
            }
            let known = state.services[index].instances.values.map(\.instance)
            state.services[index].traffic.record(service, of: known, at: now)
        }
    }

    func proxyAnswered(generation: UInt64) {
        state.faults[.proxy] = nil
        if case .running(let processID, _) = state.proxy {
            state.proxy = .running(processID: processID, generation: generation)
        } else {
            findProxy()
        }
    }

    func proxyFailed(_ reason: String) {
        state.faults[.proxy] = "the proxy does not answer: \(reason)"
        if case .running = state.proxy {
            state.proxy = .unreachable(reason: reason, since: now)
        }
    }

    /// Asks who the proxy is, after it was away.
    private func findProxy() {
        let router = drivers.router
        inbox.work.begin()
        Task { [inbox] in
            if let status = try? await router.status() {
                inbox.send(.router(.restarted(status)))
            }
            inbox.work.end()
        }
    }

    // MARK: - Supervision

    func routerReported(_ event: RouterEvent) {
        switch event {
        case .exited(let status):
            state.proxy = .unreachable(reason: "the proxy ended: \(status)", since: now)
            state.faults[.proxy] = "the proxy ended (\(status)); it is being started again"
            guard status != .exited(code: 0) else {
                return noteProxy("proxy ended: \(status)")
            }
            loseCounters()
            noteProxy("proxy ended: \(status); requests failed uncounted")
        case .failedLeaving(let status):
            loseCounters()
            noteProxy(Self.sentence(ofLeaving: status))
        case .restarted(let status):
            routerAppeared(status)
        case .restartFailed(let error, let retryAfter):
            state.faults[.proxy] = "\(error); tried again in \(retryAfter)"
            noteProxy("the proxy was not started: \(error)")
        }
    }

    private func loseCounters() {
        for index in state.services.indices {
            state.services[index].traffic.loseCounters()
        }
    }

    private static func sentence(ofLeaving status: ExitStatus) -> String {
        guard status == .exited(code: ProxyExit.failedUncounted) else {
            return "the replaced proxy ended: \(status); requests failed uncounted"
        }
        return "the replaced proxy failed requests at its end, uncounted: end streams sooner, or "
            + "replace it while few run; its log has their number"
    }

    /// A proxy that could not be started at the begin is tried again each second.
    func routerStarted(_ result: Result<RouterStatus, DriverError>) {
        switch result {
        case .success(let status):
            routerAppeared(status)
        case .failure(let error):
            proxyFailed("\(error)")
            schedule.nextCount = now + Self.quietInterval
            schedule.wake(by: schedule.nextCount)
        }
    }

    /// The proxy answers, with the table that it kept: it is given ours again in any case.
    func routerAppeared(_ status: RouterStatus) {
        state.proxy = .running(processID: status.processID, generation: status.generation)
        state.faults[.proxy] = nil
        tables.routerAppeared(status)
        schedule.nextCount = now
        schedule.wake(by: now)
        noteProxy(
            "the proxy runs as process \(status.processID)\(status.isAdopted ? ", taken over" : "")"
        )
    }

    private func noteProxy(_ text: String) {
        note(JournalRow(service: nil, rollout: nil, kind: .proxy, text: text))
    }
}
