import CutoverWire
import Testing

@testable import CutoverProxy

/// Clients that a cookie binds to an instance.
@Suite struct StickyTests {
    private let port = freePort()
    private let upstreams = ["a", "b", "c"].map { ScriptedUpstream.answering($0) }

    private var settings: ProxySettings {
        var settings = ProxySettings()
        settings.stickyCookie = "instance"
        return settings
    }

    private func side(
        _ name: String,
        weight: Int,
        _ numbers: [Int],
        change: (inout ProxyBackend) -> Void = { _ in }
    ) -> ProxySide {
        let backends = numbers.map { number in
            var backend = ProxyBackend(
                key: "\(name)-\(number)",
                address: .ipv4(host: "127.0.0.1", port: upstreams[number].port)
            )
            change(&backend)
            return backend
        }
        return ProxySide(name: name, release: name, weight: weight, backends: backends)
    }

    /// The answer and the cookie that came with it.
    private func answer(
        _ cookie: String? = nil,
        on socket: TestSocket? = nil,
        port: UInt16? = nil
    ) throws -> (body: String, cookie: String?) {
        let socket = try #require(socket ?? TestSocket(port: port ?? self.port))
        let line = cookie.map { "Cookie: other=1; instance=\($0)\r\n" } ?? ""
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\(line)\r\n")
        let response = try #require(socket.receiveResponse())
        try #require(response.head.hasPrefix("HTTP/1.1 200 "), "\(response.head)")
        let field = response.head.split(separator: "\r\n").first { $0.hasPrefix("Set-Cookie: ") }
        guard let field else { return (response.body, nil) }
        let cookie = field.dropFirst("Set-Cookie: instance=".count)
        let parts = cookie.split(separator: ";", maxSplits: 1)
        #expect(parts[1] == " Path=/; HttpOnly; SameSite=Lax")
        #expect(parts[0].utf8.count == 16 && parts[0].allSatisfy { $0.isHexDigit })
        return (response.body, String(parts[0]))
    }

    @Test func aClientStaysWithItsInstance() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, side("blue", weight: 1, [0, 1, 2]), settings: settings))
        var cookies: [String: String] = [:]
        for _ in 0..<6 {
            let first = try answer()
            cookies[first.body] = first.cookie
        }
        #expect(Set(cookies.keys) == ["a", "b", "c"] && Set(cookies.values).count == 3)
        let socket = try #require(TestSocket(port: port))
        for (body, cookie) in cookies {
            for _ in 0..<3 {
                let again = try answer(cookie, on: socket)
                #expect(again.body == body && again.cookie == nil)
            }
        }
        // It is forwarded, beside the client's own.
        #expect(upstreams[0].requests.last?.contains("Cookie: other=1; instance=") == true)
    }

    @Test func aCookieOfNoInstanceIsReplaced() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, side("blue", weight: 1, [0]), settings: settings))
        let good = try #require(try answer().cookie)
        for cookie in ["", "0", "0123456789abcdef", good + "0", String(good.dropLast()) + "x"] {
            #expect(try answer(cookie).cookie == good, "\(cookie)")
        }
    }

    @Test func anInstanceThatTakesNoRequestsLosesItsClients() throws {
        let proxy = try ProxyHarness()
        let both = side("blue", weight: 1, [0, 1])
        try proxy.apply(.on(port, both, settings: settings))
        let bound = try answer()
        let cookie = try #require(bound.cookie)
        let changes: [(inout ProxyBackend) -> Void] = [
            { $0.isHealthy = false }, { $0.isDraining = true },
        ]
        for change in changes {
            var changed = both
            for index in 0..<2 where bound.body == ["a", "b"][index] {
                change(&changed.backends[index])
            }
            try proxy.apply(.on(port, changed, settings: settings))
            let moved = try answer(cookie)
            #expect(moved.body != bound.body && moved.cookie != nil)
            try proxy.apply(.on(port, both, settings: settings))
            #expect(try answer(cookie).body == bound.body)
        }
        // When all look bad the checks may be wrong: no client is moved for it.
        let doubted = side("blue", weight: 1, [0, 1]) { $0.isHealthy = false }
        try proxy.apply(.on(port, doubted, settings: settings))
        for _ in 0..<3 { #expect(try answer(cookie).body == bound.body) }
    }

    @Test func boundClientsFollowASwitchAndTakeNoTurns() throws {
        let proxy = try ProxyHarness()
        func apply(_ blue: Int, _ green: Int) throws {
            try proxy.apply(
                .on(
                    port,
                    side("blue", weight: blue, [0]),
                    side("green", weight: green, [1]),
                    settings: settings
                )
            )
        }
        try apply(1, 0)
        let cookie = try #require(try answer().cookie)
        try apply(9, 1)
        var bodies: [String] = []
        for _ in 0..<20 {
            #expect(try answer(cookie).body == "a")
            bodies.append(try answer().body)
        }
        #expect(bodies.filter { $0 == "b" }.count == 2)
        try apply(0, 1)
        let moved = try answer(cookie)
        #expect(moved.body == "b" && moved.cookie != nil)
        // A cookie names no instance without a share.
        try apply(1, 0)
        #expect(try answer(moved.cookie).body == "a")
    }

    @Test func aBoundRequestWhoseInstanceIsGoneGoesElsewhere() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, side("blue", weight: 1, [0, 1]), settings: settings))
        let bound = try answer()
        let number = bound.body == "a" ? 0 : 1
        upstreams[number].stop()
        #expect(eventually { TestSocket(port: upstreams[number].port) == nil })
        let moved = try answer(bound.cookie)
        #expect(moved.body != bound.body && moved.cookie != nil && moved.cookie != bound.cookie)
        #expect(try proxy.refusals(502) == 0)
    }

    @Test func whoTestsIsBoundToNothing() throws {
        let proxy = try ProxyHarness()
        let preview = freePort()
        try proxy.apply(
            .on(
                port,
                preview: preview,
                side("blue", weight: 1, [0]),
                side("green", weight: 0, [1]),
                previewSide: 1,
                settings: settings
            )
        )
        let cookie = try #require(try answer().cookie)
        let tested = try answer(cookie, port: preview)
        #expect(tested.body == "b" && tested.cookie == nil)
    }

    @Test func identifiersOfLikeKeysDiffer() {
        let keys = (0..<1_000).map { "web-v1-\($0)" }
        #expect(Set(keys.map(StickyCookie.identifier(of:))).count == 1_000)
        #expect(
            StickyCookie.field(named: "n", 0xab)
                == "Set-Cookie: n=00000000000000ab; Path=/; HttpOnly; SameSite=Lax\r\n"
        )
    }
}
