import CutoverCore
import CutoverTestSupport
import CutoverWire
import Testing

@testable import CutoverDrivers

@Suite struct HTTPProbeTests {
    private func probe(
        _ address: CutoverWire.SocketAddress,
        _ expectation: HTTPExpectation = HTTPExpectation(path: "/healthz"),
        timeout: Duration = .seconds(20)
    ) async -> ProbeResult {
        let target = ProbeTarget(launch: .example, address: address)
        return await NetworkProber(clock: .test)
            .probe(target, by: .http(expectation), timeout: timeout)
    }

    @Test func anAnswerAsExpectedPasses() async throws {
        let server = try await CannedServer.start(
            status: "204 No Content",
            headers: "X-Ready: yes\r\n",
            then: .stayOpen
        )
        let expectation = HTTPExpectation(
            path: "/healthz?full=1",
            headers: ["X-Probe": "a"],
            expectedHeaders: ["x-ready": "yes"]
        )
        let result = await probe(server.address, expectation)
        #expect(result.passed && result.error == nil)
        #expect(result.status == 204)
        let head = try #require(server.requests.first)
        #expect(head.hasPrefix("GET /healthz?full=1 HTTP/1.1\r\n"))
        #expect(head.contains("X-Probe: a\r\n") && head.lowercased().contains("connection: close"))
        #expect(head.contains(server.address.description))
    }

    @Test func aProbeCanExpectTheReleaseOfItsInstance() async throws {
        let server = try await CannedServer.start(
            status: "200 OK",
            headers: "X-Release: v41\r\n",
            body: "g1 of v42"
        )
        let expectation = HTTPExpectation(
            path: "/healthz?of=${instance}",
            headers: ["X-Slot": "${slot}"],
            expectedHeaders: ["X-Release": "${release}"]
        )
        let result = await probe(server.address, expectation)
        #expect(result.error == "header X-Release is \"v41\", expected \"v42\"")
        let head = try #require(server.requests.first)
        #expect(head.hasPrefix("GET /healthz?of=g1 ") && head.contains("X-Slot: green\r\n"))
        let body = HTTPExpectation(path: "/", bodyContains: "${instance} of ${release}")
        #expect(await probe(server.address, body).passed)
    }

    @Test func anAnswerThatIsNotAsExpectedSaysWhy() async throws {
        let server = try await CannedServer.start(
            status: "503 Busy",
            headers: "X-Ready: no\r\n",
            body: "warming up"
        )
        var expectation = HTTPExpectation(path: "/")
        let status = await probe(server.address, expectation)
        #expect(!status.passed && status.status == 503 && status.bytes == 10)
        #expect(status.error == "503, expected 200-299")
        expectation.status = 200...200
        #expect(await probe(server.address, expectation).error == "503, expected 200")
        expectation.status = 503...503
        expectation.expectedHeaders = ["x-ready": "yes"]
        #expect(
            await probe(server.address, expectation).error
                == "header x-ready is \"no\", expected \"yes\""
        )
        expectation.expectedHeaders = ["x-other": "1"]
        #expect(
            await probe(server.address, expectation).error
                == "header x-other is missing, expected \"1\""
        )
        expectation.expectedHeaders = [:]
        expectation.bodyContains = "ready"
        #expect(
            await probe(server.address, expectation).error
                == "the body (10 bytes read) does not contain \"ready\""
        )
        expectation.bodyContains = "warming"
        #expect(await probe(server.address, expectation).passed)
    }

    @Test func aRedirectIsNotFollowed() async throws {
        let other = try await CannedServer.start(status: "200 OK")
        let server = try await CannedServer.start(
            status: "302 Found",
            headers: "Location: http://\(other.address)/\r\n"
        )
        let result = await probe(server.address)
        #expect(
            result.error
                == "302, redirect to http://\(other.address)/ not followed; expected 200-299"
        )
        #expect(other.requests.isEmpty)
    }

    @Test func noAnswerSaysWhichKindOfNone() async throws {
        let silent = try await CannedServer.start("", then: .stayOpen)
        #expect(
            await probe(silent.address, timeout: .milliseconds(200)).error == "no answer in 200ms"
        )
        let half = try await CannedServer.start(
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
            then: .stayOpen
        )
        #expect(
            await probe(half.address, timeout: .milliseconds(200)).error == "no answer in 200ms"
        )
        let cut = try await CannedServer.start("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        #expect(
            await probe(cut.address).error == "closed the connection before the answer was whole"
        )
        let mute = try await CannedServer.start("")
        #expect(
            await probe(mute.address).error == "closed the connection before the answer was whole"
        )
        let other = try await CannedServer.start("220 mail.example ESMTP\r\n")
        let words = await probe(other.address).error
        #expect(words?.hasPrefix("the answer is not HTTP/1.1") == true, "\(words ?? "passed")")
    }

    @Test func aRefusedConnectionIsSaidAtOnce() async throws {
        let server = try await CannedServer.start(status: "200 OK")
        try await server.stop()
        let result = await probe(server.address)
        #expect(result.error == "connection refused")
        #expect(result.status == nil)
        #expect(result.duration < .seconds(5))
    }

    @Test func aReplacedInstanceIsAskedOnANewConnection() async throws {
        let server = try await CannedServer.start(status: "200 OK", then: .stayOpen)
        for _ in 0..<5 {
            #expect(await probe(server.address).passed)
        }
        try await server.stop()
        #expect(await probe(server.address).error == "connection refused")
    }

    @Test func onlyTheStartOfAnEndlessBodyIsRead() async throws {
        let body = String(repeating: "x", count: 300_000)
        let server = try await CannedServer.start(status: "200 OK", body: body, then: .stayOpen)
        let result = await probe(server.address)
        #expect(result.passed)
        #expect(result.bytes == 65_536)
    }
}

extension InstanceLaunch {
    /// One whose commands run in /tmp.
    static var example: InstanceLaunch {
        InstanceLaunch(
            service: ServiceName(rawValue: "web"),
            instance: .numbered(1),
            configuration: RuntimeConfiguration(
                command: ["true"],
                directory: "/tmp",
                environment: ["MODE": "test"],
                environmentFile: nil,
                endpoints: .ports(42_000...42_999),
                stopGrace: .seconds(5),
                restart: RestartConfiguration()
            )
        )
    }
}
