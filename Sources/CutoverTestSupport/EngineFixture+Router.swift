package import CutoverCore
package import CutoverDrivers
package import CutoverWire
import Synchronization

/// The router's part of the fixture.
///
/// Its proxy refuses what the real one refuses.
package struct FixtureRouter: Router {
    let drivers: FixtureDrivers

    package init(_ drivers: FixtureDrivers) {
        self.drivers = drivers
    }

    private var world: FixtureWorld { drivers.world }

    package var events: AsyncStream<RouterEvent> { drivers.events }

    package func start() async throws(DriverError) -> RouterStatus {
        world.state.withLock { $0.isProxyRunning = $0.isProxyRunning || !$0.refusesToStart }
        return try await status()
    }

    package func status() async throws(DriverError) -> RouterStatus {
        try proxyAnswers()
        return world.state.withLock { state in
            RouterStatus(
                processID: state.proxyProcess,
                startedAt: drivers.clock.now,
                generation: state.table?.generation ?? 0,
                epoch: state.table?.epoch ?? 0,
                isAdopted: true,
                table: state.table
            )
        }
    }

    package func apply(_ table: ProxyTable) async throws(DriverError) {
        try proxyAnswers()
        try await drivers.perform(.apply) { () throws(DriverError) in
            if let reason = refusal(of: table) {
                throw .fixture(reason, isRetryable: false)
            }
            world.state.withLock { state in
                state.table = table
                state.tables.append(table)
            }
        }
    }

    private func refusal(of table: ProxyTable) -> String? {
        let live = world.state.withLock(\.table)
        let isRepeated = table == live
        if let live, !isRepeated,
            (live.epoch, live.generation) >= (table.epoch, table.generation)
        {
            return "older than the live table"
        }
        let bound = Set(live?.routes.flatMap(\.addresses) ?? [])
        let taken = world.state.withLock(\.taken)
        for address in table.routes.flatMap(\.addresses)
        where taken.contains(address) && !bound.contains(address) {
            return "cannot listen on \(address): address already in use"
        }
        for side in table.routes.flatMap(\.sides)
        where side.weight > 0 && side.backends.allSatisfy(\.isDraining) {
            return "a side with weight has no backend"
        }
        return nil
    }

    package func stats() async throws(DriverError) -> ProxyStats {
        try proxyAnswers()
        return world.state.withLock { state in
            var stats = ProxyStats()
            stats.generation = state.table?.generation ?? 0
            stats.services = (state.table?.routes ?? []).map { route in
                var service = ProxyServiceStats(service: route.service)
                let keys = route.sides.flatMap(\.backends).map(\.key)
                service.backends = keys.map { state.counters[$0] ?? ProxyBackendStats(key: $0) }
                return service
            }
            return stats
        }
    }

    package func drain(
        _ keys: [String],
        deadline: Timestamp
    ) async throws(DriverError) -> DrainReport {
        _ = try await drivers.perform(.drain) { () throws(DriverError) in true }
        while !Task.isCancelled {
            let inFlight = world.state.withLock { state in
                keys.reduce(0) { $0 + (state.counters[$1]?.inFlight ?? 0) }
            }
            if inFlight == 0 {
                return DrainReport(cut: 0)
            }
            if drivers.clock.now >= deadline {
                world.state.withLock { state in
                    for key in keys {
                        state.counters[key]?.inFlight = 0
                    }
                }
                return DrainReport(cut: Int(inFlight), requests: Self.leftOver(Int(inFlight), keys))
            }
            await drivers.clock.driverClock.wait(.milliseconds(100))
        }
        throw .fixture("cancelled")
    }

    /// What such requests look like.
    private static func leftOver(_ count: Int, _ keys: [String]) -> [InFlightRequest] {
        (0..<min(count, InFlightList.maximum)).map { number in
            InFlightRequest(
                service: "shop",
                key: keys.first ?? "",
                method: "GET",
                path: "/slow/\(number)",
                client: "127.0.0.1",
                kind: number == 0 ? .eventStream : .waiting,
                age: 754_000
            )
        }
    }

    package func cut(_ keys: [String]) async throws(DriverError) -> InFlightList {
        InFlightList()
    }

    package func stop(grace: Duration) async throws(DriverError) {
        world.state.withLock { $0.isProxyRunning = false }
    }

    private func proxyAnswers() throws(DriverError) {
        guard world.state.withLock(\.isProxyRunning) else {
            throw .fixture("connection refused")
        }
    }
}

extension ProxyRoute {
    fileprivate var addresses: [SocketAddress] { [listen, preview].compactMap(\.self) }
}
