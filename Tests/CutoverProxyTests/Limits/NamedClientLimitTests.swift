import CutoverWire
import Testing

@testable import CutoverProxy

/// How many connections a client may have whom a load balancer names.
@Suite struct NamedClientLimitTests {
    private let port = freePort()
    private let preview = freePort()
    private let upstream = ScriptedUpstream.answering("ok")

    private func route(perClient: UInt32 = 2, trusting ranges: String...) throws -> ProxyRoute {
        var route = ProxyRoute.on(
            port,
            preview: preview,
            .of("blue", weight: 1, upstream.port),
            previewSide: 0
        )
        route.settings.acceptsProxyProtocol = true
        route.settings.trustedPeers = try ranges.map { try #require(AddressRange($0)) }
        route.settings.connectionsPerClient = perClient
        return route
    }

    /// The header for a client of IPv4 or IPv6; `nil` stands for one whom nobody can name.
    private func header(_ client: String?) -> String {
        guard let client else { return "PROXY UNKNOWN\r\n" }
        return client.contains(":")
            ? "PROXY TCP6 \(client) 2001:db8::1 56324 443\r\n"
            : "PROXY TCP4 \(client) 198.51.100.1 56324 443\r\n"
    }

    /// A connection that was answered, so that it is counted for certain; `nil` when it is closed.
    private func connect(_ header: String, to port: UInt16? = nil) -> TestSocket? {
        guard let socket = TestSocket(port: port ?? self.port),
            socket.send(header + "GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
            socket.receiveResponse()?.body == "ok"
        else {
            return nil
        }
        return socket
    }

    private func connect(for client: String?) -> TestSocket? { connect(header(client)) }

    private func isOpen(_ count: UInt64, _ proxy: ProxyHarness) throws -> Bool {
        try eventually { try proxy.client.stats().services[0].connectionsOpen == count }
    }

    @Test(arguments: [[], ["127.0.0.1"]])
    func theClientIsCountedAndNotWhoNamesIt(trusted: [String]) throws {
        let proxy = try ProxyHarness()
        var route = try route()
        route.settings.trustedPeers = try trusted.map { try #require(AddressRange($0)) }
        try proxy.apply(route)
        let clients = ["203.0.113.1", "203.0.113.2", "2001:db8::7", "2001:db8::8"]
        var sockets = try (clients + clients).map { try #require(connect(for: $0)) }
        for client in clients { #expect(connect(for: client) == nil) }
        // The same address in the clothes of IPv6.
        #expect(connect(for: "::ffff:203.0.113.2") == nil)
        let service = try proxy.client.stats().services[0]
        #expect(service.connectionsLimited == 5 && service.connectionsBarred == 0)
        #expect(service.connectionsAccepted == 8 && service.connectionsOpen == 8)
        #expect(service.failures == 0)
        // Who closes one may open one.
        sockets.removeLast()
        #expect(try isOpen(7, proxy))
        sockets.append(try #require(connect(for: clients[3])))
        for client in clients { #expect(connect(for: client) == nil) }
    }

    @Test func oneTooManyIsResetWithoutAWord() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route(perClient: 1))
        let first = try #require(connect(for: "203.0.113.1"))
        for header in [header("203.0.113.1"), header("203.0.113.1") + "GET / HTTP/1.1\r\n"] {
            let socket = try #require(TestSocket(port: port))
            socket.send(header)
            #expect(socket.receiveToEnd() == nil)
        }
        #expect(upstream.requests.count == 1)
        first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(first.receiveResponse()?.body == "ok")
    }

    /// Neither those whose header is still to come count for anybody, nor those whose header names
    /// nobody; and so their end frees nobody's place.
    @Test(arguments: [false, true])
    func whoIsNotNamedCountsForNobody(changesTable: Bool) throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route())
        var tests = try (0..<2).map { _ in try #require(connect("", to: preview)) }
        var silent = try (0..<4).map { _ in try #require(TestSocket(port: port)) }
        var nameless = try (0..<4).map { _ in try #require(connect(for: nil)) }
        let named = try (0..<2).map { _ in try #require(connect(for: "203.0.113.1")) }
        #expect(try isOpen(12, proxy))
        if changesTable { try proxy.apply(route()) }
        #expect(connect("", to: preview) == nil && connect(for: "203.0.113.1") == nil)
        silent.removeAll()
        nameless.removeAll()
        #expect(try isOpen(4, proxy))
        // The peer of all of them is 127.0.0.1.
        #expect(connect("", to: preview) == nil && connect(for: "203.0.113.1") == nil)
        tests.removeLast()
        #expect(try isOpen(3, proxy))
        tests.append(try #require(connect("", to: preview)))
        #expect(connect("", to: preview) == nil && named.count == 2)
    }

    /// Also where the limit comes with a later table, and while a header is half there.
    @Test func aNewLimitKnowsWhomTheHeadersNamed() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route(perClient: 0))
        let clients = ["203.0.113.1", "2001:db8::7"]
        var sockets = try (clients + clients).map { try #require(connect(for: $0)) }
        let late = try #require(TestSocket(port: port))
        late.send("PROXY TCP4 203.0.11")
        #expect(try isOpen(5, proxy))
        try proxy.apply(route())
        for client in clients { #expect(connect(for: client) == nil) }
        late.send("3.1 198.51.100.1 56324 443\r\n")
        #expect(late.receiveToEnd() == nil)
        sockets.removeAll()
        #expect(try isOpen(0, proxy))
        sockets = try (clients + clients).map { try #require(connect(for: $0)) }
        for client in clients { #expect(connect(for: client) == nil) }
    }
}
