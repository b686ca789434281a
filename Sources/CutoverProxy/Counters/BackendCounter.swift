import CutoverWire

/// The places of a backend's counters in its `CounterBlock`; the latency buckets stand behind them.
enum BackendCounter: Int, CaseIterable {
    case requests
    case inFlight
    case informational
    case success
    case redirection
    case clientError
    case serverError
    case connectRefused
    case connectTimedOut
    case reset
    case closedEarly
    case responseInvalid
    case timedOut
    case clientAborted
    case cut
    case local
    case retries
    case bytesToClients
    case bytesFromClients
    case connections
    /// The sum of all latencies in the buckets, in nanoseconds.
    case latencySum
    /// When the first request since the last table began, in nanoseconds of CLOCK_MONOTONIC; 0 for
    /// none.
    case firstRequest

    /// Counters and latency buckets of one backend.
    static var blockCount: Int { allCases.count + LatencyHistogram.bucketCount }

    /// The place of a latency.
    @inline(__always)
    static func bucket(_ nanoseconds: UInt64) -> Int {
        // The count of the cases above, as a literal: `allCases` would be computed at each request.
        22 &+ LatencyHistogram.index(of: nanoseconds / 1_000)
    }

    /// The counter of a final response's class.
    @inline(__always)
    static func responses(_ status: Int) -> BackendCounter {
        switch status {
        case ..<200: .informational
        case ..<300: .success
        case ..<400: .redirection
        case ..<500: .clientError
        default: .serverError
        }
    }
}

/// The places of a route's counters in its `CounterBlock`; one for each `Refusal` stands behind
/// them.
enum RouteCounter: Int, CaseIterable {
    case connectionsOpen
    case connectionsAccepted
    case cutShort
    case connectionsRefused
    case held
    case connectionsLimited
    case connectionsBarred
    case uncountedRequests
    case uncountedFailures

    /// All counters of one route.
    static var blockCount: Int { allCases.count + Refusal.allCases.count }

    /// The place of a refusal's count.
    static func refusal(_ refusal: Refusal) -> Int {
        uncountedFailures.rawValue + 1 + Int(refusal.rawValue)
    }
}

extension CounterWriter {
    @inline(__always)
    func add(_ counter: BackendCounter, _ amount: UInt64 = 1) { add(counter.rawValue, amount) }

    func add(_ counter: RouteCounter) { add(counter.rawValue, 1) }

    @inline(__always)
    func subtract(_ counter: BackendCounter) { subtract(counter.rawValue) }
}

extension CounterBlock {
    func load(_ counter: BackendCounter) -> UInt64 { load(counter.rawValue) }
}
