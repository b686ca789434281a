import CLinux
import CutoverWire
import Glibc

/// What the control thread knows by name: the counters of services and backends, and the open
/// listeners.
struct Registry {
    /// A service that is listed, or has client connections.
    struct Service {
        let number: UInt64
        let counters: [CounterBlock]
        let turns = ServiceTurns()
        var isListed = true

        var isInUse: Bool {
            counters.contains { $0.load(RouteCounter.connectionsOpen.rawValue) > 0 }
        }
    }

    /// A backend that is listed, or has requests in flight or connections.
    struct Instance {
        let number: UInt64
        let counters: [CounterBlock]
        var service: String
        /// The release that it runs, for who reads its counters.
        var release = ""
        var isListed = true

        var isInUse: Bool {
            counters.contains { $0.load(.inFlight) > 0 || $0.load(.connections) > 0 }
        }
    }

    /// An address that the loops listen on.
    struct Listener {
        let number: UInt64
        /// One for each loop; more when they are of a proxy before, which had more loops.
        var descriptors: [Int32]
        /// Where among them are copies of the first: of a proxy before, which had fewer loops.
        var copies = 0..<0
        /// Whether loops have them; from then on they stay.
        var isShared = false

        /// Each queue of connections once.
        var queues: [Int32] {
            descriptors.indices.filter { !copies.contains($0) }.map { descriptors[$0] }
        }

        /// What the loops need; without rules it is a preview's.
        ///
        /// No queue of a proxy before is left alone: the kernel would go on spreading connections
        /// over it for as long as any process had the socket.
        func plan(route: UInt64, rules: ListenerRules?, loops: Int) -> ListenerPlan {
            ListenerPlan(
                number: number,
                route: route,
                rules: rules,
                isPreview: rules == nil,
                descriptors: (0..<loops).map { loop in
                    stride(from: loop, to: descriptors.count, by: loops).map { descriptors[$0] }
                }
            )
        }
    }

    /// The number of loops.
    let loops: Int

    private(set) var services: [String: Service] = [:]
    private(set) var instances: [String: Instance] = [:]
    private(set) var listeners: [SocketAddress: Listener] = [:]
    /// What was counted for those that are gone, for a while.
    private(set) var retired = RetiredCounts()
    /// Those of another proxy's addresses that no table has named yet.
    private var inherited: Set<SocketAddress> = []
    /// Those of them whose proxy is gone: nobody else accepts from them.
    private var ownerless: Set<SocketAddress> = []
    /// The addresses of the last table that could not be opened, each with the reason.
    var missing: [SocketAddress: ProxyFault] = [:]

    private var lastNumber: UInt64 = 0

    /// Starts with nothing.
    init(loops: Int) {
        self.loops = loops
    }

    private mutating func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    /// All queues of connections, each once.
    var queues: [Int32] { listeners.values.flatMap(\.queues) }

    /// The numbers of backends by their keys; unknown keys are left out.
    func numbers(of keys: [String]) -> Set<UInt64> {
        Set(keys.compactMap { instances[$0]?.number })
    }

    /// Forgets what no table lists and nothing uses, but for its counts.
    mutating func prune(now: ContinuousClock.Instant = .now) {
        retired.forget(at: now)
        for (name, service) in services where !service.isListed && !service.isInUse {
            retired.add(Self.stats(name, service), at: now)
            services[name] = nil
        }
        for (key, instance) in instances where !instance.isListed && !instance.isInUse {
            retired.add(
                Self.stats(key, instance, ClockPair()),
                service: instance.service,
                release: instance.release,
                at: now
            )
            instances[key] = nil
        }
    }

    /// Builds the plan of a table whose listeners are open.
    mutating func plan(for table: ProxyTable, accessLog: AccessLog? = nil) -> TablePlan {
        for service in services.keys { services[service]?.isListed = false }
        for key in instances.keys { instances[key]?.isListed = false }
        var routes: [RoutePlan] = []
        var plans: [ListenerPlan] = []
        var listenerCounters: [SocketAddress: [CounterBlock]] = [:]
        for route in table.routes {
            listenerCounters[route.listen, default: []] += list(service: route.service).counters
        }
        for route in table.routes {
            let service = list(service: route.service)
            let sides = route.sides.map { side in
                SidePlan(
                    weight: side.weight,
                    backends: side.backends.map { list($0, side, service: route.service) }
                )
            }
            routes.append(
                RoutePlan(
                    number: service.number,
                    route: route,
                    sides: sides,
                    turns: service.turns,
                    counters: service.counters,
                    listenerCounters: listenerCounters[route.listen] ?? []
                )
            )
            if let preview = route.preview, let listener = listeners[preview] {
                plans.append(
                    listener.plan(route: service.number, rules: nil, loops: loops)
                )
            }
        }
        plans += publicListeners(of: table)
        return TablePlan(
            routes: routes,
            listeners: plans,
            accessLog: accessLog
        )
    }

    /// The public listeners of a table whose services are listed, with the rules that tell the
    /// services of each apart.
    private func publicListeners(of table: ProxyTable) -> [ListenerPlan] {
        Dictionary(grouping: table.routes, by: \.listen).compactMap { address, routes in
            let claims = routes.compactMap { route in
                services[route.service].map {
                    (number: $0.number, matches: route.matchesOrAll)
                }
            }
            guard let listener = listeners[address], let first = claims.first else {
                return nil
            }
            return listener.plan(
                route: first.number,
                rules: ListenerRules(claims),
                loops: loops
            )
        }
    }

    private mutating func list(service name: String) -> Service {
        var service =
            services[name]
            ?? Service(number: nextNumber(), counters: counters(RouteCounter.blockCount))
        service.isListed = true
        services[name] = service
        retired.remove(service: name)
        return service
    }

    private mutating func list(
        _ backend: ProxyBackend,
        _ side: ProxySide,
        service: String
    ) -> BackendPlan {
        var instance =
            instances[backend.key]
            ?? Instance(
                number: nextNumber(),
                counters: counters(BackendCounter.blockCount),
                service: service
            )
        instance.isListed = true
        instance.service = service
        instance.release = side.release
        instances[backend.key] = instance
        retired.remove(instance: backend.key)
        return BackendPlan(
            number: instance.number,
            identifier: StickyCookie.identifier(of: backend.key),
            address: backend.address,
            isHealthy: backend.isHealthy,
            isDraining: backend.isDraining,
            label: AccessLabel.instance(side: side, key: backend.key),
            counters: instance.counters
        )
    }

    private func counters(_ count: Int) -> [CounterBlock] {
        (0..<loops).map { _ in CounterBlock(count: count) }
    }
}

// MARK: - Listeners

extension Registry {
    /// Opens the addresses of a table that are not open yet, or throws and opens none.
    ///
    /// Of those in `tolerated` it tells which could not be opened, and why.
    mutating func openListeners(
        _ table: ProxyTable,
        tolerating tolerated: Set<SocketAddress>
    ) throws(ProxyFault) -> ListenerOpening {
        var result = ListenerOpening()
        for route in table.routes {
            for address in [route.listen, route.preview].compactMap(\.self)
            where listeners[address] == nil {
                do throws(ProxyFault) {
                    let descriptors = try open(address, route.service)
                    listeners[address] = Listener(number: nextNumber(), descriptors: descriptors)
                    result.opened.append(address)
                } catch {
                    guard tolerated.contains(address) else {
                        closeListeners(result.opened)
                        throw error
                    }
                    result.missing[address] = error
                }
            }
        }
        return result
    }

    /// Takes over the sockets of another proxy, except those at addresses that are taken over
    /// already; the first table says which of them are served.
    ///
    /// `isShared` says that the other proxy runs, and accepts from them too.
    mutating func inherit(_ handed: [SocketAddress: [Int32]], isShared: Bool) {
        for (address, descriptors) in handed {
            guard listeners[address] == nil else {
                for descriptor in descriptors { close(descriptor) }
                continue
            }
            guard let first = descriptors.first else {
                continue
            }
            var kept = descriptors
            // Queues of their own would fill up before the loops look at them.
            let copies = kept.count..<max(loops, kept.count)
            while kept.count < loops {
                let copy = clinux_duplicate(first)
                guard copy >= 0 else {
                    break
                }
                kept.append(copy)
            }
            listeners[address] = Listener(
                number: nextNumber(),
                descriptors: kept,
                copies: copies
            )
            inherited.insert(address)
            if !isShared { ownerless.insert(address) }
            // The proxy that opened them may be of a version that did not ask for it.
            for descriptor in kept { clinux_defer_accept(descriptor) }
            if kept.count < loops {
                closeListeners([address])
            }
        }
    }

    /// Gives loops that share the queue of another one their own, right before they take this
    /// table: the kernel spreads connections over queues, whoever looks at them.
    ///
    /// Where none can be had they go on sharing.
    mutating func separateQueues(of table: ProxyTable) {
        for address in table.addresses {
            guard var listener = listeners[address], !listener.copies.isEmpty, !listener.isShared,
                case .ipv4(let host, let port) = address,
                let number = SocketAddress.number(host)
            else {
                continue
            }
            for place in listener.copies {
                let descriptor = Self.listen(number, port)
                guard descriptor >= 0 else {
                    break
                }
                close(listener.descriptors[place])
                listener.descriptors[place] = descriptor
                listener.copies.removeFirst()
            }
            listener.isShared = true
            listeners[address] = listener
        }
    }

    /// Closes listeners that no loop has been given.
    mutating func closeListeners(_ addresses: some Sequence<SocketAddress>) {
        for address in addresses {
            for descriptor in listeners[address]?.descriptors ?? [] {
                // A copy elsewhere would keep clients waiting.
                if ownerless.contains(address) { shutdown(descriptor, Int32(SHUT_RDWR)) }
                close(descriptor)
            }
            listeners[address] = nil
            inherited.remove(address)
            ownerless.remove(address)
        }
    }

    /// Forgets the listeners that a live table does not name: the loops have closed them, except
    /// those that they never had.
    mutating func forgetListeners(except table: ProxyTable) {
        let named = table.addresses
        closeListeners(inherited.filter { !named.contains($0) })
        inherited = []
        ownerless = []
        listeners = listeners.filter { named.contains($0.key) }
    }

    /// One socket for each loop at one address.
    private func open(_ address: SocketAddress, _ service: String) throws(ProxyFault) -> [Int32] {
        guard case .ipv4(let host, let port) = address, let number = SocketAddress.number(host)
        else {
            throw ProxyFault("service \(service) cannot listen on \(address)")
        }
        // SO_REUSEPORT lets sockets of several processes share an address and split its connections
        // without a word; one socket without it proves first that nobody else is there.
        let probe = clinux_listen_ipv4(number, port, 0)
        guard probe >= 0 else {
            throw taken(address, service, -probe)
        }
        close(probe)
        var descriptors: [Int32] = []
        for _ in 0..<loops {
            let descriptor = Self.listen(number, port)
            guard descriptor >= 0 else {
                for descriptor in descriptors { close(descriptor) }
                throw taken(address, service, -descriptor)
            }
            descriptors.append(descriptor)
        }
        return descriptors
    }

    /// A queue of connections whose first bytes have come, which saves a loop a read and a wait.
    private static func listen(_ number: UInt32, _ port: UInt16) -> Int32 {
        let descriptor = clinux_listen_ipv4(number, port, 1)
        if descriptor >= 0 { clinux_defer_accept(descriptor) }
        return descriptor
    }

    private func taken(_ address: SocketAddress, _ service: String, _ code: Int32) -> ProxyFault {
        ProxyFault(
            "service \(service) cannot listen on \(address): \(systemMessage(code)); "
                + "stop what listens there (ss -ltnp shows it) or choose another address"
        )
    }
}

extension SocketAddress {
    /// An IPv4 address as the system takes it; `nil` when it is none.
    fileprivate static func number(_ host: String) -> UInt32? {
        octets(host)?.reduce(0) { $0 << 8 | UInt32($1) }
    }
}

/// What became of the addresses of a table.
struct ListenerOpening {
    /// Those that were opened.
    var opened: [SocketAddress] = []
    /// Those that could not be, each with the reason.
    var missing: [SocketAddress: ProxyFault] = [:]
}
