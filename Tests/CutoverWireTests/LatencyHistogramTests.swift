import Testing

@testable import CutoverWire

@Suite struct LatencyHistogramTests {
    @Test func boundsAreAtMostOneSixteenthApart() {
        for index in 16..<(LatencyHistogram.bucketCount - 1) {
            let low = LatencyHistogram.lowerBound(of: index)
            let high = LatencyHistogram.lowerBound(of: index + 1)
            #expect(high > low && (high - low) * 16 <= low)
        }
    }

    @Test func everyLatencyFallsBetweenItsBounds() {
        var latency: UInt64 = 0
        while latency < 1 << 32 {
            let index = LatencyHistogram.index(of: latency)
            #expect(LatencyHistogram.lowerBound(of: index) <= latency)
            #expect(latency < LatencyHistogram.lowerBound(of: index + 1))
            latency = latency * 21 / 20 + 1
        }
        #expect(LatencyHistogram.index(of: .max) == LatencyHistogram.bucketCount - 1)
    }

    @Test func percentilesCountFromTheSmallest() {
        var histogram = LatencyHistogram()
        histogram.buckets = [
            LatencyBucket(index: 5, count: 99), LatencyBucket(index: 10, count: 1),
        ]
        #expect(histogram.percentile(50) == 5)
        #expect(histogram.percentile(99) == 5)
        #expect(histogram.percentile(100) == 10)
        #expect(LatencyHistogram().percentile(50) == nil)
    }

    @Test func aDifferenceAndASumAreBucketByBucket() {
        var early = LatencyHistogram()
        early.buckets = [LatencyBucket(index: 1, count: 2), LatencyBucket(index: 4, count: 1)]
        var late = LatencyHistogram()
        late.buckets = [LatencyBucket(index: 1, count: 5), LatencyBucket(index: 4, count: 1)]
        #expect(late.since(early).buckets == [LatencyBucket(index: 1, count: 3)])
        #expect(early.adding(late.since(early)) == late)
    }

    @Test func countsWithoutBoundEndNothing() {
        var histogram = LatencyHistogram()
        histogram.buckets = [
            LatencyBucket(index: 1, count: .max), LatencyBucket(index: 2, count: .max - 1),
        ]
        #expect(histogram.percentile(100) == 1)
        #expect(histogram.adding(histogram).buckets.map(\.count) == [.max - 1, .max - 3])
        var service = ProxyServiceStats(service: "web")
        service.cutShort = .max
        service.refusals = [ProxyRefusal(status: 503, count: 2)]
        #expect(service.failures == 1)
        var failures = ProxyFailures()
        failures.reset = .max
        failures.cut = 2
        #expect(failures.total == 1)
    }
}
