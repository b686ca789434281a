import CutoverWire
import Testing

@testable import CutoverProxy

/// A response that the proxy ends before its end counts as failed, and never looks whole.
@Suite struct CutShortTests {
    private let port = freePort()

    private func service(_ proxy: ProxyHarness) throws -> ProxyServiceStats {
        try #require(try proxy.client.stats().services.first)
    }

    /// Sends the head that the path asks for with the start of a body, then stays silent.
    private func stream() -> ScriptedUpstream {
        ScriptedUpstream { upstream, socket, _ in
            guard let head = upstream.readRequest(socket) else { return }
            if head.contains("/length") {
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
            } else if head.contains("/chunks") {
                socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            } else if head.contains("/close") {
                socket.send("HTTP/1.1 200 OK\r\n\r\nabc")
            }
            _ = socket.receive(count: 1)
        }
    }

    @Test func whatADrainCutsIsCountedOnceAndNeverLooksWhole() throws {
        let blue = stream()
        let green = ScriptedUpstream.answering("green")
        defer {
            blue.stop()
            green.stop()
        }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, blue.port)))
        let cases: [(request: String, isReset: Bool)] = [
            ("GET /length HTTP/1.1\r\nHost: x\r\n\r\n", false),
            ("GET /chunks HTTP/1.1\r\nHost: x\r\n\r\n", false),
            ("GET /close HTTP/1.1\r\nHost: x\r\n\r\n", true),
            ("GET /chunks HTTP/1.0\r\n\r\n", true),
        ]
        let sockets = try cases.map { entry in
            let socket = try #require(TestSocket(port: port))
            socket.send(entry.request)
            #expect(socket.receive(through: "abc") != nil)
            return socket
        }
        let waiting = try #require(TestSocket(port: port))
        waiting.send("GET /silence HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try eventually { try proxy.backend("blue-0").inFlight == 5 })
        try proxy.apply(
            .on(
                port,
                .of("blue", weight: 0, blue.port, isDraining: true),
                .of("green", weight: 1, green.port)
            )
        )
        #expect(try service(proxy).failures == 0)
        #expect(try proxy.cut("blue-0") == 5)
        #expect(waiting.receiveToEnd()?.hasPrefix("HTTP/1.1 503") == true)
        for (entry, socket) in zip(cases, sockets) {
            #expect((socket.receiveToEnd() == nil) == entry.isReset, "\(entry.request)")
        }
        #expect(try service(proxy).cutShort == 4)
        #expect(try service(proxy).failures == 5)
    }

    @Test func anInstanceThatBreaksOffOrFallsSilentFailsItsClients() throws {
        let upstream = ScriptedUpstream { upstream, socket, number in
            _ = upstream.readRequest(socket)
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
            if number == 0 { _ = socket.receive(count: 1) }
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        var settings = ProxySettings()
        settings.idleTimeout = 300
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port), settings: settings))
        for expected in 1...2 {
            let socket = try #require(TestSocket(port: port))
            socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(socket.receiveToEnd()?.hasSuffix("abc") == true)
            #expect(try service(proxy).failures == UInt64(expected))
        }
        let failures = try proxy.backend("blue-0").failures
        #expect(failures.timedOut == 1 && failures.closedEarly + failures.reset == 1)
    }

    @Test func aClientThatGoesAwayIsNoFailure() throws {
        let upstream = stream()
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        do {
            let socket = try #require(TestSocket(port: port))
            socket.send("GET /length HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(socket.receive(through: "abc") != nil)
            socket.resetOnClose()
        }
        #expect(try proxy.settled("blue-0").failures.clientAborted == 1)
        #expect(try service(proxy).failures == 0)
    }

    /// Its next byte may be hours away; until then the request would hold a drain.
    @Test func whoLeavesAQuietStreamOfEventsIsNoticedAtOnce() throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            guard upstream.readRequest(socket) != nil else { return }
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
            )
            upstream.record(socket.receiveToEnd() == nil ? "reset" : "end")
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let socket = try #require(TestSocket(port: port))
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(socket.receive(through: "abc") != nil)
        #expect(try proxy.backend("blue-0").inFlight == 1)
        socket.finishSending()
        #expect(try proxy.settled("blue-0").failures.clientAborted == 1)
        #expect(eventually { !upstream.requests.dropFirst().isEmpty })
        #expect(try service(proxy).failures == 0)
    }

    @Test func aPreviewWithoutACandidateFailsNobody() throws {
        let upstream = stream()
        defer { upstream.stop() }
        let preview = freePort()
        let proxy = try ProxyHarness()
        let stable = ProxySide.of("blue", weight: 1, 1)
        try proxy.apply(.on(port, preview: preview, stable))
        let early = try #require(TestSocket(port: preview))
        early.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(early.receiveToEnd()?.hasPrefix("HTTP/1.1 503") == true)
        #expect(try service(proxy).failures == 0)

        let candidate = ProxySide.of("green", weight: 0, upstream.port)
        try proxy.apply(.on(port, preview: preview, stable, candidate, previewSide: 1))
        let tried = try #require(TestSocket(port: preview))
        tried.send("GET /length HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(tried.receive(through: "abc") != nil)
        var draining = candidate
        draining.backends[0].isDraining = true
        try proxy.apply(.on(port, preview: preview, stable, draining))
        #expect(try proxy.cut("green-0") == 1)
        #expect(tried.receiveToEnd() == "")
        #expect(try service(proxy).failures == 0)
    }

    /// The instance is done, and the proxy holds the end of the response for a client that does not
    /// take it.
    @Test func aResponseThatItsClientDoesNotTakeIsReset() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        var settings = ProxySettings()
        settings.idleTimeout = 300
        try bench.apply(.on(port, upstream.side("blue"), settings: settings))
        let client = try #require(TestSocket(port: port, receiveBuffer: 4_096))
        client.send("GET / HTTP/1.0\r\n\r\n")
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        try bench.narrow()
        let instance = try upstream.accept()
        let chunk = String(repeating: "x", count: 100_000)
        instance.send(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "\(String(100_000, radix: 16))\r\n\(chunk)\r\n0\r\n\r\n"
        )
        #expect(bench.turns { bench.connections(.client).allSatisfy { $0.phase == .flush } })
        #expect(bench.turns { bench.connections(.client).isEmpty })
        #expect(client.receiveToEnd() == nil)
        #expect(bench.service.failures == 0)
    }

    /// The same while the instance still has more.
    @Test func aStreamThatItsClientDoesNotTakeIsReset() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        var settings = ProxySettings()
        settings.idleTimeout = 300
        try bench.apply(.on(port, upstream.side("blue"), settings: settings))
        let client = try #require(TestSocket(port: port, receiveBuffer: 4_096))
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        try bench.narrow()
        let instance = try upstream.accept()
        instance.send("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 100_000))
        #expect(bench.turns { bench.connections(.client).allSatisfy(\.hasOutput) })
        #expect(bench.turns { bench.connections(.client).isEmpty })
        #expect(client.receiveToEnd() == nil)
        #expect(bench.service.failures == 0)
    }
}
