import CutoverWire
import Testing

@testable import CutoverProxy

/// What fails behind the last reading of the counters is told by how the proxy ends.
@Suite struct UntoldFailuresTests {
    private let port = freePort()

    /// A proxy with one request in flight whose instance never answers.
    private func waiting(
        on upstream: ScriptedUpstream
    ) throws -> (proxy: ProxyHarness, client: TestSocket) {
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let client = try #require(TestSocket(port: port))
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try eventually { try proxy.backend("blue-0").inFlight == 1 })
        return (proxy, client)
    }

    private func silent() -> ScriptedUpstream {
        ScriptedUpstream { upstream, socket, _ in
            _ = upstream.readRequest(socket)
            _ = socket.receive(count: 1)
        }
    }

    @Test func whatItsEndCutsIsUntold() throws {
        let upstream = silent()
        defer { upstream.stop() }
        let (proxy, client) = try waiting(on: upstream)
        #expect(proxy.stop() == 1)
        #expect(client.receiveToEnd()?.hasPrefix("HTTP/1.1 503 ") == true)
    }

    @Test func whatWasReadAndWhatSucceededIsNot() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, freePort())))
        let failed = try #require(TestSocket(port: port))
        failed.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(failed.receiveToEnd()?.hasPrefix("HTTP/1.1 502 ") == true)
        #expect(try proxy.refusals(502) == 1)
        try proxy.apply(.on(port, .of("green", weight: 1, upstream.port)))
        let served = try #require(TestSocket(port: port))
        served.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(served.receiveResponse()?.body == "ok")
        #expect(proxy.stop(graceMilliseconds: 5_000) == 0)
    }

    @Test func whatFailsAfterTheLastReadingIsUntold() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, freePort())))
        for _ in 0..<2 {
            let client = try #require(TestSocket(port: port))
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(client.receiveToEnd()?.hasPrefix("HTTP/1.1 502 ") == true)
        }
        #expect(proxy.stop() == 2)
    }
}
