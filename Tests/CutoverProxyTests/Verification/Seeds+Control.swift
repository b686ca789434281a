import CutoverWire

@testable import CutoverProxy

// What is said on the control socket, with every key of every value filled in at least one of them.

extension Seeds {
    /// Frames, and the values in them, of each kind of message.
    static var frames: [[UInt8]] {
        let messages = controlRequests.map(\.encoded) + controlResponses.map(\.encoded)
        return [messages.flatMap { Frame.wrap($0) ?? [] }, Frame.wrap([]) ?? [], [0x40, 0, 0, 0]]
    }

    /// Inputs of `WireProperties`: a value behind the number of its kind.
    static var values: [[UInt8]] {
        let kinds: [[[UInt8]]] = [
            controlRequests.map(\.encoded), controlResponses.map(\.encoded),
            tables.map(\.encoded), [stats.encoded],
            ["127.0.0.1:8080", "unix:/run/a"].map(bytes), tables.map { TableFile.encode($0) },
        ]
        return kinds.enumerated().flatMap { number, values in
            values.map { [UInt8(number)] + $0 }
        }
    }

    private static var controlRequests: [ProxyRequest] {
        [
            .hello, .stats, .listeners, .cut(keys: ["a", "b"], epoch: 3),
            .shutdown(graceMilliseconds: 300, epoch: 4), .table, .inFlight(keys: []),
            .inFlight(keys: ["a", "b"]), .inFlightCount(keys: ["a"]),
        ] + tables.map { .apply($0) }
    }

    private static var controlResponses: [ProxyResponse] {
        let hello = ProxyHello(version: 1, pid: 4_711, startedAt: 1, generation: 2, epoch: 3)
        return [
            .hello(hello), .applied(generation: 300), .stats(stats), .cut(InFlightList()),
            .cut(inFlight), .stopping, .refused(reason: "no"), .unsettled(reason: "why"),
            .table(nil), .inFlight(inFlight),
            .inFlightCount(70_000),
        ] + tables.map { .table($0) }
    }

    private static var inFlight: InFlightList {
        var list = InFlightList()
        list.count = 1_200
        list.requests = InFlightRequest.Kind.allCases.map { kind in
            InFlightRequest(
                service: "web",
                key: "a",
                method: "GET",
                path: "/a%20b",
                client: kind == .tunnel ? "2001:db8::1" : "192.0.2.7",
                kind: kind,
                age: 90_000,
                bytes: kind == .tunnel ? nil : 300
            )
        }
        return list
    }

    // MARK: Tables

    /// Two services, and two that share an address.
    private static var tables: [ProxyTable] {
        let metrics = SocketAddress.ipv4(host: "127.0.0.1", port: 9_100)
        return [
            ProxyTable(generation: 7, epoch: 3, routes: [route]),
            ProxyTable(
                generation: 8,
                epoch: 3,
                routes: sharing,
                accessLog: "/var/log/a",
                metrics: metrics
            ),
        ]
    }

    private static var route: ProxyRoute {
        let first = ProxyBackend(key: "a", address: .ipv4(host: "127.0.0.1", port: 9_001))
        let second = ProxyBackend(key: "b", address: .unix(path: "/run/b"), isDraining: true)
        return ProxyRoute(
            service: "web",
            listen: .ipv4(host: "127.0.0.1", port: 80),
            preview: .ipv4(host: "127.0.0.1", port: 81),
            sides: [
                ProxySide(name: "blue", release: "v1", weight: 95, backends: [first, second]),
                ProxySide(name: "green", release: "v2", weight: 0, backends: []),
            ],
            previewSide: 1
        )
    }

    private static var sharing: [ProxyRoute] {
        let hold = ProxyHold(requests: 100, timeout: 30_000, releasedPerSecond: 200)
        var settings = ProxySettings()
        settings.bodyBytes = 1 << 20
        settings.connectionsMaximum = 900
        settings.connectionsPerClient = 90
        settings.trustedPeers = ["10.0.0.0/8", "192.0.2.7"].compactMap(AddressRange.init)
        settings.acceptsProxyProtocol = true
        settings.sendsForwarded = true
        settings.refusesUnderscores = true
        settings.splices = true
        settings.stickyCookie = "bound"
        settings.previewHeader = NamedValue(name: "x-preview", value: "1")
        settings.previewCookie = NamedValue(name: "preview", value: "1")
        settings.holdsWhenUnavailable = hold
        var shop = route
        shop.preview = nil
        shop.matches = [
            RouteMatch(host: "shop.example.com"),
            RouteMatch(host: "*.example.com", pathPrefix: "/shop"),
        ]
        shop.hold = hold
        shop.settings = settings
        var rest = shop
        rest.service = "rest"
        rest.matches = [RouteMatch(pathPrefix: "/api"), RouteMatch()]
        rest.hold = nil
        rest.sides = [
            ProxySide(
                name: "blue",
                release: "v3",
                weight: 1,
                backends: [ProxyBackend(key: "c", address: .unix(path: "/run/c"))]
            )
        ]
        rest.previewSide = nil
        return [shop, rest]
    }

    // MARK: Counters

    private static var stats: ProxyStats {
        var service = ProxyServiceStats(service: "web")
        service.connectionsOpen = 1
        service.connectionsAccepted = 2
        service.connectionsBarred = 3
        service.connectionsRefused = 4
        service.connectionsLimited = 5
        service.held = 6
        service.cutShort = 7
        service.uncountedRequests = 8
        service.uncountedFailures = 9
        service.refusals = [ProxyRefusal(status: 503, count: 4)]
        var endless = ProxyBackendStats(key: "b")
        endless.failures.reset = .max
        endless.failures.timedOut = .max
        endless.latency.buckets = [0, 1, 463].map { LatencyBucket(index: $0, count: .max) }
        service.backends = [backend, endless]
        var stats = ProxyStats()
        stats.takenAt = 1_800_000_000_000
        stats.generation = 7
        stats.epoch = 3
        stats.accessLogDropped = 200
        stats.services = [service]
        return stats
    }

    private static var backend: ProxyBackendStats {
        var backend = ProxyBackendStats(key: "a")
        backend.requests = 200
        backend.inFlight = 3
        backend.responses = [1, 2, 3, 4, 5]
        backend.failures.connectRefused = 1
        backend.failures.connectTimedOut = 2
        backend.failures.reset = 3
        backend.failures.closedEarly = 4
        backend.failures.responseInvalid = 5
        backend.failures.timedOut = 6
        backend.failures.clientAborted = 7
        backend.failures.cut = 8
        backend.failures.local = 9
        backend.retries = 10
        backend.bytesToClients = 1 << 40
        backend.bytesFromClients = 1 << 20
        backend.connectionsOpen = 4
        backend.firstRequestAt = 1_800_000_000_000
        backend.latency.buckets = [
            LatencyBucket(index: 3, count: 1), LatencyBucket(index: 400, count: 2),
        ]
        backend.latencySum = 1 << 33
        return backend
    }
}
