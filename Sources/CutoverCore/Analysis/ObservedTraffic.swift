/// What was counted of one side over the window of an analysis.
package struct ObservedTraffic: Hashable, Sendable {
    /// Requests that were answered, or ended without a complete answer.
    package var requests: Int
    /// Of these, answers with status 500 and above, and those without a complete answer.
    package var errors: Int
    /// Milliseconds at the configured quantile; `nil` without an answer.
    package var latency: Double?

    package init(requests: Int, errors: Int, latency: Double?) {
        self.requests = requests
        self.errors = errors
        self.latency = latency
    }

    /// 0 to 1; `nil` without a request.
    var errorRate: Double? { requests > 0 ? Double(errors) / Double(requests) : nil }
}
