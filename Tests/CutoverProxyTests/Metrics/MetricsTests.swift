import CLinux
import CutoverWire
import Foundation
import Glibc
import Testing

@testable import CutoverProxy

/// The counters as Prometheus text, on the control socket and on a port.
@Suite struct MetricsTests {
    private let port = freePort()
    private let metricsPort = freePort()
    private let request = "GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n"

    private var address: SocketAddress { .ipv4(host: "127.0.0.1", port: metricsPort) }

    private func table(
        _ generation: UInt64,
        _ upstream: ScriptedUpstream,
        metrics: SocketAddress?
    ) -> ProxyTable {
        var side = ProxySide.of("blue", weight: 1, upstream.port)
        side.release = "v1 \"quoted\\\n"
        let route = ProxyRoute.on(port, side)
        return ProxyTable(generation: generation, epoch: 1, routes: [route], metrics: metrics)
    }

    /// The control socket, as curl connects to it.
    private func controlSocket(_ proxy: ProxyHarness) throws -> TestSocket {
        var descriptor: Int32 = -1
        try #require(clinux_connect_unix(proxy.client.socketPath, &descriptor) == 0)
        let flags = fcntl(descriptor, F_GETFL)
        _ = fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK)
        return TestSocket(descriptor: descriptor)
    }

    private func scrape(_ proxy: ProxyHarness) throws -> ParsedExposition {
        let socket = try controlSocket(proxy)
        for byte in request.utf8 { socket.send([byte]) }
        let answer = try #require(socket.receiveToEnd())
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4"))
        let end = try #require(answer.range(of: "\r\n\r\n"))
        let text = String(answer[end.upperBound...])
        #expect(contentLength(of: answer) == text.utf8.count)
        let parsed = ParsedExposition(text)
        #expect(parsed.faults == [])
        return parsed
    }

    private func send(_ proxy: ProxyHarness, _ count: Int) throws {
        let socket = try #require(TestSocket(port: port))
        for number in 0..<count {
            socket.send("GET /\(number) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(socket.receiveResponse()?.body == "ok")
        }
        _ = try proxy.settled("blue-0")
    }

    @Test func theControlSocketTellsWhatTheCountersSay() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try ProxyHarness(threads: 2)
        try proxy.client.apply(table(3, upstream, metrics: nil))
        try send(proxy, 7)
        let bad = try #require(TestSocket(port: port))
        bad.send("BAD\r\n\r\n")
        _ = bad.receiveToEnd()

        let parsed = try scrape(proxy)
        let labels = ["service": "web", "release": "v1 \"quoted\\\n", "instance_key": "blue-0"]
        let stats = try proxy.backend("blue-0")
        #expect(parsed.value("cutover_proxy_requests_total", labels) == 7)
        #expect(parsed.value("cutover_proxy_requests_in_flight", labels) == 0)
        let class2 = labels.merging(["class": "2xx"]) { $1 }
        #expect(parsed.value("cutover_proxy_responses_total", class2) == 7)
        let bytes = Double(stats.bytesToClients)
        #expect(parsed.value("cutover_proxy_response_bytes_total", labels) == bytes)
        #expect(parsed.value("cutover_proxy_response_head_seconds_count", labels) == 7)
        let sum = try #require(parsed.value("cutover_proxy_response_head_seconds_sum", labels))
        #expect(sum > 0 && sum == Double(stats.latencySum) / 1e9)
        let refusal = ["service": "web", "status": "400"]
        #expect(parsed.value("cutover_proxy_refusals_total", refusal) == 1)
        #expect(parsed.value("cutover_proxy_table_generation") == 3)
        #expect(parsed.value("cutover_proxy_table_epoch") == 1)
        let first = try #require(stats.firstRequestAt)
        let since1970 = try #require(
            parsed.value("cutover_proxy_first_request_time_seconds", labels)
        )
        // Both clocks are read anew for each answer.
        #expect(abs(since1970 - Double(first) / 1e3) < 0.01)
    }

    /// The engine reads the counters each second, Prometheus far less often.
    @Test func whatWasCountedBeforeAnInstanceWasGoneIsToldAfterwards() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try ProxyHarness(threads: 2)
        try proxy.client.apply(table(1, upstream, metrics: nil))
        try send(proxy, 3)
        let route = ProxyRoute.on(port, .of("green", weight: 1, upstream.port))
        try proxy.client.apply(ProxyTable(generation: 2, epoch: 1, routes: [route]))
        func keys() throws -> [String] {
            try proxy.client.stats().services.flatMap(\.backends).map(\.key)
        }
        #expect(try eventually { try keys() == ["green-0"] })
        let parsed = try scrape(proxy)
        let labels = ["service": "web", "release": "v1 \"quoted\\\n", "instance_key": "blue-0"]
        #expect(parsed.value("cutover_proxy_requests_total", labels) == 3)
        #expect(parsed.value("cutover_proxy_requests_in_flight", labels) == 0)
    }

    @Test func theTextTellsOfDroppedLinesAndOfRequestsThatWait() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        var new = table(1, upstream, metrics: nil)
        new.accessLog = "/dev/full"
        try proxy.client.apply(new)
        try send(proxy, 3)
        #expect(try eventually { try proxy.client.stats().accessLogDropped == 3 })
        #expect(try scrape(proxy).value("cutover_proxy_access_log_dropped_total") == 3)
        new.generation = 2
        new.routes[0].hold = ProxyHold(requests: 9, timeout: 60_000, releasedPerSecond: 9)
        try proxy.client.apply(new)
        let held = try #require(TestSocket(port: port))
        held.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try eventually { try proxy.client.stats().services.first?.held == 1 })
        let name = "cutover_proxy_requests_held"
        #expect(try scrape(proxy).value(name, ["service": "web"]) == 1)
    }

    @Test func thePortServesTheMetricsAndNothingElse() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.client.apply(table(1, upstream, metrics: address))
        for (request, status) in [
            (request, "200"), ("GET /metrics?name=a HTTP/1.0\n\n", "200"),
            ("GET / HTTP/1.1\r\n\r\n", "404"), ("GET /metricsx HTTP/1.1\r\n\r\n", "404"),
            ("POST /metrics HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", "405"),
            ("hello\r\n\r\n", "400"), (String(repeating: "x", count: 20_000), "400"),
            (request + request, "200"),
        ] {
            let socket = try #require(TestSocket(port: metricsPort))
            socket.send(request)
            socket.finishSending()
            let answer = socket.receiveToEnd() ?? "reset"
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(request.prefix(30))")
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2)
        }
        // A table without the address closes it; the services go on.
        try proxy.client.apply(table(2, upstream, metrics: nil))
        #expect(TestSocket(port: metricsPort) == nil)
        try send(proxy, 1)
    }

    @Test func aTakenPortCostsScrapesAndNoSwitch() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        let holder = clinux_listen_ipv4(0x7f00_0001, metricsPort, 0)
        try proxy.client.apply(table(1, upstream, metrics: address))
        try send(proxy, 1)
        try proxy.client.apply(table(2, upstream, metrics: address))
        close(holder)
        #expect(eventually { TestSocket(port: metricsPort) != nil })
        proxy.stop()
        let thief = clinux_listen_ipv4(0x7f00_0001, metricsPort, 0)
        try proxy.start()
        try send(proxy, 1)
        close(thief)
        #expect(eventually { TestSocket(port: metricsPort) != nil })
    }

    @Test func addressesThatCannotBeAreRefused() throws {
        let proxy = try ProxyHarness()
        for (metrics, words) in [
            (.ipv4(host: "127.0.0.1", port: port), "cannot be both where metrics"),
            (.ipv4(host: "127.0.0.1", port: 0), "port above 0"),
            (.unix(path: "/tmp/x"), "IPv4 address"),
        ] as [(SocketAddress, String)] {
            let routes = [ProxyRoute.on(port, .of("blue", weight: 1, 1))]
            let table = ProxyTable(generation: 1, epoch: 1, routes: routes, metrics: metrics)
            do throws(ProxyClientError) {
                try proxy.client.apply(table)
                Issue.record("applied \(metrics)")
            } catch {
                #expect(error.detail.contains(words), "\(error)")
            }
        }
    }

    @Test func whoSaysNothingLosesItsPlace() throws {
        let listener = try MetricsListener(at: address, timeout: .milliseconds(50))
        let silent = try (0..<(MetricsListener.peersMaximum + 1)).map { _ in
            try #require(TestSocket(port: metricsPort))
        }
        let last = try #require(silent.last)
        last.send(request)
        var isAnswered = false
        func turn() -> Bool {
            var entries = listener.entries
            #expect(entries.count <= MetricsListener.peersMaximum + 1)
            poll(&entries, nfds_t(entries.count), 5)
            listener.serve(entries[...]) {
                isAnswered = true
                return "metrics\n"
            }
            return isAnswered
        }
        #expect(eventually(turn))
        #expect(last.receive(through: "metrics\n")?.hasPrefix("HTTP/1.1 200") == true)
        #expect(silent[0].receiveToEnd() == "")
    }

    /// A number of its own in each counter, so that one that is missing shows.
    @Test func everyCounterHasItsSample() throws {
        var stats = ProxyStats()
        stats.generation = 1_001
        stats.epoch = 1_002
        stats.accessLogDropped = 1_003
        var service = ProxyServiceStats(service: "web")
        service.connectionsOpen = 1_004
        service.connectionsAccepted = 1_005
        service.connectionsBarred = 1_006
        service.connectionsRefused = 1_007
        service.connectionsLimited = 1_008
        service.held = 1_009
        service.cutShort = 1_010
        service.refusals = [ProxyRefusal(status: 503, count: 1_011)]
        service.uncountedRequests = 1_012
        service.uncountedFailures = 1_013
        service.backends = [Self.backend]
        stats.services = [service]
        let loop = CounterBlock(count: LoopCounter.allCases.count)
        for counter in LoopCounter.allCases {
            CounterWriter(loop).set(counter.rawValue, 3_000 + UInt64(counter.rawValue))
        }

        let text = MetricsText.text(stats, releases: [:], startedAt: 1, loops: [loop])
        let parsed = ParsedExposition(text)
        #expect(parsed.faults == [])
        let told = Set(parsed.metrics.values.flatMap(\.samples).map(\.value))
        // Prometheus itself notes when it has read the text.
        stats.takenAt = .max
        let counted =
            Self.numbers(in: stats, "stats").filter { $0.value != .max }
            + LoopCounter.allCases.map { ("\($0)", 3_000 + UInt64($0.rawValue)) }
        for (name, number) in counted {
            let exact = Double(number)
            // Times are told in seconds: what counts nanoseconds, and what counts milliseconds.
            #expect(
                number > 0 && [exact, exact / 1e9, exact / 1e3].contains(where: told.contains),
                "\(name) is not told"
            )
        }
        #expect(Set(counted.map(\.value)).count == counted.count)
    }

    private static var backend: ProxyBackendStats {
        var backend = ProxyBackendStats(key: "a")
        backend.requests = 2_001
        backend.inFlight = 2_002
        backend.responses = [2_003, 2_004, 2_005, 2_006, 2_007]
        backend.failures.connectRefused = 2_008
        backend.failures.connectTimedOut = 2_009
        backend.failures.reset = 2_010
        backend.failures.closedEarly = 2_011
        backend.failures.responseInvalid = 2_012
        backend.failures.timedOut = 2_013
        backend.failures.clientAborted = 2_014
        backend.failures.cut = 2_015
        backend.failures.local = 2_016
        backend.retries = 2_017
        backend.bytesToClients = 2_018
        backend.bytesFromClients = 2_019
        backend.connectionsOpen = 2_020
        backend.firstRequestAt = 2_021
        backend.latency.buckets = [LatencyBucket(index: 3, count: 2_022)]
        backend.latencySum = 2_023
        return backend
    }

    /// All counts in a value, whatever it is made of, by name.
    private static func numbers(in value: Any, _ name: String) -> [(name: String, value: UInt64)] {
        if let number = value as? UInt64 { return [(name, number)] }
        return Mirror(reflecting: value).children.flatMap { child in
            numbers(in: child.value, child.label ?? name)
        }
    }

    @Test func numbersAndBucketsAreExact() {
        #expect(seconds(ofNanoseconds: 0) == "0")
        #expect(seconds(ofNanoseconds: 1_500_000_000) == "1.5")
        #expect(seconds(ofNanoseconds: 128_000) == "0.000128")
        #expect(seconds(ofNanoseconds: 3_000_000_000) == "3")
        var backend = ProxyBackendStats(key: "a")
        for microseconds: UInt64 in [0, 127, 128, 1 << 26, 1 << 40] {
            let index = LatencyHistogram.index(of: microseconds)
            backend.latency.buckets.append(LatencyBucket(index: index, count: 1))
        }
        var service = ProxyServiceStats(service: "web")
        service.backends = [backend]
        var stats = ProxyStats()
        stats.services = [service]
        let parsed = ParsedExposition(MetricsText.text(stats, releases: [:], startedAt: 1))
        #expect(parsed.faults == [])
        let bucket = "cutover_proxy_response_head_seconds_bucket"
        #expect(parsed.value(bucket, ["le": "0.000128"]) == 2)
        #expect(parsed.value(bucket, ["le": "0.000256"]) == 3)
        #expect(parsed.value(bucket, ["le": "67.108864"]) == 3)
        #expect(parsed.value(bucket, ["le": "+Inf"]) == 5)
    }
}
