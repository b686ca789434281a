import CutoverWire
import Glibc
import Testing

@testable import CutoverProxy

/// What becomes of a request when its instance fails: sent again only where that is safe, and
/// counted always.
@Suite struct FailureTests {
    private let port = freePort()

    private func connect() throws -> TestSocket {
        try #require(TestSocket(port: port))
    }

    private func request(_ method: String) -> String {
        "\(method) / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    }

    /// One response by itself, then the connection closes under the next request.
    private func closingUnderTheSecond() -> ScriptedUpstream {
        ScriptedUpstream { upstream, socket, _ in
            guard upstream.readRequest(socket) != nil else { return }
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst")
            _ = upstream.readRequest(socket)
            socket.hangUp()
        }
    }

    @Test(arguments: ["GET", "POST"])
    func aRefusedConnectionIsTriedElsewhereForEveryMethod(method: String) throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, freePort(), upstream.port)))
        let socket = try connect()
        for _ in 0..<4 {
            socket.send(request(method))
            #expect(socket.receiveResponse()?.body == "ok")
        }
        let dead = try proxy.settled("blue-0")
        #expect(dead.requests > 0 && dead.requests == dead.failures.connectRefused)
        #expect(dead.retries == dead.requests)
        #expect(upstream.requests.count == 4)
    }

    @Test func aReusedConnectionThatClosesIsReplacedForAGet() throws {
        let upstream = closingUnderTheSecond()
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let socket = try connect()
        for _ in 0..<2 {
            socket.send(request("GET"))
            #expect(socket.receiveResponse()?.body == "first")
        }
        let stats = try proxy.backend("blue-0")
        #expect(stats.retries == 1 && stats.failures.total == 0 && stats.responses[1] == 2)
    }

    @Test func aPostIsSentAtMostOnce() throws {
        let upstream = closingUnderTheSecond()
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let socket = try connect()
        socket.send(request("POST"))
        #expect(socket.receiveResponse()?.body == "first")
        socket.send(request("POST"))
        #expect(socket.receiveResponse()?.head.hasPrefix("HTTP/1.1 502") == true)
        #expect(upstream.requests.count == 2)
        #expect(try proxy.backend("blue-0").retries == 0)
        #expect(try proxy.refusals(502) == 1)
    }

    @Test func aNewConnectionThatClosesIsNotTriedAgain() throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            _ = upstream.readRequest(socket)
            socket.hangUp()
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let socket = try connect()
        socket.send(request("GET"))
        #expect(socket.receiveResponse()?.head.hasPrefix("HTTP/1.1 502") == true)
        #expect(upstream.requests.count == 1)
        #expect(try proxy.backend("blue-0").failures.closedEarly == 1)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
    ])
    func aResponseThatIsCutShortNeverLooksComplete(response: String) throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            _ = upstream.readRequest(socket)
            socket.send(response)
            socket.hangUp()
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let socket = try connect()
        socket.send(request("GET"))
        let received = socket.receiveToEnd() ?? "reset"
        #expect(!received.hasSuffix("0\r\n\r\n") && !received.hasSuffix("abcdefghij"))
        #expect(try eventually { try proxy.backend("blue-0").failures.total == 1 })
    }

    @Test func anUnframedResponseThatIsResetIsReset() throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            _ = upstream.readRequest(socket)
            socket.send("HTTP/1.1 200 OK\r\n\r\nabc")
            _ = eventually { upstream.requests.count == 2 }
            socket.resetOnClose()
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let socket = try connect()
        socket.send(request("GET"))
        #expect(socket.receive(through: "abc") != nil)
        upstream.record("reset it")
        #expect(socket.receiveToEnd() == nil)
        #expect(try proxy.backend("blue-0").failures.reset == 1)
    }

    @Test(arguments: [
        "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
        String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 20),
        "HTTP/1.1 200 OK\r\nA: " + String(repeating: "a", count: 40_000),
    ])
    func aResponseThatIsNoneIsAnsweredBadGateway(response: String) throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            _ = upstream.readRequest(socket)
            socket.send(response)
            _ = socket.receive(count: 1)
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let socket = try connect()
        socket.send(request("GET"))
        let received = socket.receiveToEnd() ?? ""
        #expect(received.contains("HTTP/1.1 502 Bad Gateway\r\n"))
        #expect(try proxy.settled("blue-0").failures.responseInvalid == 1)
    }

    @Test func stagesTimeOut() throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            guard let head = upstream.readRequest(socket) else { return }
            if head.contains("/stream") {
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
            }
            _ = socket.receive(count: 1)
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        var settings = ProxySettings()
        settings.headTimeout = 300
        settings.responseHeadTimeout = 300
        settings.idleTimeout = 300
        settings.keepAliveTimeout = 300
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port), settings: settings))
        let cases = [
            ("", ""), ("GET / HT", "HTTP/1.1 408 Request Timeout"),
            (request("GET"), "HTTP/1.1 504 Gateway Timeout"),
            ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab", "HTTP/1.1 408"),
            ("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK"),
        ]
        let sockets = try cases.map { _ in try connect() }
        for (socket, entry) in zip(sockets, cases) { socket.send(entry.0) }
        for (socket, entry) in zip(sockets, cases) {
            let received = try #require(socket.receiveToEnd())
            #expect(received.hasPrefix(entry.1) && received.isEmpty == entry.1.isEmpty)
            #expect(!received.hasSuffix("abcabcabc"))
        }
        #expect(try proxy.backend("blue-0").failures.timedOut == 2)
    }

    @Test func badRequestsNeverReachAnInstance() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        var settings = ProxySettings()
        settings.bodyBytes = 10
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port), settings: settings))
        let post = "POST / HTTP/1.1\r\nHost: x\r\n"
        let cases = [
            ("GET / HTTP/1.1\r\n\r\n", "400"),
            (post + "Content-Length: 11\r\n\r\n", "413"),
            (post + "Transfer-Encoding: chunked\r\n\r\nb\r\n0123456789a\r\n0\r\n\r\n", "413"),
            (post + "Transfer-Encoding: chunked\r\n\r\n3\nabc", "400"),
            ("CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n", "405"),
        ]
        for (request, status) in cases {
            let socket = try connect()
            socket.send(request)
            #expect(socket.receiveToEnd()?.hasPrefix("HTTP/1.1 \(status) ") == true)
        }
        #expect(upstream.requests.isEmpty)
        #expect(try proxy.refusals(400) == 2)
        #expect(try proxy.refusals(413) == 2)
        #expect(try proxy.backend("blue-0").requests == 0)
    }

    /// A chunk that breaks the rules behind a good one: the instance must never see the body end.
    @Test func aBodyThatBreaksTheRulesIsNeverCompleted() throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            guard socket.receive(through: "3\r\nabc\r\n") != nil else { return }
            upstream.record("begun")
            upstream.record("end: " + (socket.receiveToEnd() ?? "reset"))
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let socket = try connect()
        socket.send(
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
        )
        #expect(eventually { upstream.requests == ["begun"] })
        socket.send("0\nX")
        #expect(socket.receiveToEnd()?.hasPrefix("HTTP/1.1 400 ") == true)
        #expect(eventually { upstream.requests.count == 2 })
        #expect(["end: ", "end: reset"].contains(upstream.requests.last))
        #expect(try proxy.settled("blue-0").failures.clientAborted == 1)
    }
}
