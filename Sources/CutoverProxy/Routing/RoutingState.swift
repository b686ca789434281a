import CutoverWire
import Synchronization

/// The live table of one loop, with what the loop itself counts on it.
///
/// It belongs to the loop's thread: choosing a backend and registering the request with it is one
/// step of the same thread that replaces tables, so no request falls between two tables.
///
/// Its arrays hold trivial values and are owned by it alone, so a request copies and counts nothing
/// here. `Route.plan` is an unmanaged reference to what `plans` keeps alive at the same index.
struct RoutingState: ~Copyable {
    /// Which of the counter blocks is this loop's.
    let loop: Int

    var routes: [Route] = []
    var backends: [Backend] = []
    var sides: [Side] = []
    private(set) var members: [Int32] = []
    private(set) var ruleSets: [RuleSet] = []

    /// Keeps `Route.plan` alive; as long as `routes`.
    private var plans: [RoutePlan?] = []

    /// Keep `Backend.counters` alive; as long as `backends`.
    private var backendCounters: [CounterBlock?] = []
    private(set) var addresses: [SocketAddress] = []
    private(set) var labels: [[UInt8]] = []

    /// The requests that wait for each route; as long as `routes`.
    var lines: [WaitingLine] = []

    /// Backends that are not preferred for a moment.
    var suspects: [Int32] = []

    /// The slots by number, for finding them when a table is replaced.
    private var routeSlots: [UInt64: Int] = [:]
    private var backendSlots: [UInt64: Int] = [:]
    private var freeRoutes: [Int] = []
    private var freeBackends: [Int] = []

    /// Starts without routes.
    init(loop: Int) {
        self.loop = loop
    }
}

// MARK: - Choosing

extension RoutingState {
    /// Chooses the backend for a request, and registers the request with it.
    ///
    /// A side is taken by weight, or is that of the backend `near`, which the request was sent to
    /// before; then the backend with the fewest requests in flight among its preferred ones: those
    /// that are healthy and take connections. A side without one yields to another side with
    /// weight. When none is left anywhere, this is ignored: the checks may be wrong, and refusing
    /// everything is certainly worse. A draining backend is never chosen, nor one of `failed`,
    /// which failed this request.
    @inline(__always)
    mutating func choose(
        route index: Int32,
        isPreview: Bool,
        near: Int32,
        failed: InlineArray<2, Int32>
    ) -> Int32? {
        let route = routes[Int(index)]
        guard route.isListed else {
            return nil
        }
        let preferred =
            isPreview
            ? route.previewSide : near < 0 ? preferredSide(route) : side(of: near, in: route)
        guard preferred >= 0 else {
            return nil
        }
        let first = route.firstSide &+ preferred
        if let backend = leastLoaded(first, preferred: true, failed) {
            return backend
        }
        return chooseElsewhere(route, first, isPreview: isPreview, failed)
    }

    private func preferredSide(_ route: Route) -> Int {
        guard route.onlySide == -1 else {
            return route.onlySide
        }
        return route.plan._withUnsafeGuaranteedRef { plan in
            let ticket = plan.turns.ticket.add(1, ordering: .relaxed).oldValue
            return Int(plan.schedule[ticket % plan.schedule.count])
        }
    }

    /// The side of a backend, so that a request which is sent again takes no other side's turn; by
    /// weight when it takes no requests any more.
    private func side(of backend: Int32, in route: Route) -> Int {
        let side = Int(backends[Int(backend)].side)
        guard side >= route.firstSide, side < route.firstSide + route.sideCount,
            sides[side].weight > 0
        else {
            return preferredSide(route)
        }
        return side - route.firstSide
    }

    private mutating func chooseElsewhere(
        _ route: Route,
        _ first: Int,
        isPreview: Bool,
        _ failed: InlineArray<2, Int32>
    ) -> Int32? {
        let others = route.firstSide..<(route.firstSide + (isPreview ? 0 : route.sideCount))
        for side in others where side != first && sides[side].weight > 0 {
            if let backend = leastLoaded(side, preferred: true, failed) {
                return backend
            }
        }
        if let backend = leastLoaded(first, preferred: false, failed) {
            return backend
        }
        for side in others where side != first && sides[side].weight > 0 {
            if let backend = leastLoaded(side, preferred: false, failed) {
                return backend
            }
        }
        return nil
    }

    @inline(__always)
    private mutating func leastLoaded(
        _ side: Int,
        preferred: Bool,
        _ failed: InlineArray<2, Int32>
    ) -> Int32? {
        let count = sides[side].memberCount
        let firstMember = sides[side].firstMember
        var offset = sides[side].rotation
        var best: Int32 = -1
        var bestLoad = Int32.max
        for _ in 0..<count {
            if offset >= count { offset = 0 }
            let candidate = members[firstMember &+ offset]
            offset &+= 1
            let backend = Int(candidate)
            guard !backends[backend].isDraining, backends[backend].isPreferred || !preferred,
                backends[backend].inFlight < bestLoad, candidate != failed[0],
                candidate != failed[1]
            else {
                continue
            }
            best = candidate
            bestLoad = backends[backend].inFlight
            sides[side].rotation = offset
        }
        return best < 0 ? nil : best
    }

    /// The route that a request belongs to by the rules of its listener; `nil` when none claims it.
    func route(by rules: Int, host: Span<UInt8>, path: Span<UInt8>) -> Int32? {
        let set = ruleSets[rules]
        return set.rules.first(host: host, path: path).map { set.slots[$0] }
    }

    /// Counts a client's connection for another route from here on.
    mutating func clientMoved(from old: Int32, to new: Int32) {
        routes[Int(new)].connections &+= 1
        routes[Int(new)].counters.add(RouteCounter.connectionsOpen.rawValue)
        clientDisconnected(old)
    }

    /// The slot of a route that the live table names.
    func route(numbered number: UInt64) -> Int32? {
        routeSlots[number].map { Int32($0) }
    }

    /// Registers a request with its backend.
    @inline(__always)
    mutating func begin(_ backend: Int32, at time: UInt64) {
        let index = Int(backend)
        backends[index].inFlight &+= 1
        backends[index].counters.add(.requests)
        backends[index].counters.add(.inFlight)
        if !backends[index].isFirstNoted {
            backends[index].isFirstNoted = true
            backends[index].counters.set(BackendCounter.firstRequest.rawValue, time)
        }
    }

    /// Ends a request: its response is whole, or will never be.
    @inline(__always)
    mutating func end(_ backend: Int32) {
        backends[Int(backend)].inFlight &-= 1
        backends[Int(backend)].counters.subtract(.inFlight)
        if !backends[Int(backend)].isListed {
            retire(backend)
        }
    }

    /// Counts a connection to a backend.
    mutating func connected(_ backend: Int32) {
        backends[Int(backend)].connections &+= 1
        backends[Int(backend)].counters.add(.connections)
    }

    /// Counts a connection that is closed.
    mutating func disconnected(_ backend: Int32) {
        backends[Int(backend)].connections &-= 1
        backends[Int(backend)].counters.subtract(.connections)
        if !backends[Int(backend)].isListed {
            retire(backend)
        }
    }

    /// Counts a client's connection.
    mutating func clientConnected(_ route: Int32) {
        routes[Int(route)].connections &+= 1
        routes[Int(route)].counters.add(RouteCounter.connectionsOpen.rawValue)
    }

    /// Counts a client's connection that was closed when it was accepted.
    mutating func clientRefused(_ route: Int32) {
        routes[Int(route)].counters.add(RouteCounter.connectionsRefused.rawValue)
    }

    /// Counts a client's connection that is closed.
    mutating func clientDisconnected(_ route: Int32) {
        routes[Int(route)].connections &-= 1
        routes[Int(route)].counters.subtract(RouteCounter.connectionsOpen.rawValue)
        if !routes[Int(route)].isListed {
            retire(route: Int(route))
        }
    }

    /// Frees the slot of a route that nothing refers to any more.
    private mutating func retire(route index: Int) {
        if routes[index].number != 0, routes[index].connections == 0 {
            routeSlots[routes[index].number] = nil
            routes[index].number = 0
            plans[index] = nil
            freeRoutes.append(index)
        }
    }

    /// Frees the slot of a backend that nothing refers to any more.
    private mutating func retire(_ backend: Int32) {
        let index = Int(backend)
        if backends[index].number != 0, backends[index].inFlight == 0,
            backends[index].connections == 0
        {
            backendSlots[backends[index].number] = nil
            backends[index].number = 0
            backendCounters[index] = nil
            freeBackends.append(index)
        }
    }
}

// MARK: - Replacing the table

extension RoutingState {
    /// Takes a plan, whole and in one step.
    mutating func adopt(_ plan: TablePlan) {
        for index in routes.indices {
            routes[index].isListed = false
        }
        for index in backends.indices {
            backends[index].isListed = false
            backends[index].side = -1
        }
        suspects.removeAll(keepingCapacity: true)
        sides.removeAll(keepingCapacity: true)
        members.removeAll(keepingCapacity: true)
        for route in plan.routes {
            adopt(route)
        }
        adopt(plan.listeners)
        for index in routes.indices where !routes[index].isListed {
            // Who waits is let go, and refused.
            if let plan = plans[index] {
                lines[index].configure(plan, isListed: false)
            }
            updateWaiting(Int32(index))
            retire(route: index)
        }
        for index in backends.indices where !backends[index].isListed {
            retire(Int32(index))
        }
    }

    private mutating func adopt(_ plan: RoutePlan) {
        let index = slot(for: plan)
        routes[index].isListed = true
        routes[index].plan = .passUnretained(plan)
        plans[index] = plan
        routes[index].configure(plan.settings)
        lines[index].configure(plan)
        routes[index].firstSide = sides.count
        routes[index].sideCount = plan.sides.count
        routes[index].previewSide = plan.previewSide ?? -1
        let weighted = plan.sides.indices.filter { plan.sides[$0].weight > 0 }
        routes[index].onlySide = weighted.count > 1 ? -1 : weighted.first ?? -2
        for side in plan.sides {
            let firstMember = members.count
            for backend in side.backends {
                let member = adopt(backend)
                backends[Int(member)].side = Int32(sides.count)
                members.append(member)
            }
            sides.append(
                Side(
                    firstMember: firstMember,
                    memberCount: side.backends.count,
                    weight: side.weight
                )
            )
        }
        adoptOptions(plan, Int32(index))
    }

    /// Notes what requests of a route whose sides are there are looked at for.
    private mutating func adoptOptions(_ plan: RoutePlan, _ index: Int32) {
        let route = routes[Int(index)]
        var options: Route.Options = []
        if plan.marks.readsPreview, route.previewSide >= 0,
            plan.sides[route.previewSide].backends.contains(where: { !$0.isDraining })
        {
            options.insert(.readsPreview)
        }
        if plan.marks.readsInstance { options.insert(.readsInstance) }
        routes[Int(index)].options = options
        routes[Int(index)].hasHealthy = plan.sides.contains { side in
            side.weight > 0 && side.backends.contains { $0.isHealthy && !$0.isDraining }
        }
        updateWaiting(index)
    }

    /// Notes which rules decide at which route's listener.
    ///
    /// A connection may stand at a route that has left the table while its listener stays: the
    /// rules find another one for its next request.
    private mutating func adopt(_ listeners: [ListenerPlan]) {
        ruleSets.removeAll(keepingCapacity: true)
        for index in routes.indices {
            routes[index].rules = -1
        }
        for plan in listeners {
            guard let rules = plan.rules else {
                continue
            }
            let slots = rules.rules.map { Int32(routeSlots[$0.route] ?? -1) }
            for slot in slots {
                routes[Int(slot)].listener = plan.number
            }
            let isAlone = rules.claimsEverything
            for index in routes.indices
            where routes[index].listener == plan.number && !(isAlone && routes[index].isListed) {
                routes[index].rules = ruleSets.count
            }
            ruleSets.append(RuleSet(rules: rules, slots: slots))
        }
    }

    private mutating func slot(for plan: RoutePlan) -> Int {
        if let index = routeSlots[plan.number] {
            return index
        }
        let route = Route(
            number: plan.number,
            plan: .passUnretained(plan),
            counters: CounterWriter(plan.counters[loop])
        )
        let index = freeRoutes.popLast() ?? routes.count
        if index == routes.count {
            routes.append(route)
            plans.append(plan)
            lines.append(WaitingLine())
        } else {
            routes[index] = route
            lines[index] = WaitingLine()
        }
        routeSlots[plan.number] = index
        return index
    }

    private mutating func adopt(_ plan: BackendPlan) -> Int32 {
        let index = slot(for: plan)
        backends[index].isListed = true
        backends[index].isHealthy = plan.isHealthy
        backends[index].isDraining = plan.isDraining
        backends[index].isPreferred = plan.isHealthy
        backends[index].suspectedUntil = 0
        backends[index].isFirstNoted = false
        backends[index].counters.set(BackendCounter.firstRequest.rawValue, 0)
        addresses[index] = plan.address
        labels[index] = plan.label
        switch plan.address {
        case .ipv4(let host, let port):
            let octets = SocketAddress.octets(host) ?? [0, 0, 0, 0]
            backends[index].host = octets.reduce(0) { $0 << 8 | UInt32($1) }
            backends[index].port = port
            backends[index].isUnix = false
        case .unix:
            backends[index].isUnix = true
        }
        return Int32(index)
    }

    private mutating func slot(for plan: BackendPlan) -> Int {
        if let index = backendSlots[plan.number] {
            return index
        }
        let counters = plan.counters[loop]
        let backend = Backend(
            number: plan.number,
            identifier: plan.identifier,
            counters: CounterWriter(counters)
        )
        let index = freeBackends.popLast() ?? backends.count
        if index == backends.count {
            backends.append(backend)
            backendCounters.append(counters)
            addresses.append(plan.address)
            labels.append(plan.label)
        } else {
            backends[index] = backend
            backendCounters[index] = counters
        }
        backendSlots[plan.number] = index
        return index
    }
}
