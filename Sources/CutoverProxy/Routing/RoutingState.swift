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

// MARK: - Counting

extension RoutingState {
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
            backends[index].isGood = backends[index].isGood && backends[index].isListed
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
        // A side without weight is a preview, whose requests go nowhere else.
        let hasHealthy = plan.sides.contains { $0.weight > 0 && $0.hasHealthy }
        for side in plan.sides {
            let firstMember = members.count
            let looksBad = side.weight > 0 ? !hasHealthy : !side.hasHealthy
            for backend in side.backends {
                let member = adopt(backend, keepsGood: looksBad)
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
        routes[Int(index)].hasGood = hasGood(route)
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

    /// Takes a backend over; `keepsGood` says that all of those among which its requests choose
    /// look bad, so that the last good ones stay good.
    private mutating func adopt(_ plan: BackendPlan, keepsGood: Bool) -> Int32 {
        let index = slot(for: plan)
        if !keepsGood { backends[index].isGood = plan.isHealthy }
        backends[index].isListed = true
        backends[index].isDraining = plan.isDraining
        backends[index].isPreferred = backends[index].isGood
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
