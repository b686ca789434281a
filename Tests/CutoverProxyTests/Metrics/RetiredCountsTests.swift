import CutoverWire
import Testing

@testable import CutoverProxy

/// The counts of what has left the table, for who does not look each second.
@Suite struct RetiredCountsTests {
    private let start = ContinuousClock.now

    private func table(_ name: String, service: String = "web") -> ProxyTable {
        var route = ProxyRoute.on(1, .of(name, weight: 1, 2))
        route.service = service
        route.sides[0].release = "of \(name)"
        return ProxyTable(generation: 1, epoch: 1, routes: [route])
    }

    private func writer(_ registry: Registry, _ key: String) throws -> CounterWriter {
        CounterWriter(try #require(registry.instances[key]?.counters.first))
    }

    /// What the metrics tell of an instance.
    private func told(_ registry: Registry, _ key: String) -> [ProxyBackendStats] {
        registry.retired.added(to: registry.stats(generation: 1, epoch: 1)).services
            .flatMap(\.backends).filter { $0.key == key }
    }

    private func keys(_ registry: Registry) -> [String] {
        registry.stats(generation: 1, epoch: 1).services.flatMap(\.backends).map(\.key)
    }

    @Test func anInstanceThatIsGoneIsToldForFiveMinutes() throws {
        var registry = Registry(loops: 1)
        _ = registry.plan(for: table("blue"))
        let counters = try writer(registry, "blue-0")
        counters.add(.requests, 7)
        counters.add(.inFlight)
        _ = registry.plan(for: table("green"))

        // What runs still counts, however long it takes.
        registry.prune(now: start)
        registry.prune(now: start + .seconds(3_600))
        #expect(keys(registry) == ["blue-0", "green-0"])
        counters.add(.cut)
        counters.subtract(.inFlight)

        let end = start + .seconds(4_000)
        registry.prune(now: end)
        for second in [0, 1, 299] {
            registry.prune(now: end + .seconds(second))
            #expect(keys(registry) == ["green-0"])
            let blue = told(registry, "blue-0")
            #expect(blue.count == 1)
            #expect(blue.first?.requests == 7 && blue.first?.failures.cut == 1)
            #expect(registry.retired.releases["blue-0"] == "of blue")
        }
        registry.prune(now: end + .seconds(300))
        #expect(told(registry, "blue-0").isEmpty && told(registry, "green-0").count == 1)
        #expect(registry.retired.releases.isEmpty)
    }

    @Test func anInstanceThatIsListedAgainIsToldOnceAndFromZero() throws {
        var registry = Registry(loops: 1)
        _ = registry.plan(for: table("blue"))
        try writer(registry, "blue-0").add(.requests, 7)
        _ = registry.plan(for: table("green"))
        registry.prune(now: start)
        #expect(told(registry, "blue-0").map(\.requests) == [7])
        _ = registry.plan(for: table("blue"))
        #expect(told(registry, "blue-0").map(\.requests) == [0])
    }

    @Test func aServiceThatIsGoneIsToldWithItsInstances() throws {
        var registry = Registry(loops: 1)
        _ = registry.plan(for: table("blue", service: "old"))
        let counters = try #require(registry.services["old"]?.counters.first)
        CounterWriter(counters).add(.cutShort)
        try writer(registry, "blue-0").add(.requests, 3)
        _ = registry.plan(for: table("green"))
        registry.prune(now: start)
        let stats = registry.stats(generation: 1, epoch: 1)
        #expect(stats.services.map(\.service) == ["web"])
        let told = registry.retired.added(to: stats).services
        #expect(told.map(\.service) == ["old", "web"])
        #expect(told[0].cutShort == 1 && told[0].backends.map(\.requests) == [3])

        _ = registry.plan(for: table("green", service: "old"))
        let again = registry.retired.added(to: registry.stats(generation: 1, epoch: 1)).services
        #expect(again.filter { $0.service == "old" }.map(\.cutShort) == [0])
    }

    @Test func theNewestAreKeptWhenThereAreTooMany() throws {
        var retired = RetiredCounts()
        let count = RetiredCounts.maximum + 10
        for number in 0..<count {
            let stats = ProxyBackendStats(key: "\(number)")
            retired.add(stats, service: "web", release: "v1", at: start)
            retired.add(ProxyServiceStats(service: "s\(number)"), at: start)
        }
        let services = retired.added(to: ProxyStats()).services
        let keys = services.flatMap(\.backends).map(\.key)
        #expect(keys == (10..<count).map(String.init))
        #expect(services.count == RetiredCounts.maximum + 1)
    }
}
