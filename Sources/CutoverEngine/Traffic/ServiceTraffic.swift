import CutoverCore
import CutoverWire

/// What was counted for one service, by instance, by release and together.
struct ServiceTraffic {
    private(set) var instances: [InstanceID: TrafficHistory] = [:]
    /// Over the analysis's window.
    private(set) var releases: [ReleaseName: TrafficHistory] = [:]
    private(set) var all: TrafficHistory
    /// Requests per second, one value a second, oldest first, at most ``historyLength``.
    private(set) var rateHistory: [Double] = []
    private(set) var failedByProxy: UInt64 = 0
    /// Failed answers of an instance since its last success.
    private(set) var consecutiveFailures: [InstanceID: Int] = [:]
    private var readings: [InstanceID: ProxyBackendStats] = [:]
    private var refused: UInt64 = 0
    private var nextRateAt: Timestamp
    private let since: Timestamp
    private let window: Duration

    static let historyLength = 120

    init(since: Timestamp, window: Duration) {
        self.since = since
        self.window = max(window, TrafficHistory.shownWindow)
        all = TrafficHistory(since: since)
        nextRateAt = since + .seconds(1)
    }

    /// Takes in a reading of the proxy.
    mutating func record(
        _ stats: ProxyServiceStats,
        of known: [Instance],
        at now: Timestamp
    ) {
        let byKey = Dictionary(
            stats.backends.map { ($0.key, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var sum = TrafficSample(at: now)
        var inFlight = 0
        for instance in known {
            guard let reading = byKey[instance.id.key] else {
                continue
            }
            let sample = TrafficSample(from: readings[instance.id], to: reading, at: now)
            readings[instance.id] = reading
            var history = instances[instance.id] ?? TrafficHistory(since: since)
            history.add(sample)
            history.inFlight = Int(clamping: reading.inFlight)
            instances[instance.id] = history
            note(sample, of: instance, span: window)
            sum.add(sample)
            inFlight += history.inFlight
        }
        all.add(sum)
        all.inFlight = inFlight
        failedByProxy += stats.failures >= refused ? stats.failures - refused : stats.failures
        refused = stats.failures
        noteRate(at: now)
    }

    private mutating func note(_ sample: TrafficSample, of instance: Instance, span: Duration) {
        releases[instance.release, default: TrafficHistory(since: since, span: span)].add(sample)
        if sample.successes > 0 {
            // The order within one reading is not known: a success ends the row of failures.
            consecutiveFailures[instance.id] = 0
        } else {
            consecutiveFailures[instance.id, default: 0] += Int(clamping: sample.errors)
        }
    }

    private mutating func noteRate(at now: Timestamp) {
        guard now >= nextRateAt else {
            return
        }
        nextRateAt = now + .seconds(1)
        let lastSecond = all.sum(after: now - .seconds(1), at: now)
        rateHistory.append(Double(lastSecond.requests))
        if rateHistory.count > Self.historyLength {
            rateHistory.removeFirst()
        }
    }

    mutating func forget(_ id: InstanceID) {
        instances[id] = nil
        readings[id] = nil
        consecutiveFailures[id] = nil
    }
}
