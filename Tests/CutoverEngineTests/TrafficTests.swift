import CutoverCore
import CutoverWire
import Testing

@testable import CutoverEngine

/// Counters that only rise become rates, shares and quantiles.
@Suite struct TrafficTests {
    let start = Timestamp(milliseconds: 1_000_000)
    let web = Instance(
        id: InstanceID(rollout: RolloutID(rawValue: 1), number: 1),
        name: "b1",
        release: ReleaseName(rawValue: "v1"),
        slot: .blue
    )

    func reading(requests: UInt64, errors: UInt64 = 0, latency: [UInt64] = []) -> ProxyServiceStats
    {
        var backend = ProxyBackendStats(key: web.id.key)
        backend.requests = requests
        backend.responses[1] = requests - errors
        backend.responses[4] = errors
        let counts = Dictionary(
            latency.map { (LatencyHistogram.index(of: $0), UInt64(1)) },
            uniquingKeysWith: +
        )
        backend.latency.buckets = counts.sorted { $0.key < $1.key }.map { entry in
            LatencyBucket(index: entry.key, count: entry.value)
        }
        var service = ProxyServiceStats(service: "web")
        service.backends = [backend]
        return service
    }

    @Test func ratesAreOverTheLastSecondsAndFadeOut() {
        var traffic = ServiceTraffic(since: start, window: .seconds(30))
        for second in 0...10 {
            traffic.record(
                reading(requests: UInt64(second * 50), errors: UInt64(second * 5)),
                of: [web],
                at: start + .seconds(second)
            )
        }
        #expect(traffic.all.figures.rate == 50)
        #expect(abs(traffic.all.figures.errorRate - 0.1) < 1e-9)
        #expect(traffic.all.figures.total == 500)
        #expect(traffic.rateHistory.last == 50)
        for second in 11...16 {
            let same = reading(requests: 500, errors: 50)
            traffic.record(same, of: [web], at: start + .seconds(second))
        }
        #expect(traffic.all.figures.rate == 0)
        #expect(traffic.all.figures.total == 500)
    }

    @Test func whatLeftTheTableSoonStopsToServe() {
        var traffic = ServiceTraffic(since: start, window: .seconds(30))
        for second in 0...4 {
            var busy = reading(requests: UInt64(second * 200))
            busy.backends[0].inFlight = 3
            traffic.record(busy, of: [web], at: start + .seconds(second))
        }
        #expect(traffic.instances[web.id]?.figures.rate == 200)
        let gone = ProxyServiceStats(service: "web")
        traffic.record(gone, of: [web], at: start + .seconds(5))
        #expect(traffic.instances[web.id]?.figures.rate == 100)
        #expect(traffic.instances[web.id]?.figures.inFlight == 0)
        #expect(traffic.releases[web.release]?.figures.rate == 100)
        traffic.record(gone, of: [web], at: start + .seconds(6))
        #expect(traffic.instances[web.id]?.figures.rate == 0)
        #expect(traffic.releases[web.release]?.figures.rate == 0)
        let observed = traffic.releases[web.release]?.observed(since: start, quantile: 0.99)
        #expect(observed?.requests == 800, "the analysis keeps its own window")
    }

    @Test func requestsThatFoundNoInstanceAreErrorsOfTheService() {
        var traffic = ServiceTraffic(since: start, window: .seconds(30))
        traffic.record(reading(requests: 0), of: [web], at: start)
        var stats = reading(requests: 30)
        stats.refusals = [
            ProxyRefusal(status: 400, count: 7), ProxyRefusal(status: 503, count: 10),
        ]
        stats.uncountedRequests = 10
        stats.uncountedFailures = 10
        traffic.record(stats, of: [web], at: start + .seconds(1))
        #expect(traffic.all.figures.errorRate == 0.25)
        #expect(traffic.all.figures.total == 40)
        #expect(traffic.failedByProxy == 10)
        #expect(traffic.instances[web.id]?.figures.errorRate == 0)
    }

    /// What a drain cut before its response failed at its instance, and was answered 503.
    @Test func aRequestThatWasCutCountsOnce() {
        var traffic = ServiceTraffic(since: start, window: .seconds(30))
        traffic.record(reading(requests: 0), of: [web], at: start)
        var stats = reading(requests: 30)
        stats.backends[0].requests = 40
        stats.backends[0].failures.cut = 10
        stats.refusals = [ProxyRefusal(status: 503, count: 10)]
        traffic.record(stats, of: [web], at: start + .seconds(1))
        #expect(traffic.all.figures.total == 40)
        #expect(traffic.all.figures.errors == 10)
        #expect(traffic.all.figures.errorRate == 0.25)
        #expect(traffic.failedByProxy == 10)
    }

    /// It chose the instance, which is not to blame.
    @Test func aRequestThatThisMachineFailedIsAnErrorOfTheServiceAlone() {
        var traffic = ServiceTraffic(since: start, window: .seconds(30))
        traffic.record(reading(requests: 0), of: [web], at: start)
        var stats = reading(requests: 30)
        stats.backends[0].requests = 40
        stats.backends[0].failures.local = 10
        stats.refusals = [ProxyRefusal(status: 503, count: 10)]
        stats.uncountedFailures = 10
        traffic.record(stats, of: [web], at: start + .seconds(1))
        #expect(traffic.all.figures.total == 40)
        #expect(traffic.all.figures.errors == 10)
        #expect(traffic.instances[web.id]?.figures.errors == 0)
    }

    @Test func whatWasCountedBeforeTheFirstReadingIsNoTrafficOfNow() {
        var traffic = ServiceTraffic(since: start, window: .seconds(30))
        traffic.record(reading(requests: 90_000), of: [web], at: start)
        #expect(traffic.all.figures.rate == 0)
        #expect(traffic.all.figures.total == 90_000)
        let observed = traffic.releases[web.release]?.observed(since: start, quantile: 0.99)
        #expect(observed == ObservedTraffic(requests: 0, errors: 0, latency: nil))
    }

    @Test func aProxyThatWasStartedAgainCountsOnFromWhereItWas() {
        var traffic = ServiceTraffic(since: start, window: .seconds(30))
        traffic.record(reading(requests: 100), of: [web], at: start)
        traffic.record(reading(requests: 7), of: [web], at: start + .seconds(1))
        #expect(traffic.all.figures.total == 107)
    }

    @Test func quantilesAreOfTheWindowAlone() throws {
        var traffic = ServiceTraffic(since: start, window: .seconds(30))
        traffic.record(reading(requests: 1, latency: [900_000]), of: [web], at: start)
        let later = reading(requests: 3, latency: [900_000, 2000, 2000])
        traffic.record(later, of: [web], at: start + .seconds(1))
        let p99 = try #require(traffic.all.figures.p99)
        #expect(p99 > 1.8 && p99 < 2.2)
    }

    @Test func aSuccessEndsARowOfFailures() {
        var traffic = ServiceTraffic(since: start, window: .seconds(30))
        traffic.record(reading(requests: 0), of: [web], at: start)
        traffic.record(reading(requests: 4, errors: 4), of: [web], at: start + .seconds(1))
        #expect(traffic.consecutiveFailures[web.id] == 4)
        traffic.record(reading(requests: 5, errors: 4), of: [web], at: start + .seconds(2))
        #expect(traffic.consecutiveFailures[web.id] == 0)
    }

    /// The proxy counts each attempt; a client's request is one.
    @Test func aRequestThatWasSentAgainIsOneRequest() {
        var traffic = ServiceTraffic(since: start, window: .seconds(30))
        traffic.record(reading(requests: 10), of: [web], at: start)
        var later = reading(requests: 20)
        later.backends[0].retries = 4
        traffic.record(later, of: [web], at: start + .seconds(1))
        #expect(traffic.all.figures.total == 16)
        // An attempt that began before the last reading, and was given up behind it.
        later.backends[0].retries = 5
        traffic.record(later, of: [web], at: start + .seconds(2))
        #expect(traffic.all.figures.total == 16)
    }

    @Test func theRatesOfReleasesEndWithTheSameSecond() {
        var traffic = ServiceTraffic(since: start, window: .seconds(30))
        let green = Instance(
            id: InstanceID(rollout: RolloutID(rawValue: 2), number: 1),
            name: "g1",
            release: ReleaseName(rawValue: "v2"),
            slot: .green
        )
        for second in 0...6 {
            var stats = reading(requests: UInt64(second * 50))
            if second > 3 {
                var backend = ProxyBackendStats(key: green.id.key)
                backend.requests = UInt64(second - 4) * 30
                stats.backends.append(backend)
            }
            traffic.record(stats, of: [web, green], at: start + .seconds(second))
        }
        #expect(traffic.rateHistory.suffix(2) == [80, 80])
        #expect(traffic.releaseRates[web.release]?.suffix(2) == [50, 50])
        #expect(traffic.releaseRates[green.release] == [30, 30])
    }

    @Test func theHistoryIsBounded() {
        var traffic = ServiceTraffic(since: start, window: .seconds(30))
        for second in 0...300 {
            traffic.record(
                reading(requests: UInt64(second)),
                of: [web],
                at: start + .seconds(second)
            )
        }
        #expect(traffic.rateHistory.count == ServiceTraffic.historyLength)
        #expect(traffic.all.samples.count <= 7)
        #expect(traffic.releases[web.release]?.samples.count ?? 0 <= 32)
    }
}
