package import CutoverCore

extension SimulatedWorld {
    /// Lets the instances live for a moment: they become healthy, sick, or well again, or crash.
    package mutating func live() {
        // In the order of their IDs, for a dictionary's own order is not the seed's.
        for id in processes.keys.sorted() {
            guard let process = processes[id] else { continue }
            switch process.state {
            case .starting: grow(id, process)
            case .healthy:
                if random.chance(weather.crash) {
                    fail(id)
                } else if random.chance(weather.sickness) {
                    processes[id]?.state = .unhealthy
                    inbox.append(.instanceUnhealthy(id, evidence: "GET /healthz: 503 in 4 ms"))
                }
            case .unhealthy:
                if random.chance(200) { recover(id) }
            case .crashed, .stopped:
                break
            }
        }
    }

    private mutating func grow(_ id: InstanceID, _ process: Process) {
        if weather.unstartable.contains(process.release) {
            fail(id)
        } else if weather.hopeless.contains(process.release) {
            if random.chance(50) {
                inbox.append(.instanceUnhealthy(id, evidence: "connection refused"))
            }
        } else if random.chance(500) {
            recover(id)
        } else if random.chance(weather.crash) {
            fail(id)
        }
    }

    private mutating func recover(_ id: InstanceID) {
        processes[id]?.state = .healthy
        processes[id]?.wasHealthy = true
        inbox.append(.instanceHealthy(id))
    }

    private mutating func fail(_ id: InstanceID) {
        processes[id]?.state = .crashed
        inbox.append(.instanceFailed(id, evidence: "exit status 1, 5 times in 60s"))
    }

    /// Tells the health of every instance anew, as an engine does that has just adopted them.
    package mutating func reportHealth() {
        for id in processes.keys.sorted() {
            switch processes[id]?.state {
            case .healthy: inbox.append(.instanceHealthy(id))
            case .unhealthy: inbox.append(.instanceUnhealthy(id, evidence: "503"))
            case .crashed: inbox.append(.instanceFailed(id, evidence: "exit status 1"))
            case .starting, .stopped, nil: break
            }
        }
    }

    /// Judges the candidate's traffic since an instant.
    package mutating func judge(since: Timestamp, now: Timestamp) {
        let conclusion: Conclusion =
            if random.chance(weather.failedVerdict) {
                .fail
            } else {
                random.chance(weather.inconclusive) ? .inconclusive : .pass
            }
        let finding = Finding(
            metric: .errorRate,
            conclusion: conclusion,
            candidate: 0.075,
            stable: 0.001,
            limit: 0.05,
            candidateRequests: 120,
            stableRequests: 480,
            requiredRequests: 50
        )
        inbox.append(
            .verdict(
                Verdict(
                    conclusion: conclusion,
                    findings: [finding],
                    window: .seconds(30),
                    windowStart: since,
                    at: now
                )
            )
        )
    }

    /// Takes one event on its way, any that the contract allows: what is told of one instance keeps
    /// its order.
    package mutating func nextEvent() -> RolloutEvent? {
        guard !inbox.isEmpty else { return nil }
        let index = random.below(inbox.count)
        guard let id = inbox[index].observedInstance else { return inbox.remove(at: index) }
        let first = inbox.firstIndex { $0.observedInstance == id } ?? index
        return inbox.remove(at: first)
    }
}

extension RolloutEvent {
    /// The instance that an observation of health is about.
    var observedInstance: InstanceID? {
        switch self {
        case .instanceHealthy(let id), .instanceUnhealthy(let id, _), .instanceFailed(let id, _): id
        case .promote, .pause, .continue, .rollback, .supersede, .effectSucceeded, .effectFailed,
            .checkFinished, .verdict, .tick:
            nil
        }
    }
}
