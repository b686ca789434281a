import CutoverCore
import CutoverDrivers
import CutoverStore
import CutoverWire
import Logging

/// The proxy's table: composed from what machines want and what is known of instances.
extension EngineLoop {
    /// Sends the next table, when there is one and no other is on its way.
    func applyNextTable() {
        guard tables.applying == nil else {
            return
        }
        guard tables.isRouterReady else {
            answerFirstTables()
            return
        }
        while let change = tables.pending.first {
            tables.pending.removeFirst()
            do throws(RouteComposition.Fault) {
                apply(try routes(with: change), for: .traffic(change))
                return
            } catch {
                answer(change, "proxy: apply: \(error)")
            }
        }
        refreshTable()
    }

    /// Without a proxy a first deployment's table has surely not been applied: told so, its rollout
    /// can be rolled back.
    ///
    /// Any other change waits for the proxy; its way back does not depend on the answer.
    private func answerFirstTables() {
        let first = tables.pending.filter { change in
            state.index(of: change.service).map { state.services[$0].machine.live == nil } ?? false
        }
        for change in first {
            tables.pending.removeAll { $0.effect == change.effect }
            answer(change, state.faults[.proxy] ?? "proxy: apply: no proxy answers")
        }
    }

    /// Reports a change that was not sent.
    private func answer(_ change: PendingTable, _ message: String) {
        let isDoubtful = state.index(of: change.service).map {
            state.services[$0].doubtful == change.traffic
        }
        inbox.send(
            .effectEnded(
                change.effect,
                change.service,
                EffectFailure(message: message, mayHaveBeenApplied: isDoubtful ?? false)
            )
        )
    }

    /// Takes back a table that waits, so that its machine knows that it was not applied: a first
    /// deployment has a way back for as long as that is certain.
    func withdrawTable(of index: Int) {
        let service = state.services[index]
        let waiting = tables.pending.filter { $0.service == service.name }
        tables.pending.removeAll { $0.service == service.name }
        for change in waiting {
            let failure = EffectFailure(
                message: "the table was taken back before it was sent",
                mayHaveBeenApplied: service.doubtful == change.traffic
            )
            tell(.effectFailed(change.effect, failure), to: service.name)
        }
    }

    /// Sends what changed by itself: health, drains, addresses, a proxy that was started again.
    ///
    /// Services whose addresses are new go along in one table. When that is refused they are left
    /// out, and tried one by one.
    private func refreshTable() {
        if tables.isStale, tables.retryAt.map({ $0 <= now }) ?? true {
            tables.isStale = false
            let movers = self.movers.filter { tables.refusedMoves[$0] == nil }
            let routes = routes(moving: Set(movers))
            if routes != tables.live?.routes {
                apply(routes, for: movers.isEmpty ? .refresh : .move(movers))
                return
            }
        }
        if let mover = tables.refusedMoves.filter({ $0.value <= now }).keys.min() {
            apply(routes(moving: [mover]), for: .move([mover]))
        }
    }

    /// Services that the proxy does not serve where the manifest says.
    private var movers: [ServiceName] {
        state.services.filter { $0.wantsMove(from: tables.inForce[$0.name.rawValue]) }.map(\.name)
    }

    private func apply(_ routes: [ProxyRoute], for reason: TableProgress.Reason) {
        tables.generation += 1
        let table = ProxyTable(
            generation: tables.generation,
            epoch: tables.epoch,
            routes: routes,
            accessLog: state.proxyConfiguration.accessLog,
            metrics: state.proxyConfiguration.metrics.flatMap(SocketAddress.init)
        )
        tables.applying = TableProgress.Applying(table: table, reason: reason)
        let router = drivers.router
        inbox.work.begin()
        Task { [inbox] in
            let result = await Self.result { () async throws(DriverError) in
                try await router.apply(table)
            }
            var found: RouterStatus?
            if case .failure(let error) = result, error.mayHaveBeenApplied {
                // What it has by now the next table must not leave out. A proxy that does not say
                // so either is ending, and the next one is asked when it appears.
                found = try? await router.status()
            }
            inbox.send(.tableApplied(table, result, found: found))
            inbox.work.end()
        }
    }

    /// A table with one change; what cannot be said of its service is a fault.
    private func routes(
        with change: PendingTable
    ) throws(RouteComposition.Fault) -> [ProxyRoute] {
        var own: ProxyRoute?
        if let index = state.index(of: change.service) {
            own = try route(of: state.services[index], by: change.traffic, isMoving: false)
        }
        let services = state.services
        return services.compactMap { service in
            service.name == change.service ? own : unchangedRoute(of: service)
        }
    }

    /// A table without any change of traffic, in which some services get other addresses.
    private func routes(moving movers: Set<ServiceName>) -> [ProxyRoute] {
        let services = state.services
        return services.compactMap { service in
            unchangedRoute(of: service, isMoving: movers.contains(service.name))
        }
    }

    /// The route of a service that must not be touched by what another one wants.
    ///
    /// It is where the proxy listens for it, and when it cannot be made anew the one in force: one
    /// that the proxy does not have yet cannot make it refuse the table.
    private func unchangedRoute(of service: ServiceState, isMoving: Bool = false) -> ProxyRoute? {
        let inForce = tables.inForce[service.name.rawValue]
        guard let traffic = service.doubtful ?? service.table,
            isMoving || inForce != nil || !tables.isInForceKnown
        else {
            return nil
        }
        do throws(RouteComposition.Fault) {
            let route = try route(of: service, by: traffic, isMoving: isMoving)
            state.faults[.route(service.name)] = nil
            return route
        } catch {
            state.faults[.route(service.name)] =
                "\(service.name): the proxy keeps its last table: \(error)"
            return inForce
        }
    }

    private func route(
        of service: ServiceState,
        by traffic: Traffic,
        isMoving: Bool
    ) throws(RouteComposition.Fault) -> ProxyRoute? {
        var route = try RouteComposition.route(
            service.configuration,
            traffic: traffic,
            instances: service.instances
        )
        if !isMoving, let inForce = tables.inForce[service.name.rawValue] {
            route?.listen = inForce.listen
            route?.preview = inForce.preview
            route?.matches = inForce.matches
            route?.settings = inForce.settings
        }
        return route
    }

    // MARK: - Being answered

    func tableApplied(
        _ table: ProxyTable,
        _ result: Result<Void, DriverError>,
        _ found: RouterStatus?
    ) {
        guard let applying = tables.applying, applying.table == table else {
            return
        }
        tables.applying = nil
        if let found {
            tables.note(found)
        }
        switch result {
        case .success:
            tables.accept(table)
            state.faults[.table] = nil
            if case .running(let processID, _) = state.proxy {
                state.proxy = .running(processID: processID, generation: table.generation)
            }
            endMoves()
        case .failure(let error):
            // What is live is only known again when a table is confirmed.
            tables.live = error.mayHaveBeenApplied ? nil : tables.live
        }
        switch (applying.reason, result) {
        case (.traffic(let change), _):
            conclude(change, result, generation: table.generation)
        case (.move(let movers), .failure(let error))
        where !error.isRetryable && !error.mayHaveBeenApplied:
            moveRefused(movers, error)
        case (.move, .failure(let error)), (.refresh, .failure(let error)):
            state.faults[.table] = "\(error)"
            tables.isStale = true
            tables.retryAt = now + .seconds(1)
            schedule.wake(by: tables.retryAt)
        case (.move, .success), (.refresh, .success):
            break
        }
    }

    /// The addresses of some services cannot be had: the others go on without them.
    private func moveRefused(_ movers: [ServiceName], _ error: DriverError) {
        tables.isStale = true
        guard movers.count == 1, let name = movers.first else {
            // One of them, or several: each alone tells.
            for name in movers {
                tables.refusedMoves[name] = now
            }
            return
        }
        tables.refusedMoves[name] = now + .seconds(1)
        schedule.wake(by: tables.refusedMoves[name])
        let place = tables.inForce[name.rawValue].map { "stays on \($0.listen)" } ?? "is not served"
        let fault = "\(name) \(place): \(error)"
        guard state.faults[.move(name)] != fault else {
            return
        }
        state.faults[.move(name)] = fault
        note(JournalRow(service: name, rollout: nil, kind: .fault, text: fault))
    }

    /// Forgets the faults of services that are where they should be.
    private func endMoves() {
        guard !tables.refusedMoves.isEmpty else {
            return
        }
        let waiting = movers
        for name in tables.refusedMoves.keys where !waiting.contains(name) {
            tables.refusedMoves[name] = nil
            state.faults[.move(name)] = nil
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
            if !state.services[index].machine.isRunning {
                dropTableOfNothing(at: index)
            }
        case .failure(let error):
            if error.mayHaveBeenApplied {
                state.services[index].doubtful = change.traffic
            }
            // Also of an earlier performance, before a restart, nobody knows.
            let isDoubtful = state.services[index].doubtful == change.traffic
            tell(
                .effectFailed(
                    change.effect,
                    EffectFailure(message: "\(error)", mayHaveBeenApplied: isDoubtful)
                ),
                to: change.service
            )
        }
    }

    /// Takes a service out of the proxy when its rollout ended without anything that serves.
    ///
    /// Its table names instances that are gone, such as those that were on the preview.
    func dropTableOfNothing(at index: Int) {
        let service = state.services[index]
        guard service.machine.live == nil, service.table != nil || service.doubtful != nil else {
            return
        }
        state.services[index].table = nil
        state.services[index].doubtful = nil
        state.faults[.route(service.name)] = nil
        tables.isStale = true
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
