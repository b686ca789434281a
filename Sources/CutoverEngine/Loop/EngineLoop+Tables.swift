import CutoverCore
import CutoverDrivers
import CutoverStore
import CutoverWire
import Logging

/// The proxy's table: composed from what machines want and what is known of instances.
extension EngineLoop {
    /// Sends the next table, when there is one and no other is on its way.
    func applyNextTable() {
        guard tables.isRouterReady, tables.applying == nil else {
            return
        }
        while let change = tables.pending.first {
            tables.pending.removeFirst()
            do throws(RouteComposition.Fault) {
                apply(try routes(with: change), for: change)
                return
            } catch {
                let message = "proxy: apply: \(error)"
                inbox.send(
                    .effectEnded(
                        change.effect,
                        change.service,
                        EffectFailure(message: message, mayHaveBeenApplied: false)
                    )
                )
            }
        }
        refreshTable()
    }

    /// Sends what changed by itself: health, drains, a proxy that was started again.
    private func refreshTable() {
        guard tables.isStale, tables.retryAt.map({ $0 <= now }) ?? true else {
            return
        }
        tables.isStale = false
        do throws(RouteComposition.Fault) {
            let routes = try routes(with: nil)
            if routes != tables.live?.routes {
                apply(routes, for: nil)
            }
        } catch {
            state.faults[.table] = "the proxy's table: \(error)"
        }
    }

    private func apply(_ routes: [ProxyRoute], for change: PendingTable?) {
        tables.generation += 1
        let table = ProxyTable(
            generation: tables.generation,
            epoch: tables.epoch,
            routes: routes
        )
        tables.applying = TableProgress.Applying(table: table, change: change)
        let router = drivers.router
        inbox.work.begin()
        Task { [inbox] in
            let result = await Self.result { () async throws(DriverError) in
                try await router.apply(table)
            }
            inbox.send(.tableApplied(table, result))
            inbox.work.end()
        }
    }

    private func routes(
        with change: PendingTable?
    ) throws(RouteComposition.Fault) -> [ProxyRoute] {
        var routes: [ProxyRoute] = []
        for service in state.services {
            let own = change?.service == service.name ? change?.traffic : nil
            if let traffic = own ?? service.doubtful ?? service.table,
                let route = try RouteComposition.route(
                    service.configuration,
                    traffic: traffic,
                    instances: service.instances
                )
            {
                routes.append(route)
            }
        }
        return routes
    }

    func tableApplied(_ table: ProxyTable, _ result: Result<Void, DriverError>) {
        guard let applying = tables.applying, applying.table == table else {
            return
        }
        tables.applying = nil
        switch result {
        case .success:
            tables.live = table
            tables.retryAt = nil
            state.faults[.table] = nil
            if case .running(let processID, _) = state.proxy {
                state.proxy = .running(processID: processID, generation: table.generation)
            }
        case .failure(let error):
            // What is live is only known again when a table is confirmed.
            tables.live = error.mayHaveBeenApplied ? nil : tables.live
        }
        if let change = applying.change {
            conclude(change, result, generation: table.generation)
        } else if case .failure(let error) = result {
            state.faults[.table] = "\(error)"
            tables.isStale = true
            tables.retryAt = now + .seconds(1)
            schedule.wake(by: tables.retryAt)
        }
    }

    private func conclude(
        _ change: PendingTable,
        _ result: Result<Void, DriverError>,
        generation: UInt64
    ) {
        guard let index = state.index(of: change.service) else {
            return
        }
        switch result {
        case .success:
            state.services[index].accept(change, generation: generation)
            tell(.effectSucceeded(change.effect), to: change.service)
        case .failure(let error):
            if error.mayHaveBeenApplied {
                state.services[index].doubtful = change.traffic
            }
            tell(
                .effectFailed(
                    change.effect,
                    EffectFailure(
                        message: "\(error)",
                        mayHaveBeenApplied: error.mayHaveBeenApplied
                    )
                ),
                to: change.service
            )
        }
    }

    /// What a driver answered, as a value that fits into a message.
    static func result<Value: Sendable>(
        _ body: () async throws(DriverError) -> Value
    ) async -> Result<Value, DriverError> {
        do throws(DriverError) {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
}
