import CutoverWire
import Synchronization
import Testing

@testable import CutoverProxy

/// Requests of a service that is held.
@Suite struct HoldTests {
    private let port = freePort()
    private let blue = ScriptedUpstream.answering("blue")

    private func route(
        _ hold: ProxyHold?,
        _ side: ProxySide? = nil,
        preview: UInt16? = nil
    ) -> ProxyRoute {
        let side = side ?? .of("blue", weight: 1, blue.port)
        var route = ProxyRoute.on(port, preview: preview, side, previewSide: 0)
        route.hold = hold
        return route
    }

    private func hold(
        requests: UInt32 = 100,
        timeout: UInt32 = 60_000,
        perSecond: UInt32 = 1_000
    ) -> ProxyHold {
        ProxyHold(requests: requests, timeout: timeout, releasedPerSecond: perSecond)
    }

    private func send(_ text: String) throws -> TestSocket {
        let socket = try #require(TestSocket(port: port))
        socket.send(text)
        return socket
    }

    private func held(_ proxy: ProxyHarness) throws -> UInt64 {
        try proxy.client.stats().services.first?.held ?? 0
    }

    private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func everyKindOfRequestWaitsAndIsAnswered() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route(hold()))
        let body = String(repeating: "b", count: 200_000)
        let post = "POST /long HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        let sockets = try [
            get, "GET /old HTTP/1.0\r\n\r\n", post + body.prefix(10),
            "POST /chunked HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                + "X: \(String(repeating: "x", count: 9_000))\r\n\r\n5\r\nbegun\r\n0\r\n\r\n",
            get + "GET /next HTTP/1.1\r\nHost: x\r\n\r\n",
        ].map { try send($0) }
        #expect(try eventually { try held(proxy) == 5 })
        sockets[2].send(String(body.dropFirst(10)))
        #expect(blue.requests.isEmpty)
        try proxy.apply(route(nil))
        for socket in sockets { #expect(socket.receiveResponse()?.body == "blue") }
        #expect(sockets[4].receiveResponse()?.body == "blue")
        let requests = blue.requests
        #expect(
            requests.contains {
                $0.hasPrefix("POST /long ") && $0.hasSuffix("\r\n\r\n" + body)
            }
        )
        #expect(requests.contains { $0.hasPrefix("GET /next ") })
        #expect(try held(proxy) == 0)
        #expect(try proxy.refusals(503) == 0)
        #expect(try proxy.settled("blue-0").requests == 6)
    }

    @Test func aClientThatExpectsContinueGetsItWhenTheHoldEnds() throws {
        let instance = ScriptedUpstream { upstream, socket, _ in
            guard socket.receive(through: "\r\n\r\n") != nil else { return }
            socket.send("HTTP/1.1 100 Continue\r\n\r\n")
            guard let body = socket.receive(count: 4) else { return }
            upstream.record(String(decoding: body, as: UTF8.self))
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        defer { instance.stop() }
        let proxy = try ProxyHarness()
        let side = ProxySide.of("blue", weight: 1, instance.port)
        try proxy.apply(route(hold(), side))
        let socket = try send(
            "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
        )
        #expect(try eventually { try held(proxy) == 1 })
        try proxy.apply(route(nil, side))
        #expect(socket.receive(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        socket.send("body")
        #expect(socket.receive(through: "\r\n\r\n")?.hasPrefix("HTTP/1.1 200 ") == true)
        #expect(instance.requests == ["body"])
    }

    @Test func onlySoManyWaitAndOnlySoLong() throws {
        let proxy = try ProxyHarness(threads: 4)
        try proxy.apply(route(hold(requests: 3, timeout: 400)))
        let waiting = try (0..<3).map { _ in try send(get) }
        #expect(try eventually { try held(proxy) == 3 })
        for _ in 0..<4 {
            #expect(try send(get).receiveToEnd()?.hasPrefix("HTTP/1.1 503 ") == true)
        }
        for socket in waiting {
            #expect(socket.receiveToEnd()?.hasPrefix("HTTP/1.1 503 ") == true)
        }
        #expect(try proxy.refusals(503) == 7)
        #expect(try held(proxy) == 0)
        #expect(blue.requests.isEmpty)
    }

    /// Whoever waits first goes first, at the pace of the hold that ended.
    @Test func requestsAreLetGoInOrderAndAtThePace() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route(hold(perSecond: 10)))
        var sockets: [TestSocket] = []
        for number in 0..<5 {
            sockets.append(try send("GET /\(number) HTTP/1.1\r\nHost: x\r\n\r\n"))
            #expect(try eventually { try held(proxy) == UInt64(number + 1) })
        }
        let start = ContinuousClock.now
        try proxy.apply(route(nil))
        for socket in sockets { #expect(socket.receiveResponse()?.body == "blue") }
        let elapsed = ContinuousClock.now - start
        #expect(elapsed >= .milliseconds(300) && elapsed < .seconds(5))
        let paths = blue.requests.compactMap { $0.split(separator: " ").dropFirst().first }
        #expect(paths == ["/0", "/1", "/2", "/3", "/4"])
    }

    /// By its pace alone the line would grow for as long as more arrive than it lets go.
    @Test func whoArrivesWhileALineMovesLetsItsFirstGo() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route(hold(perSecond: 1)))
        let first = try (0..<3).map { number in
            let socket = try send("GET /\(number) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try eventually { try held(proxy) == UInt64(number + 1) })
            return socket
        }
        try proxy.apply(route(nil))
        let start = ContinuousClock.now
        let late = try (3..<6).map { try send("GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n") }
        for socket in first { #expect(socket.receiveResponse()?.body == "blue") }
        #expect(ContinuousClock.now - start < .milliseconds(900))
        #expect(late[0].receiveResponse()?.body == "blue")
    }

    @Test func aClientThatGoesAwayLeavesTheLine() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route(hold()))
        let texts = [get, get, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"]
        var sockets = try texts.map { try send($0) }
        #expect(try eventually { try held(proxy) == 3 })
        // One resets, one sends its end in the middle of its body; the one between stays.
        sockets[0].resetOnClose()
        sockets.removeFirst()
        sockets[1].finishSending()
        #expect(try eventually { try held(proxy) == 1 })
        try proxy.apply(route(nil))
        #expect(sockets[0].receiveResponse()?.body == "blue")
        #expect(try proxy.settled("blue-0").requests == 1)
        #expect(try proxy.refusals(503) == 0)
    }

    @Test func aClientThatClosedItsHalfIsAnswered() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route(hold()))
        let socket = try send(get)
        socket.finishSending()
        // The proxy asks whether anybody is there still.
        #expect(socket.receive(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(try held(proxy) == 1)
        try proxy.apply(route(nil))
        #expect(socket.receiveResponse()?.body == "blue")
    }

    @Test func thePreviewIsNotHeld() throws {
        let proxy = try ProxyHarness()
        let preview = freePort()
        try proxy.apply(route(hold(), preview: preview))
        let socket = try #require(TestSocket(port: preview))
        socket.send(get)
        #expect(socket.receiveResponse()?.body == "blue")
    }

    /// A hold that ends a moment too early loses nothing: whoever waited may wait on.
    @Test func aHoldThatEndsWhileNobodyListensLosesNothing() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route(hold(), .of("blue", weight: 1, freePort())))
        let sockets = try (0..<4).map { _ in try send(get) }
        #expect(try eventually { try held(proxy) == 4 })
        try proxy.apply(route(nil, .of("green", weight: 1, freePort())))
        #expect(try eventually { try proxy.backend("green-0").failures.connectRefused > 0 })
        #expect(try eventually { try held(proxy) == 4 })
        try proxy.apply(route(nil))
        for socket in sockets { #expect(socket.receiveResponse()?.body == "blue") }
        #expect(try proxy.refusals(502) == 0)
        #expect(try proxy.refusals(503) == 0)
    }

    @Test func aServiceThatLeavesTheTableRefusesWhoWaits() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route(hold()))
        let socket = try send(get)
        #expect(try eventually { try held(proxy) == 1 })
        try proxy.apply()
        #expect(socket.receiveToEnd()?.hasPrefix("HTTP/1.1 503 ") == true)
    }

    @Test func aProxyThatEndsAnswersWhoWaits() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route(hold()))
        let socket = try send(get)
        #expect(try eventually { try held(proxy) == 1 })
        proxy.stop(graceMilliseconds: 100)
        #expect(socket.receive(through: "\r\n\r\n")?.hasPrefix("HTTP/1.1 503 ") == true)
    }

    /// Holds that begin and end under load, on several threads, lose and double nothing.
    @Test func holdsUnderLoadLoseNothing() throws {
        let proxy = try ProxyHarness(threads: 3)
        try proxy.apply(route(nil))
        let clients = LoadClients(port: port, clients: 16)
        for _ in 0..<8 {
            let before = clients.counts.total
            try proxy.apply(route(hold(perSecond: 100)))
            #expect(try eventually { try held(proxy) == 16 })
            try proxy.apply(route(nil))
            // Who arrives takes no turn from those that waited, so the line ends under any load.
            #expect(try eventually { try held(proxy) == 0 })
            #expect(eventually { clients.counts.total > before + 200 })
        }
        let counts = clients.stop()
        #expect(counts.failures.isEmpty, "\(counts.failures.prefix(3))")
        #expect(try proxy.settled("blue-0").requests == UInt64(counts.total))
        #expect(try held(proxy) == 0)
    }
}
