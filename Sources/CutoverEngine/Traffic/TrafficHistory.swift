import CutoverCore
import CutoverWire

/// The recent traffic of one instance, release or service.
struct TrafficHistory: Hashable, Sendable {
    private(set) var total: UInt64 = 0
    private(set) var errors: UInt64 = 0
    var inFlight = 0
    /// Oldest first, over at most `span`.
    private(set) var samples: [TrafficSample] = []
    /// When counting began: a rate over less than the whole window is over what there is.
    private var since: Timestamp
    private let span: Duration

    /// Rates and quantiles that are shown are over this window.
    static let shownWindow = Duration.seconds(5)

    init(since: Timestamp, span: Duration = Self.shownWindow) {
        self.since = since
        self.span = span
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

    /// The sum of the samples that end after `start`.
    func sum(after start: Timestamp, at now: Timestamp) -> TrafficSample {
        var sum = TrafficSample(at: now)
        for sample in samples where sample.at > start {
            sum.add(sample)
        }
        return sum
    }

    func figures(at now: Timestamp) -> TrafficFigures {
        let start = max(now - Self.shownWindow, since)
        let recent = sum(after: start, at: now)
        let seconds = Double((now - start).wholeMilliseconds) / 1000
        let answered = recent.errors + recent.successes
        return TrafficFigures(
            total: total,
            errors: errors,
            inFlight: inFlight,
            rate: seconds > 0 ? Double(recent.requests) / seconds : 0,
            errorRate: answered > 0 ? Double(recent.errors) / Double(answered) : 0,
            p50: recent.latency.percentile(50).map { Double($0) / 1000 },
            p99: recent.latency.percentile(99).map { Double($0) / 1000 }
        )
    }
}
