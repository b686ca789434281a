/// Latencies in microseconds in log-linear buckets: sixteen to each power of two, so a bucket's
/// bounds are at most 6.25 % apart.
package struct LatencyHistogram: Hashable, Sendable {
    /// The number of buckets; the last one takes everything from about 71 minutes on.
    package static let bucketCount = 464

    /// The buckets that hold something, by index in ascending order.
    package var buckets: [LatencyBucket] = []

    /// Starts empty.
    package init() {}

    /// The bucket for a latency in microseconds.
    package static func index(of microseconds: UInt64) -> Int {
        guard microseconds >= 16 else {
            return Int(microseconds)
        }
        let exponent = 63 &- microseconds.leadingZeroBitCount
        let fraction = Int(truncatingIfNeeded: microseconds &>> UInt64(exponent &- 4)) & 15
        return min((exponent &- 3) &* 16 &+ fraction, bucketCount &- 1)
    }

    /// The smallest latency of a bucket, in microseconds.
    package static func lowerBound(of index: Int) -> UInt64 {
        guard index >= 16 else {
            return UInt64(max(index, 0))
        }
        let exponent = index / 16 + 3
        return UInt64(16 + index % 16) << UInt64(exponent - 4)
    }

    /// How many latencies were recorded.
    ///
    /// It wraps, as every sum here: counts come from another process, and none may end this one.
    package var count: UInt64 {
        buckets.reduce(0) { $0 &+ $1.count }
    }

    /// The latency below which `percent` (0 to 100) of the requests were: the upper bound of the
    /// bucket in which that request stands, in microseconds; `nil` when nothing was recorded.
    package func percentile(_ percent: Double) -> UInt64? {
        let total = count
        guard total > 0 else {
            return nil
        }
        let share = (Double(total) * min(max(percent, 0), 100) / 100).rounded(.up)
        let rank = share < 0x1p63 ? max(1, UInt64(share)) : total
        var seen: UInt64 = 0
        for bucket in buckets {
            seen &+= bucket.count
            if seen >= rank {
                return Self.lowerBound(of: bucket.index + 1) - 1
            }
        }
        return nil
    }

    /// What was recorded since `earlier`, an older reading of the same histogram.
    package func since(_ earlier: LatencyHistogram) -> LatencyHistogram {
        let old = Dictionary(earlier.buckets.map { ($0.index, $0.count) }) { $0 &+ $1 }
        var result = LatencyHistogram()
        result.buckets = buckets.compactMap { bucket in
            let before = old[bucket.index] ?? 0
            return bucket.count > before
                ? LatencyBucket(index: bucket.index, count: bucket.count - before) : nil
        }
        return result
    }

    /// The sum of two histograms, as for all instances of a side.
    package func adding(_ other: LatencyHistogram) -> LatencyHistogram {
        var counts = Dictionary(buckets.map { ($0.index, $0.count) }) { $0 &+ $1 }
        for bucket in other.buckets {
            counts[bucket.index, default: 0] &+= bucket.count
        }
        var result = LatencyHistogram()
        result.buckets = counts.sorted { $0.key < $1.key }.map { entry in
            LatencyBucket(index: entry.key, count: entry.value)
        }
        return result
    }
}

/// One bucket that is not empty.
package struct LatencyBucket: Hashable, Sendable {
    /// Its place, as `LatencyHistogram.index(of:)` gives it.
    package var index: Int

    /// How many latencies fell into it.
    package var count: UInt64

    /// Records one bucket.
    package init(index: Int, count: UInt64) {
        self.index = index
        self.count = count
    }
}
