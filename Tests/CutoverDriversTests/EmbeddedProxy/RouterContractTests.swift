import CutoverCore
import CutoverDrivers
import CutoverTestSupport
import CutoverWire
import Testing

/// What every router promises, asked of the real one and of the one that the engine is tested with.
@Suite struct RouterContractTests {
    @Test func theEmbeddedRouterKeepsIt() async throws {
        let bench = try RouterBench()
        try await check(bench.router(), bench)
    }

    @Test func theFixtureKeepsIt() async throws {
        let drivers = FixtureDrivers(world: FixtureWorld(), clock: ManualClock())
        try await check(FixtureRouter(drivers), RouterBench())
    }

    private func check(_ router: any Router, _ bench: RouterBench) async throws {
        let started = try await router.start()
        #expect(started.generation == 0)
        #expect(try await router.start().processID == started.processID)

        let address = SocketAddress.ipv4(host: "127.0.0.1", port: 9)
        let table = bench.table(5, address)
        try await router.apply(table)
        try await router.apply(table)
        #expect(try await router.status().generation == 5)
        #expect(try await router.stats().generation == 5)

        var empty = bench.table(6, address)
        empty.routes[0].sides[0].backends = []
        var stale = bench.table(6, address)
        stale.epoch = 0
        for refused in [bench.table(4, address), empty, stale] {
            do throws(DriverError) {
                try await router.apply(refused)
                Issue.record("took \(refused)")
            } catch {
                #expect(!error.isRetryable && !error.mayHaveBeenApplied)
            }
        }
        #expect(try await router.status().generation == 5)

        let report = try await router.drain(
            ["key", "unknown"],
            deadline: DriverClock.test.now() + .seconds(60)
        )
        #expect(report == DrainReport(cut: 0))
        try await router.stop(grace: .zero)
        try await router.stop(grace: .zero)
        await #expect(throws: DriverError.self) { try await router.status() }
    }
}
