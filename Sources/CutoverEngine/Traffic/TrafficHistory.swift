import CutoverCore
import CutoverWire

/// The recent traffic of one instance, release or service.
struct TrafficHistory: Hashable, Sendable {
    private(set) var total: UInt64 = 0
    private(set) var errors: UInt64 = 0
    var inFlight = 0
    /// Oldest first, over at most `span`.
    private(set) var samples: [TrafficSample] = []
    private let span: Duration
    private let quantile: Double

    /// Quantiles and shares of errors that are shown are over this window.
    static let shownWindow = Duration.seconds(5)

    /// Rates are over this one, which holds two quiet readings: a side that gets nothing any more
    /// must not seem to serve.
    static let rateWindow = Duration.milliseconds(2500)

    /// Keeps samples for `span`, and the latency at `quantile`, the one that a limit is set for.
    init(span: Duration = Self.shownWindow, quantile: Double = 0.99) {
        self.span = span
        self.quantile = quantile
    }

    mutating func add(_ sample: TrafficSample) {
        total += sample.requests
        errors += sample.errors
        samples.append(sample)
        let horizon = sample.at - span
        if let first = samples.firstIndex(where: { $0.at > horizon }), first > 0 {
            samples.removeFirst(first)
        }
    }

    /// The sum of the samples that lie between `start` and the present, with the time that they
    /// cover.
    ///
    /// One that began before `start` is left out as a whole: it may hold any number of requests of
    /// before, up to all that an earlier engine saw.
    func sum(since start: Timestamp) -> TrafficSample {
        let included = samples.drop { $0.from < start }
        var sum = TrafficSample(from: included.first?.from ?? start, at: included.last?.at ?? start)
        for sample in included {
            sum.add(sample)
        }
        return sum
    }

    /// Counts, rates and quantiles as they are shown.
    private(set) var figures = TrafficFigures()
    /// Milliseconds at the quantile with a limit, over the window of ``figures``.
    ///
    /// `nil` without a request.
    private(set) var limitedLatency: Double?

    /// Computes ``figures`` once after each reading: snapshots are made more often.
    mutating func refreshFigures(at now: Timestamp) {
        let recent = sum(since: now - Self.shownWindow)
        let answered = recent.errors + recent.successes
        limitedLatency = recent.latency.percentile(quantile * 100).map { Double($0) / 1000 }
        figures = TrafficFigures(
            total: total,
            errors: errors,
            inFlight: inFlight,
            rate: rate(at: now),
            errorRate: answered > 0 ? Double(recent.errors) / Double(answered) : 0,
            p50: recent.latency.percentile(50).map { Double($0) / 1000 },
            p99: recent.latency.percentile(99).map { Double($0) / 1000 }
        )
    }

    /// Requests per second up to `now`, also when the last reading is older: time without a sample
    /// is time without a request.
    private func rate(at now: Timestamp) -> Double {
        let recent = sum(since: now - Self.rateWindow)
        let seconds = Double((now - recent.from).wholeMilliseconds) / 1000
        return recent.requests > 0 && seconds > 0 ? Double(recent.requests) / seconds : 0
    }

    /// What an analysis sees of the traffic since `start`.
    func observed(since start: Timestamp, quantile: Double) -> ObservedTraffic {
        sum(since: start).observed(quantile: quantile)
    }
}
