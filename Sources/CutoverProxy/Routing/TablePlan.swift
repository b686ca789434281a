import CutoverWire

/// A table as the control thread hands it to the loops: complete, resolved and immutable.
final class TablePlan: Sendable {
    let routes: [RoutePlan]
    let listeners: [ListenerPlan]
    let accessLog: AccessLog?

    /// Puts a plan together.
    init(
        routes: [RoutePlan],
        listeners: [ListenerPlan],
        accessLog: AccessLog?
    ) {
        self.routes = routes
        self.listeners = listeners
        self.accessLog = accessLog
    }
}

/// One listening address; each loop has sockets of its own there.
struct ListenerPlan: Sendable {
    /// Identifies it for as long as it is open.
    let number: UInt64
    /// The route that it serves; of several the first, which a connection counts for until its
    /// first request.
    let route: UInt64
    /// Which of several routes a request belongs to, or `nil`.
    let rules: ListenerRules?
    let isPreview: Bool
    /// For each loop one descriptor or more, which it owns from the moment that it takes the plan.
    let descriptors: [[Int32]]
}

/// One service as the loops need it.
final class RoutePlan: Sendable {
    /// Identifies the service for as long as the process lives.
    let number: UInt64
    let settings: ProxySettings
    let hold: ProxyHold?
    /// What its requests are looked at for.
    let marks: HeadMarks
    let sides: [SidePlan]
    let previewSide: Int?
    /// Sent as `Host` for HTTP/1.0 clients that send none.
    let defaultHost: String
    /// The service in lines of the access log.
    let label: [UInt8]
    /// Which side each request in turn prefers; empty when no side has weight.
    let schedule: [UInt8]
    /// Shared by all plans of the service.
    let turns: ServiceTurns
    /// One for each loop.
    let counters: [CounterBlock]
    /// Those of every service at its public address, its own among them, for each loop.
    let listenerCounters: [CounterBlock]

    /// Puts a plan together.
    init(
        number: UInt64,
        route: ProxyRoute,
        sides: [SidePlan],
        turns: ServiceTurns,
        counters: [CounterBlock],
        listenerCounters: [CounterBlock]
    ) {
        self.number = number
        settings = route.settings
        hold = route.hold
        marks = HeadMarks(route.settings)
        self.sides = sides
        previewSide = route.previewSide
        defaultHost = route.listen.description
        label = AccessLabel.service(route.service)
        schedule = WeightSchedule.make(route.sides.map(\.weight))
        self.turns = turns
        self.counters = counters
        self.listenerCounters = listenerCounters
    }
}

/// One side of a route.
struct SidePlan: Sendable {
    let weight: Int
    let backends: [BackendPlan]

    /// Whether an instance that takes requests is healthy.
    var hasHealthy: Bool { backends.contains { $0.isHealthy && !$0.isDraining } }
}

/// One backend.
struct BackendPlan: Sendable {
    /// Identifies the key for as long as it is listed or has requests in flight.
    let number: UInt64
    /// What stands for it in its service's cookie.
    let identifier: UInt64
    let address: SocketAddress
    let isHealthy: Bool
    let isDraining: Bool
    /// The backend with its side in lines of the access log.
    let label: [UInt8]
    /// One for each loop.
    let counters: [CounterBlock]
}
