/// Several readings of one figure in short.
struct Spread: Equatable, Codable {
    let median: Double
    let minimum: Double
    let maximum: Double

    /// `nil` for no reading at all.
    init?(_ readings: some Sequence<Double>) {
        let sorted = readings.sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        let middle = sorted.count / 2
        median =
            sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        (minimum, maximum) = (first, last)
    }

    /// Of our readings over a peer's, round by round; a round that is invalid for either counts for
    /// none.
    ///
    /// Figures of different rounds are never compared: a shared machine drifts by a third within
    /// the hour, while neighbours of a round see the same weather.
    init?(ratioOf ours: [Double?], to theirs: [Double?]) {
        self.init(
            zip(ours, theirs).compactMap { our, their in
                guard let our, let their, their > 0 else { return nil }
                return our / their
            }
        )
    }
}

/// The reading below which a share of all readings lies, 0 to 1, by the nearest rank.
func percentile(_ share: Double, of sorted: [Double]) -> Double? {
    guard !sorted.isEmpty else { return nil }
    let rank = Int((Double(sorted.count) * share).rounded(.up))
    return sorted[min(max(rank, 1), sorted.count) - 1]
}
