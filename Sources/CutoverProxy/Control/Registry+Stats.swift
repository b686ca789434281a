import CLinux
import CutoverWire

extension Registry {
    /// Reads all counters, summed over the loops.
    func stats(generation: UInt64, epoch: UInt64) -> ProxyStats {
        let clock = ClockPair()
        var stats = ProxyStats()
        stats.takenAt = clock.realtime
        stats.generation = generation
        stats.epoch = epoch
        let instances = Dictionary(grouping: instances, by: \.value.service)
        let names = Set(services.keys).union(instances.keys)
        stats.services = names.sorted().map { name in
            var result =
                services[name].map { Self.stats(name, $0) } ?? ProxyServiceStats(service: name)
            result.backends = (instances[name] ?? []).sorted { $0.key < $1.key }.map { entry in
                Self.stats(entry.key, entry.value, clock)
            }
            return result
        }
        return stats
    }

    /// Those of a service, without its instances.
    static func stats(_ name: String, _ service: Service) -> ProxyServiceStats {
        var result = ProxyServiceStats(service: name)
        result.connectionsOpen = sum(service.counters, RouteCounter.connectionsOpen.rawValue)
        result.connectionsAccepted = sum(
            service.counters,
            RouteCounter.connectionsAccepted.rawValue
        )
        result.held = sum(service.counters, RouteCounter.held.rawValue)
        result.connectionsLimited = sum(
            service.counters,
            RouteCounter.connectionsLimited.rawValue
        )
        result.connectionsBarred = sum(service.counters, RouteCounter.connectionsBarred.rawValue)
        result.cutShort = sum(service.counters, RouteCounter.cutShort.rawValue)
        result.connectionsRefused = sum(
            service.counters,
            RouteCounter.connectionsRefused.rawValue
        )
        result.uncountedRequests = sum(service.counters, RouteCounter.uncountedRequests.rawValue)
        result.uncountedFailures = sum(service.counters, RouteCounter.uncountedFailures.rawValue)
        var refusals: [UInt16: UInt64] = [:]
        for refusal in Refusal.allCases {
            let count = sum(service.counters, RouteCounter.refusal(refusal))
            refusals[refusal.status, default: 0] += count
        }
        result.refusals = refusals.filter { $0.value > 0 }.sorted { $0.key < $1.key }
            .map { ProxyRefusal(status: $0.key, count: $0.value) }
        return result
    }

    /// Those of an instance.
    static func stats(
        _ key: String,
        _ instance: Instance,
        _ clock: ClockPair
    ) -> ProxyBackendStats {
        func total(_ counter: BackendCounter) -> UInt64 {
            sum(instance.counters, counter.rawValue)
        }
        var result = ProxyBackendStats(key: key)
        result.requests = total(.requests)
        result.inFlight = total(.inFlight)
        result.responses = [
            total(.informational), total(.success), total(.redirection), total(.clientError),
            total(.serverError),
        ]
        result.failures.connectRefused = total(.connectRefused)
        result.failures.connectTimedOut = total(.connectTimedOut)
        result.failures.reset = total(.reset)
        result.failures.closedEarly = total(.closedEarly)
        result.failures.responseInvalid = total(.responseInvalid)
        result.failures.timedOut = total(.timedOut)
        result.failures.clientAborted = total(.clientAborted)
        result.failures.cut = total(.cut)
        result.failures.local = total(.local)
        result.retries = total(.retries)
        result.bytesToClients = total(.bytesToClients)
        result.bytesFromClients = total(.bytesFromClients)
        result.connectionsOpen = total(.connections)
        result.firstRequestAt = instance.counters.map { $0.load(.firstRequest) }
            .filter { $0 > 0 }.min().map(clock.realtime(of:))
        result.latencySum = total(.latencySum)
        result.latency.buckets = (0..<LatencyHistogram.bucketCount).compactMap { index in
            let count = sum(instance.counters, BackendCounter.allCases.count + index)
            return count > 0 ? LatencyBucket(index: index, count: count) : nil
        }
        return result
    }

    private static func sum(_ counters: [CounterBlock], _ index: Int) -> UInt64 {
        counters.reduce(0) { $0 &+ $1.load(index) }
    }
}

/// The same moment on both clocks.
struct ClockPair {
    /// In milliseconds since 1970.
    let realtime = clinux_realtime()
    private let monotonic = clinux_monotonic()

    /// The time since 1970 of a moment on the monotonic clock.
    func realtime(of nanoseconds: UInt64) -> UInt64 {
        let age = monotonic > nanoseconds ? monotonic - nanoseconds : 0
        return realtime - min(age / 1_000_000, realtime)
    }
}
