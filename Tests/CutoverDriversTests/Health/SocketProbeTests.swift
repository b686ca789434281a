import CutoverCore
import CutoverTestSupport
import CutoverWire
import Testing

@testable import CutoverDrivers

/// Probes of instances that listen on Unix sockets.
@Suite struct SocketProbeTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private var socket: String { directory.file("a b%.sock") }

    private func probe(_ probe: Probe) async -> ProbeResult {
        let prober = NetworkProber(clock: .test, engineEnvironment: ["PATH": "/usr/bin:/bin"])
        let target = ProbeTarget(launch: .example, address: .unix(path: socket))
        return await prober.probe(target, by: probe, timeout: .seconds(20))
    }

    @Test func anHTTPProbeGoesOverTheSocketAsToAHost() async throws {
        #expect(
            await probe(.http(HTTPExpectation(path: "/"))).error == "there is no socket"
        )
        let server = try await CannedServer.start(status: "200 OK", body: "ok", on: socket)
        let expectation = HTTPExpectation(path: "/healthz?full=1", bodyContains: "ok")
        let result = await probe(.http(expectation))
        #expect(result.passed, "\(result)")
        let head = try #require(server.requests.first)
        #expect(head.hasPrefix("GET /healthz?full=1 HTTP/1.1\r\n"))
        #expect(head.contains("Host: localhost\r\n"))
        let named = HTTPExpectation(path: "/", headers: ["host": "shop.example"])
        #expect(await probe(.http(named)).passed)
        let second = try #require(server.requests.last).lowercased()
        #expect(second.contains("host: shop.example\r\n") && !second.contains("localhost"))
        try await server.stop()
    }

    @Test func aConnectionToTheSocketPasses() async throws {
        #expect(await probe(.tcp).error == "there is no socket")
        let server = try await CannedServer.start("", on: socket)
        #expect(await probe(.tcp).passed)
        try await server.stop()
    }

    @Test func aCommandGetsTheSocketAndNoPort() async throws {
        let script = "test \"$SOCKET|$1|$2|${PORT-none}\" = \"$3|$3|unix:$3|none\""
        let words = ["sh", "-c", script, "-", "${socket}", "${address}", socket]
        let result = await probe(.command(words))
        #expect(result.passed, "\(result)")
    }
}
