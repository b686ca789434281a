/// The limits that a candidate with traffic must keep.
package struct AnalysisConfiguration: Hashable, Sendable {
    /// The sliding window over which both sides are counted.
    package var window: Duration
    /// Fewer candidate requests than this in the window are inconclusive, and so are fewer of the
    /// stable release for a factor.
    package var minimumRequests: Int
    /// Highest share of failed answers (status 500 and above, and no answer), 0 to 1.
    ///
    /// `nil`: no limit.
    package var errorRateLimit: Double?
    /// Error rate as a multiple of the stable release's over the same window, or over the last one
    /// before the switch when it has too few requests there.
    ///
    /// `nil`: no limit.
    package var errorRateFactor: Double?
    /// Highest latency in milliseconds at `latencyQuantile`.
    ///
    /// `nil`: no limit.
    package var latencyLimit: Double?
    /// Latency as a multiple of the stable release's, over the same windows as the error rate.
    ///
    /// `nil`: no limit.
    package var latencyFactor: Double?
    /// Over 0 and at most 1, such as 0.99.
    package var latencyQuantile: Double
    /// Consecutive failed answers of one instance that are an anomaly at once.
    ///
    /// `nil`: no limit.
    package var consecutiveFailures: Int?
    package var onFailure: AnomalyPolicy

    package init(
        window: Duration = .seconds(30),
        minimumRequests: Int = 50,
        errorRateLimit: Double? = 0.05,
        errorRateFactor: Double? = nil,
        latencyLimit: Double? = nil,
        latencyFactor: Double? = nil,
        latencyQuantile: Double = 0.99,
        consecutiveFailures: Int? = nil,
        onFailure: AnomalyPolicy = .hold
    ) {
        self.window = window
        self.minimumRequests = minimumRequests
        self.errorRateLimit = errorRateLimit
        self.errorRateFactor = errorRateFactor
        self.latencyLimit = latencyLimit
        self.latencyFactor = latencyFactor
        self.latencyQuantile = latencyQuantile
        self.consecutiveFailures = consecutiveFailures
        self.onFailure = onFailure
    }
}

/// What an anomaly does.
package enum AnomalyPolicy: String, Hashable, CaseIterable, Codable, Sendable {
    case hold
    case rollback
}
