import CutoverWire
import Testing

@testable import CutoverProxy

/// How many connections clients may have.
@Suite struct ConnectionLimitTests {
    private let port = freePort()
    private let upstream = ScriptedUpstream.answering("ok")

    private func route(maximum: UInt32 = 0, perClient: UInt32 = 0) -> ProxyRoute {
        var route = ProxyRoute.on(port, .of("blue", weight: 1, upstream.port))
        route.settings.connectionsMaximum = maximum
        route.settings.connectionsPerClient = perClient
        return route
    }

    /// A connection that was answered, so that it is counted for certain; `nil` when it is closed.
    private func connect(to port: UInt16? = nil) -> TestSocket? {
        guard let socket = TestSocket(port: port ?? self.port),
            socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), socket.receiveResponse() != nil
        else {
            return nil
        }
        return socket
    }

    @Test(arguments: [1, 4])
    func oneConnectionTooManyIsClosed(threads: Int) throws {
        let proxy = try ProxyHarness(threads: threads)
        try proxy.apply(route(maximum: 3))
        var sockets = try (0..<3).map { _ in try #require(connect()) }
        for _ in 0..<5 { #expect(connect() == nil) }
        var service = try proxy.client.stats().services[0]
        #expect(service.connectionsLimited == 5 && service.connectionsOpen == 3)
        #expect(service.connectionsAccepted == 3 && service.failures == 0)
        // A place that is free again is taken again.
        sockets.removeLast()
        #expect(try eventually { try proxy.client.stats().services[0].connectionsOpen == 2 })
        sockets.append(try #require(connect()))
        #expect(connect() == nil)
        // Without the limit nothing is counted against anybody.
        try proxy.apply(route())
        #expect(connect() != nil)
        service = try proxy.client.stats().services[0]
        #expect(service.connectionsLimited == 6)
    }

    @Test func anAddressHasItsOwnLimitAtEachService() throws {
        let proxy = try ProxyHarness()
        var other = route(perClient: 2)
        other.service = "other"
        other.listen = .ipv4(host: "127.0.0.1", port: freePort())
        other.sides[0].backends[0].key = "other-0"
        guard case .ipv4(_, let otherPort) = other.listen else { return }
        try proxy.apply(route(perClient: 2), other)
        var sockets = try (0..<2).map { _ in try #require(connect()) }
        #expect(connect() == nil)
        let others = try (0..<2).map { _ in try #require(connect(to: otherPort)) }
        #expect(connect(to: otherPort) == nil)
        sockets.removeLast()
        #expect(
            try eventually {
                try proxy.client.stats().services.first { $0.service == "web" }?.connectionsOpen
                    == 1
            }
        )
        sockets.append(try #require(connect()))
        #expect(connect() == nil)
        #expect(others.count == 2)
    }

    /// A limit that comes later counts the connections that are there.
    @Test func aNewLimitKnowsTheOldConnections() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route())
        var sockets = try (0..<3).map { _ in try #require(connect()) }
        try proxy.apply(route(perClient: 3))
        #expect(connect() == nil)
        sockets.removeAll()
        #expect(try eventually { try proxy.client.stats().services[0].connectionsOpen == 0 })
        sockets = try (0..<3).map { _ in try #require(connect()) }
        #expect(connect() == nil)
    }

    @Test func servicesAtOneAddressShareItsLimit() throws {
        let proxy = try ProxyHarness()
        var api = route(maximum: 3)
        api.service = "api"
        api.matches = [RouteMatch(host: "api.org")]
        api.sides[0].backends[0].key = "api-0"
        try proxy.apply(route(maximum: 3), api)
        let sockets = try ["x", "api.org", "api.org"].map { host in
            let socket = try #require(TestSocket(port: port))
            socket.send("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            #expect(socket.receiveResponse()?.body == "ok")
            return socket
        }
        #expect(connect() == nil)
        #expect(sockets.count == 3)
    }
}
