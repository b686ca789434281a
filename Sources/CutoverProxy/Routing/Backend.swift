import CutoverWire

/// One instance as one loop sees it: a trivial value in a slot that is kept while it is listed, has
/// requests in flight, or has connections.
struct Backend {
    /// Identifies it across tables; 0 marks a free slot.
    var number: UInt64 = 0

    /// IPv4 in host byte order; a Unix socket's path stands in `RoutingState`.
    var host: UInt32 = 0
    var port: UInt16 = 0
    var isUnix = false

    /// Whether the live table names it.
    var isListed = false
    var isHealthy = false
    var isDraining = false

    /// Whether it is healthy, and took the last connection that this loop tried.
    var isPreferred = false

    /// When it is preferred again, on the loop's clock, or 0.
    var suspectedUntil: UInt32 = 0

    /// Its side in `RoutingState.sides`, or -1.
    var side: Int32 = -1

    /// What stands for it in its service's cookie.
    var identifier: UInt64 = 0

    /// Whether the first request since the live table was noted.
    var isFirstNoted = false

    /// Requests of this loop that chose it and are not over.
    var inFlight: Int32 = 0

    /// Connections of this loop to it.
    var connections: Int32 = 0

    /// The idle connection that was used last, or -1.
    var firstIdle: Int32 = -1

    var counters: CounterWriter

    /// Whether its connections may be kept for another request.
    var keepsConnections: Bool { isListed && !isDraining }
}

/// One route as one loop sees it.
struct Route {
    /// Identifies it across tables; 0 marks a free slot.
    var number: UInt64 = 0

    /// Whether the live table names it.
    var isListed = false

    /// Client connections of this loop to it.
    var connections: Int32 = 0

    /// The number of its public listener.
    var listener: UInt64 = 0

    /// The rules that decide over each request at its public listener, in
    /// `RoutingState.ruleSets`; -1 while every request there is its own.
    var rules = -1

    /// Its sides in `RoutingState.sides`.
    var firstSide = 0
    var sideCount = 0

    /// Among its sides, or -1.
    var previewSide = -1

    /// What each request is looked at for, beside its route.
    var options: Options = []

    /// Whether an instance with a share of the traffic is healthy.
    var hasHealthy = false

    /// Whether its listeners limit connections.
    var limitsConnections = false

    /// The only side with weight, or -1 when the schedule decides; -2 without any weight.
    var onlySide = -1

    var limits = HeadLimits()
    var timeouts = Timeouts()
    var bodyBytes: UInt64 = 0
    var edge: EdgeRules = []
    var splices = false
    var refusesUnderscores = false

    var plan: Unmanaged<RoutePlan>
    var counters: CounterWriter

    /// What sets requests of a route apart from plain ones; a route without any pays one test.
    struct Options: OptionSet {
        let rawValue: UInt8
        /// A field or a cookie sends some to the preview side, which takes requests.
        static let readsPreview = Options(rawValue: 1)
        /// A cookie binds clients to instances.
        static let readsInstance = Options(rawValue: 2)
        /// They wait, behind those that wait already.
        static let waits = Options(rawValue: 4)
    }

    /// The times of `ProxySettings`, in milliseconds.
    struct Timeouts {
        var head: UInt32 = 0
        var connect: UInt32 = 0
        var responseHead: UInt32 = 0
        var idle: UInt32 = 0
        var keepAlive: UInt32 = 0
        var tunnel: UInt32 = 0
    }
}

/// The rules of one listener, with the loop's slots of the routes that they name.
struct RuleSet {
    let rules: ListenerRules
    let slots: [Int32]
}

/// One side of a route: a range of `RoutingState.members`.
struct Side {
    var firstMember: Int
    var memberCount: Int
    var weight: Int
    /// Where the next search starts, so that equally loaded backends take turns.
    var rotation = 0
}

extension Route {
    /// Takes over the settings of a plan.
    mutating func configure(_ settings: ProxySettings) {
        limits = HeadLimits(
            requestLineBytes: Int(settings.requestLineBytes),
            headBytes: Int(settings.headBytes),
            headLines: Int(settings.headLines)
        )
        timeouts = Timeouts(
            head: settings.headTimeout,
            connect: settings.connectTimeout,
            responseHead: settings.responseHeadTimeout,
            idle: settings.idleTimeout,
            keepAlive: settings.keepAliveTimeout,
            tunnel: settings.tunnelTimeout
        )
        bodyBytes = settings.bodyBytes
        limitsConnections = settings.connectionsMaximum > 0 || settings.connectionsPerClient > 0
        edge = EdgeRules(settings)
        splices = settings.splices
        refusesUnderscores = settings.refusesUnderscores
    }
}
