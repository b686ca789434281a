import CutoverWire
import Testing

@testable import CutoverProxy

/// Several services at one address.
@Suite struct SharedListenerTests {
    private let port = freePort()
    private let shop = ScriptedUpstream.answering("shop")
    private let api = ScriptedUpstream.answering("api")

    private func route(
        _ service: String,
        _ upstream: ScriptedUpstream,
        _ matches: RouteMatch...
    ) -> ProxyRoute {
        var route = ProxyRoute.on(port, .of(service, weight: 1, upstream.port))
        route.service = service
        route.matches = matches
        return route
    }

    private func answer(_ head: String, on socket: TestSocket? = nil) throws -> String {
        let socket = try #require(socket ?? TestSocket(port: port))
        socket.send(head + "\r\n\r\n")
        let response = try #require(socket.receiveResponse())
        let status = response.head.split(separator: " ")[1]
        return status == "200" ? response.body : String(status)
    }

    @Test func eachRequestOfAConnectionFindsItsService() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(
            route("shop", shop),
            route("api", api, RouteMatch(host: "api.org"), RouteMatch(pathPrefix: "/api"))
        )
        let socket = try #require(TestSocket(port: port))
        for (head, service) in [
            ("GET / HTTP/1.1\r\nHost: x", "shop"), ("GET /api/1 HTTP/1.1\r\nHost: x", "api"),
            ("GET / HTTP/1.1\r\nHost: API.org:80", "api"),
            ("GET http://api.org HTTP/1.1\r\nHost: x", "api"),
            ("GET /?/api HTTP/1.1\r\nHost: x", "shop"),
        ] {
            #expect(try answer(head, on: socket) == service, "\(head)")
        }
        let stats = try proxy.client.stats().services
        let connections = stats.map { ($0.service, $0.connectionsOpen, $0.backends[0].requests) }
        #expect(connections.contains { $0 == ("shop", 1, 2) })
        #expect(connections.contains { $0 == ("api", 0, 3) })
    }

    @Test func whatNobodyClaimsIsNotFound() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(
            route("shop", shop, RouteMatch(host: "shop.org")),
            route("api", api, RouteMatch(host: "api.org", pathPrefix: "/v1"))
        )
        #expect(try answer("GET / HTTP/1.1\r\nHost: other.org") == "404")
        #expect(try answer("GET / HTTP/1.1\r\nHost: api.org") == "404")
        #expect(try answer("GET / HTTP/1.0") == "400")
        #expect(try answer("GET /v1/../x HTTP/1.1\r\nHost: api.org") == "400")
        #expect(try proxy.refusals(404) == 2)
        let socket = try #require(TestSocket(port: port))
        socket.send("HEAD / HTTP/1.1\r\nHost: other.org\r\n\r\n")
        #expect(socket.receiveToEnd()?.hasSuffix("\r\n\r\n") == true)
    }

    @Test func aConnectionOutlivesTheServiceThatItUsedLast() throws {
        let proxy = try ProxyHarness()
        let catchAll = route("shop", shop)
        try proxy.apply(catchAll, route("api", api, RouteMatch(host: "api.org")))
        let socket = try #require(TestSocket(port: port))
        #expect(try answer("GET / HTTP/1.1\r\nHost: api.org", on: socket) == "api")
        try proxy.apply(catchAll)
        #expect(try answer("GET / HTTP/1.1\r\nHost: api.org", on: socket) == "shop")
        try proxy.apply(catchAll, route("api", api, RouteMatch(host: "api.org")))
        #expect(try answer("GET / HTTP/1.1\r\nHost: api.org", on: socket) == "api")
    }

    @Test func matchesThatCannotBeToldApartAreRefusedByName() throws {
        let proxy = try ProxyHarness()
        var patient = route("api", api, RouteMatch(host: "api.org"))
        patient.settings.headTimeout = 1
        let cases: [(ProxyRoute, String)] = [
            (route("api", api), "services shop and api both claim */ on 127.0.0.1:\(port)"),
            (patient, "differ in a setting"),
            (route("api", api, RouteMatch(host: "API.org")), "API.org is no host name"),
            (route("api", api, RouteMatch(host: "*")), "* is no host name"),
            (route("api", api, RouteMatch(host: "a.org:80")), "a.org:80 is no host name"),
            (route("api", api, RouteMatch(pathPrefix: "/api/")), "/api/ is no path prefix"),
            (route("api", api, RouteMatch(pathPrefix: "api")), "api is no path prefix"),
            (route("api", api, RouteMatch(pathPrefix: "/a/..")), "/a/.. is no path prefix"),
            (
                route("api", api, RouteMatch(host: "a.org"), RouteMatch(host: "a.org")),
                "service api claims a.org/ twice"
            ),
        ]
        for (other, words) in cases {
            let table = ProxyTable(generation: 1, epoch: 1, routes: [route("shop", shop), other])
            let reason: String
            do {
                try proxy.client.apply(table)
                reason = "accepted"
            } catch {
                reason = error.detail
            }
            #expect(reason.contains(words), "\(reason)")
        }
    }
}
