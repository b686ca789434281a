import CutoverWire
import Glibc
import Testing

@testable import CutoverProxy

/// Connections that begin with a PROXY header, through the real loop.
@Suite struct ProxyHeaderTests {
    private let port = freePort()
    private let header = "PROXY TCP4 203.0.113.9 198.51.100.1 56324 443\r\n"
    private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    private func settings(trusting ranges: String...) throws -> ProxySettings {
        var settings = ProxySettings()
        settings.acceptsProxyProtocol = true
        settings.trustedPeers = try ranges.map { try #require(AddressRange($0)) }
        return settings
    }

    private func proxy(
        _ upstream: ScriptedUpstream,
        preview: UInt16? = nil,
        _ settings: ProxySettings
    ) throws -> ProxyHarness {
        let proxy = try ProxyHarness()
        try proxy.apply(
            .on(
                port,
                preview: preview,
                .of("blue", weight: 1, upstream.port),
                previewSide: 0,
                settings: settings
            )
        )
        return proxy
    }

    private func forwardedFor(_ upstream: ScriptedUpstream) -> String? {
        upstream.requests.last?.split(separator: "\r\n")
            .first { $0.hasPrefix("X-Forwarded-For:") }.map { String($0.dropFirst(17)) }
    }

    private func connectionsBarred(_ proxy: ProxyHarness) throws -> UInt64 {
        try #require(proxy.client.stats().services.first).connectionsBarred
    }

    @Test func theClientIsTheOneThatTheHeaderNames() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try proxy(upstream, settings())
        defer { proxy.stop() }
        let local: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10, 0x20, 0, 0, 0]
        let headers = [
            (Array(header.utf8), "203.0.113.9"),
            (Array("PROXY TCP6 2001:DB8::1 ::1 1 2\r\n".utf8), "2001:db8::1"),
            (Array("PROXY UNKNOWN\r\n".utf8), "127.0.0.1"),
            (local, "127.0.0.1"),
        ]
        for (bytes, client) in headers {
            let socket = try #require(TestSocket(port: port))
            socket.send(bytes)
            // It holds for every request of the connection.
            for _ in 0..<2 {
                socket.send(get)
                #expect(socket.receiveResponse()?.body == "ok")
                #expect(forwardedFor(upstream) == client)
            }
        }
        #expect(try connectionsBarred(proxy) == 0)
    }

    /// The loop is turned by the test, so that every cut is one.
    @Test func everySegmentationReadsTheSame() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue"), settings: settings()))
        let bytes = Array((header + get).utf8)
        var instance: TestSocket?
        for cut in 0...bytes.count {
            let socket = try #require(TestSocket(port: port))
            socket.send(Array(bytes[..<cut]))
            bench.turn()
            bench.turn()
            socket.send(Array(bytes[cut...]))
            #expect(bench.turns { bench.service.backends[0].requests == UInt64(cut + 1) })
            if instance == nil { instance = try upstream.accept() }
            let head = try #require(instance?.receive(through: "\r\n\r\n"))
            #expect(head.contains("X-Forwarded-For: 203.0.113.9\r\n"), "cut at \(cut)")
            instance?.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            #expect(bench.turns { bench.service.backends[0].inFlight == 0 })
        }
    }

    @Test func aHeaderByteByByteAndTwoRequestsBehindIt() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try proxy(upstream, settings())
        defer { proxy.stop() }
        let socket = try #require(TestSocket(port: port))
        for byte in Array(header.utf8) + Array(get.utf8) + Array(get.utf8) {
            socket.send([byte])
        }
        for _ in 0..<2 {
            #expect(socket.receiveResponse()?.body == "ok")
            #expect(forwardedFor(upstream) == "203.0.113.9")
        }
    }

    @Test func withoutAHeaderThereIsNoAnswer() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try proxy(upstream, settings())
        defer { proxy.stop() }
        for bytes in [get, "PROXY TCP4 a b c d\r\n", "PROXY TCP4 1.2.3.4", "\r\n\r\nX"] {
            let socket = try #require(TestSocket(port: port))
            socket.send(bytes)
            socket.finishSending()
            // Unread bytes make it a reset.
            #expect((socket.receiveToEnd() ?? "").isEmpty)
        }
        #expect(try connectionsBarred(proxy) == 4)
        // Who only looks whether somebody listens is not counted.
        let silent = try #require(TestSocket(port: port))
        silent.finishSending()
        #expect(silent.receiveToEnd() == "")
        #expect(try connectionsBarred(proxy) == 4 && upstream.requests.isEmpty)
        #expect(try eventually { try proxy.client.stats().services[0].connectionsOpen == 0 })
    }

    @Test func aHeaderThatDoesNotComeInTimeIsNotWaitedFor() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        var settings = try settings()
        settings.headTimeout = 300
        let proxy = try proxy(upstream, settings)
        defer { proxy.stop() }
        let socket = try #require(TestSocket(port: port))
        socket.send("PROXY TCP4 ")
        #expect((socket.receiveToEnd() ?? "").isEmpty)
        #expect(try connectionsBarred(proxy) == 1)
    }

    /// Load balancers keep connections that have not begun: they are idle, and nobody waits for them
    /// as long as for what has begun.
    @Test func aConnectionWithoutAByteDoesNotDelayTheEnd() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue"), settings: settings()))
        let socket = try #require(TestSocket(port: port))
        #expect(bench.turns { bench.service.connectionsOpen == 1 })
        bench.loop.commands.post(.stop(graceMilliseconds: 60_000))
        #expect(bench.turns { bench.connections(.client).isEmpty })
        #expect(socket.receiveToEnd() == "")
    }

    @Test func onlyTrustedPeersMayConnect() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try proxy(upstream, settings(trusting: "192.0.2.0/24"))
        defer { proxy.stop() }
        let socket = try #require(TestSocket(port: port))
        socket.send(header + get)
        #expect((socket.receiveToEnd() ?? "").isEmpty)
        #expect(try eventually { try connectionsBarred(proxy) == 1 } && upstream.requests.isEmpty)
    }

    /// The load balancer passes on what its client wrote: trust in the one is none in the other.
    @Test func whoIsNamedIsNotTrustedForTheOneWhoNamesThem() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try proxy(upstream, settings(trusting: "127.0.0.1", "10.0.0.0/8"))
        defer { proxy.stop() }
        let forged = "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n"
        for (named, client) in [("203.0.113.9", "203.0.113.9"), ("10.1.1.1", "6.6.6.6, 10.1.1.1")] {
            let socket = try #require(TestSocket(port: port))
            socket.send("PROXY TCP4 \(named) 1.1.1.1 1 1\r\n" + forged)
            #expect(socket.receiveResponse()?.body == "ok")
            #expect(forwardedFor(upstream) == client)
        }
    }

    @Test func thePreviewIsReachedDirectly() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let preview = freePort()
        let proxy = try proxy(upstream, preview: preview, settings(trusting: "192.0.2.1"))
        defer { proxy.stop() }
        let socket = try #require(TestSocket(port: preview))
        socket.send(get)
        #expect(socket.receiveResponse()?.body == "ok")
    }
}
