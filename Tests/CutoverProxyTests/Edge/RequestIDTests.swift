import CutoverWire
import Testing

@testable import CutoverProxy

/// The ID with which a request reaches its instance.
@Suite struct RequestIDTests {
    private let port = freePort()

    private func proxy(
        _ upstream: ScriptedUpstream,
        _ settings: ProxySettings = ProxySettings()
    ) throws -> ProxyHarness {
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port), settings: settings))
        return proxy
    }

    /// The IDs that the instance gets for requests with these fields.
    private func seen(_ upstream: ScriptedUpstream, _ fields: String...) throws -> [[String]] {
        let before = upstream.requests.count
        let socket = try #require(TestSocket(port: port))
        for field in fields {
            socket.send("GET / HTTP/1.1\r\nHost: x\r\n\(field)\r\n")
            #expect(socket.receiveResponse()?.body == "ok")
        }
        return upstream.requests.dropFirst(before).map { request in
            request.split(separator: "\r\n").filter { $0.lowercased().hasPrefix("x-request-id:") }
                .map { String($0.dropFirst("x-request-id: ".count)) }
        }
    }

    @Test func everyRequestHasAnIDOfItsOwn() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try proxy(upstream)
        defer { proxy.stop() }
        let ids = try seen(
            upstream,
            "",
            "X-Request-Id: mine\r\n",
            "X-Request-ID: a\r\nx-request-id: b\r\n"
        )
        let all = ids.flatMap(\.self)
        #expect(ids.allSatisfy { $0.count == 1 } && Set(all).count == 3)
        for id in all {
            #expect(id.utf8.count == 32 && id.utf8.allSatisfy { $0.hexDigit < 16 && $0 != 0x41 })
        }
        let fresh = try seen(upstream, "").flatMap(\.self)
        #expect(Set(fresh).isDisjoint(with: all))
    }

    @Test func aTrustedPeersIDIsKept() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        var settings = ProxySettings()
        settings.trustedPeers = [try #require(AddressRange("127.0.0.0/8"))]
        let proxy = try proxy(upstream, settings)
        defer { proxy.stop() }
        let longest = String(repeating: "a", count: 128)
        let kept = ["x", "7f3a-B.c_d~e+f/g=h:i@j", longest]
        for id in kept {
            #expect(try seen(upstream, "X-Request-ID:  \(id)\r\n") == [[id]])
        }
        let dropped = ["", "a b", "a\"b", "a,b", "\u{e9}", longest + "a", "a\r\nX-Request-Id: b"]
        for id in dropped {
            let ids = try seen(upstream, "X-Request-Id: \(id)\r\n")
            #expect(ids.count == 1 && ids[0].count == 1 && ids[0][0].utf8.count == 32, "\(id)")
        }
        // One that is named as the hop's own is not for the instance.
        let named = try seen(upstream, "X-Request-Id: abc\r\nConnection: x-request-id\r\n")
        #expect(named.count == 1 && named[0].count == 1 && named[0][0] != "abc")
    }

    @Test func whoWantsNoneIsLeftAlone() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        var settings = ProxySettings()
        settings.sendsRequestID = false
        let proxy = try proxy(upstream, settings)
        defer { proxy.stop() }
        #expect(try seen(upstream, "", "X-Request-Id: mine\r\n") == [[], ["mine"]])
    }

    @Test func theCounterCarries() {
        var ids = RequestID(seed: 0xfedc_ba98_7654_3210)
        func text() -> String {
            String(decoding: RequestID.place.map { ids.line[$0] }, as: UTF8.self)
        }
        for _ in 0..<0x1fff { ids.advance() }
        #expect(text() == "fedcba98765432100000000000001fff")
        ids.advance()
        #expect(text() == "fedcba98765432100000000000002000")
        let line = String(decoding: (0..<48).map { ids.line[$0] }, as: UTF8.self)
        #expect(line == "X-Request-Id: \(text())\r\n")
    }
}
