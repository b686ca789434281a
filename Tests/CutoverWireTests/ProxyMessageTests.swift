import Testing

@testable import CutoverWire

@Suite struct ProxyMessageTests {
    @Test func everyRequestComesBackAsItWas() throws {
        for request in Samples.requests {
            #expect(try ProxyRequest(decoding: request.encoded) == request)
        }
    }

    @Test func everyResponseComesBackAsItWas() throws {
        for response in Samples.responses {
            #expect(try ProxyResponse(decoding: response.encoded) == response)
        }
    }

    @Test func everyTruncationIsAnError() {
        for message in Samples.requests.map(\.encoded) {
            for count in 0..<message.count {
                #expect(throws: WireError.self) {
                    try ProxyRequest(decoding: Array(message[..<count]))
                }
            }
        }
    }

    @Test func noDamagedByteTraps() {
        for message in Samples.responses.map(\.encoded) {
            for index in message.indices {
                for flip: UInt8 in [0x01, 0x80, 0xff] {
                    var damaged = message
                    damaged[index] ^= flip
                    // It may still be a value, but another one; what counts is that it comes back.
                    _ = try? ProxyResponse(decoding: damaged)
                }
            }
        }
    }

    @Test func aNegativeWeightArrivesAndIsNotATrap() throws {
        var table = Samples.table
        table.routes[0].sides[0].weight = -1
        #expect(try ProxyTable(decoding: table.encoded) == table)
    }

    @Test func addressesPrintWhatTheyParse() {
        for text in ["127.0.0.1:8080", "0.0.0.0:1", "255.255.255.255:65535", "unix:/run/a b.sock"] {
            #expect(SocketAddress(text)?.description == text)
        }
        #expect(SocketAddress("localhost:80") == .ipv4(host: "127.0.0.1", port: 80))
    }

    @Test(arguments: [
        "", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:080", "127.0.0.256:80",
        "127.0.1:80", "1.2.3.4.5:80", "a.b.c.d:80", "127.0.0.01:80", "127.0.0.1:-1", "unix:",
        "unix:" + String(repeating: "x", count: 108),
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(SocketAddress(text) == nil)
    }
}

/// One of each message, with every field away from its default.
enum Samples {
    static var table: ProxyTable {
        var settings = ProxySettings()
        settings.bodyBytes = 1 << 33
        settings.upgrades = ["websocket", "tls/1.0"]
        settings.connectionsMaximum = 10_000
        settings.connectionsPerClient = 100
        settings.trustedPeers = [AddressRange("10.0.0.0/8"), AddressRange("192.0.2.1")].compactMap(
            \.self
        )
        settings.acceptsProxyProtocol = true
        settings.sendsForwarded = true
        settings.sendsRequestID = false
        settings.refusesUnderscores = true
        settings.splices = true
        settings.stickyCookie = "instance"
        settings.previewHeader = NamedValue(name: "x-preview", value: "yes")
        settings.previewCookie = NamedValue(name: "preview", value: "1")
        settings.holdsWhenUnavailable = ProxyHold(
            requests: 10,
            timeout: 2_000,
            releasedPerSecond: 50
        )
        let blue = ProxySide(
            name: "blue",
            release: "v1",
            weight: 95,
            backends: [
                ProxyBackend(key: "a", address: .ipv4(host: "127.0.0.1", port: 9_001)),
                ProxyBackend(
                    key: "b",
                    address: .unix(path: "/run/b"),
                    isHealthy: false,
                    isDraining: true
                ),
            ]
        )
        let green = ProxySide(name: "green", release: "v2", weight: 5, backends: [])
        let route = ProxyRoute(
            service: "shöp",
            listen: .ipv4(host: "0.0.0.0", port: 80),
            matches: [RouteMatch(host: "*.example.com", pathPrefix: "/shop")],
            preview: .ipv4(host: "127.0.0.1", port: 81),
            sides: [blue, green],
            previewSide: 1,
            hold: ProxyHold(requests: 1_000, timeout: 5_000, releasedPerSecond: 200),
            settings: settings
        )
        return ProxyTable(
            generation: 7,
            epoch: 3,
            routes: [route],
            accessLog: "/var/log/cutover.json",
            metrics: .ipv4(host: "127.0.0.1", port: 9_100)
        )
    }

    static var stats: ProxyStats {
        var backend = ProxyBackendStats(key: "a")
        backend.requests = 1 << 40
        backend.inFlight = 2
        backend.responses = [1, 2, 3, 4, 5]
        backend.failures.cut = 9
        backend.failures.local = 8
        backend.failures.connectRefused = 1
        backend.firstRequestAt = 1_800_000_000_000
        backend.latency.buckets = [
            LatencyBucket(index: 3, count: 1), LatencyBucket(index: 400, count: 1 << 35),
        ]
        backend.latencySum = 1 << 40
        var service = ProxyServiceStats(service: "shop")
        service.refusals = [
            ProxyRefusal(status: 400, count: 3), ProxyRefusal(status: 503, count: 4),
        ]
        service.connectionsBarred = 7
        service.cutShort = 6
        service.connectionsRefused = 12
        service.held = 11
        service.connectionsLimited = 13
        service.uncountedRequests = 14
        service.uncountedFailures = 15
        service.backends = [backend]
        var stats = ProxyStats()
        stats.takenAt = 5
        stats.accessLogDropped = 3
        stats.services = [service]
        return stats
    }

    static var inFlight: InFlightList {
        var list = InFlightList()
        list.count = 700
        list.requests = InFlightRequest.Kind.allCases.map { kind in
            InFlightRequest(
                service: "shop",
                key: "shop-1",
                method: "GET",
                path: "/ü",
                client: "192.0.2.1",
                kind: kind,
                age: 1 << 40,
                bytes: kind == .tunnel ? nil : 9
            )
        }
        return list
    }

    static var requests: [ProxyRequest] {
        [
            .hello, .apply(table), .stats, .cut(keys: ["a", "ü"], epoch: 3),
            .shutdown(graceMilliseconds: 30_000, epoch: 1 << 40), .table,
            .inFlight(keys: ["a"]), .inFlightCount(keys: ["a", "b"]),
        ]
    }

    static var responses: [ProxyResponse] {
        let hello = ProxyHello(version: 1, pid: 4_711, startedAt: 1, generation: 2, epoch: 3)
        return [
            .hello(hello), .applied(generation: 300), .stats(stats), .cut(inFlight), .stopping,
            .refused(reason: "no"), .table(table), .table(nil), .inFlight(inFlight),
            .inFlightCount(300),
        ]
    }
}
