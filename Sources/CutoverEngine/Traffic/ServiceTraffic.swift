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
    /// The same of each release that had requests meanwhile, ending with the same second.
    private(set) var releaseRates: [ReleaseName: [Double]] = [:]
    private(set) var failedByProxy: UInt64 = 0
    private(set) var failedUncounted = false
    /// Failed answers of an instance since its last success.
    private(set) var consecutiveFailures: [InstanceID: Int] = [:]
    private var readings: [InstanceID: ProxyBackendStats] = [:]
    private var refused: UInt64 = 0
    private var uncounted: (requests: UInt64, failures: UInt64) = (0, 0)
    private var judgedSince: Timestamp?
    /// What the stable release of a rollout answered before the switch.
    private(set) var beforeSwitch: (rollout: RolloutID, sample: TrafficSample)?
    private var nextRateAt: Timestamp
    private var lastReadAt: Timestamp?
    private let window: Duration
    private let quantile: Double

    static let historyLength = 120

    init(since: Timestamp, window: Duration, quantile: Double = 0.99) {
        self.quantile = quantile
        self.window = max(window, TrafficHistory.shownWindow)
        all = TrafficHistory()
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
        // Before the first reading anything may have happened: an earlier engine may have counted
        // too.
        let from = lastReadAt ?? Timestamp(milliseconds: 0)
        lastReadAt = now
        var sum = TrafficSample(from: from, at: now)
        var inFlight = 0
        for instance in known {
            guard let reading = byKey[instance.id.key] else {
                // It left the table, and whatever it had begun is over.
                instances[instance.id]?.inFlight = 0
                continue
            }
            let sample = TrafficSample(
                since: readings[instance.id],
                to: reading,
                from: from,
                at: now
            )
            readings[instance.id] = reading
            var history = instances[instance.id] ?? TrafficHistory(quantile: quantile)
            history.add(sample)
            history.inFlight = Int(clamping: reading.inFlight)
            instances[instance.id] = history
            note(sample, of: instance)
            sum.add(sample)
            inFlight += history.inFlight
        }
        failedByProxy += Self.rise(from: refused, to: stats.failures)
        refused = stats.failures
        // What no instance counts is the service's all the same.
        sum.requests += Self.rise(from: uncounted.requests, to: stats.uncountedRequests)
        sum.errors += Self.rise(from: uncounted.failures, to: stats.uncountedFailures)
        uncounted = (stats.uncountedRequests, stats.uncountedFailures)
        all.add(sum)
        all.inFlight = inFlight
        refreshFigures(at: now)
        noteRate(at: now)
    }

    /// What came to a counter; one that went back belongs to a proxy that was started again.
    private static func rise(from earlier: UInt64, to later: UInt64) -> UInt64 {
        later >= earlier ? later - earlier : later
    }

    /// A proxy ended with counts that nobody read, or died: they went with it, and nobody else saw
    /// what failed meanwhile.
    mutating func loseCounters() {
        failedUncounted = true
    }

    private mutating func note(_ sample: TrafficSample, of instance: Instance) {
        releases[instance.release, default: TrafficHistory(span: window)].add(sample)
        if sample.successes > 0 {
            // The order within one reading is not known: a success ends the row of failures.
            consecutiveFailures[instance.id] = 0
        } else {
            consecutiveFailures[instance.id, default: 0] += Int(clamping: sample.errors)
        }
    }

    /// Also of what had no reading this time: its rate fades out.
    private mutating func refreshFigures(at now: Timestamp) {
        all.refreshFigures(at: now)
        for id in instances.keys {
            instances[id]?.refreshFigures(at: now)
        }
        for release in releases.keys {
            releases[release]?.refreshFigures(at: now)
        }
    }

    private mutating func noteRate(at now: Timestamp) {
        guard now >= nextRateAt else {
            return
        }
        nextRateAt = now + .seconds(1)
        let since = now - .milliseconds(1500)
        let recent = all.sum(since: since)
        let seconds = Double((recent.at - recent.from).wholeMilliseconds) / 1000
        func rate(_ sample: TrafficSample) -> Double {
            seconds > 0 ? Double(sample.requests) / seconds : 0
        }
        Self.append(rate(recent), to: &rateHistory)
        for (release, history) in releases {
            Self.append(rate(history.sum(since: since)), to: &releaseRates[release, default: []])
        }
        releaseRates = releaseRates.filter { $0.value.contains { $0 > 0 } }
    }

    private static func append(_ rate: Double, to history: inout [Double]) {
        history.append(rate)
        if history.count > historyLength {
            history.removeFirst()
        }
    }

    /// Failures of before are answered for: an operator said continue, or another step began.
    mutating func judge(since: Timestamp) {
        if since != judgedSince {
            judgedSince = since
            consecutiveFailures = [:]
        }
    }

    /// Keeps what the stable release answers as the measure for the candidate of a rollout, which
    /// has just been given its first requests.
    ///
    /// Told again, it keeps the larger one: an engine that was started since knows little at first.
    mutating func keepMeasure(
        of release: ReleaseName,
        for rollout: RolloutID,
        enough: Int,
        at now: Timestamp
    ) {
        let old = beforeSwitch?.rollout == rollout ? beforeSwitch?.sample.answers ?? 0 : 0
        guard beforeSwitch?.rollout != rollout || old < enough else {
            return
        }
        let sample = releases[release]?.sum(since: now - window)
        if let sample, sample.answers > old || beforeSwitch?.rollout != rollout {
            beforeSwitch = (rollout, sample)
        }
    }

    /// Forgets what was counted for other instances than these, and for releases without any.
    mutating func keep(_ known: [Instance]) {
        let ids = Set(known.map(\.id))
        let names = Set(known.map(\.release))
        instances = instances.filter { ids.contains($0.key) }
        readings = readings.filter { ids.contains($0.key) }
        consecutiveFailures = consecutiveFailures.filter { ids.contains($0.key) }
        releases = releases.filter { names.contains($0.key) }
    }
}
