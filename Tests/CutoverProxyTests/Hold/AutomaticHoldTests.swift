import CLinux
import CutoverWire
import Glibc
import Testing

@testable import CutoverProxy

/// Requests that no instance takes, where they may wait for one.
@Suite struct AutomaticHoldTests {
    private let port = freePort()

    private func route(
        _ sides: ProxySide...,
        requests: UInt32 = 100,
        timeout: UInt32 = 60_000
    ) -> ProxyRoute {
        var route = ProxyRoute.on(port)
        route.sides = sides
        route.settings.holdsWhenUnavailable = ProxyHold(
            requests: requests,
            timeout: timeout,
            releasedPerSecond: 1_000
        )
        return route
    }

    private func send(_ method: String = "GET") throws -> TestSocket {
        let socket = try #require(TestSocket(port: port))
        socket.send("\(method) / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab")
        return socket
    }

    private func held(_ proxy: ProxyHarness) throws -> UInt64 {
        try proxy.client.stats().services.first?.held ?? 0
    }

    @Test func requestsWaitForAnInstanceThatRestarts() throws {
        let proxy = try ProxyHarness()
        let place = freePort()
        try proxy.apply(route(.of("blue", weight: 1, place)))
        let sockets = try ["GET", "POST", "GET"].map { try send($0) }
        #expect(try eventually { try held(proxy) == 3 })
        // It listens again, and nobody tells the proxy.
        let listener = clinux_listen_ipv4(0x7f00_0001, place, 0)
        try #require(listener >= 0)
        defer { close(listener) }
        for _ in sockets {
            var entry = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            #expect(poll(&entry, 1, 10_000) == 1)
            var address: UInt32 = 0
            let accepted = clinux_accept(listener, &address)
            try #require(accepted >= 0)
            let instance = TestSocket(descriptor: accepted)
            #expect(instance.receive(through: "ab") != nil)
            instance.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        }
        for socket in sockets { #expect(socket.receiveResponse()?.body == "ok") }
        let stats = try proxy.settled("blue-0")
        #expect(stats.requests == 3 + stats.failures.connectRefused)
        #expect(stats.retries == stats.failures.connectRefused)
        #expect(try proxy.refusals(502) == 0)
        #expect(try held(proxy) == 0)
    }

    @Test func aTableWithAnInstanceEndsTheWait() throws {
        let upstream = ScriptedUpstream.answering("green")
        defer { upstream.stop() }
        let proxy = try ProxyHarness(threads: 2)
        // Nothing has weight: there is nothing to choose.
        try proxy.apply(route(.of("green", weight: 0, upstream.port)))
        let sockets = try (0..<5).map { _ in try send("POST") }
        #expect(try eventually { try held(proxy) == 5 })
        try proxy.apply(route(.of("green", weight: 1, upstream.port)))
        for socket in sockets { #expect(socket.receiveResponse()?.body == "green") }
        #expect(upstream.requests.count == 5)
        #expect(try held(proxy) == 0)
        #expect(try proxy.refusals(503) == 0)
    }

    @Test func theWaitIsBounded() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route(.of("blue", weight: 1, freePort()), requests: 2, timeout: 400))
        let sockets = try (0..<3).map { _ in try send() }
        var statuses: [String] = []
        for socket in sockets {
            let response = try #require(socket.receiveToEnd())
            statuses.append(String(response.split(separator: " ")[1]))
        }
        #expect(statuses.sorted() == ["503", "503", "503"] || statuses.contains("502"))
        #expect(try proxy.client.stats().services[0].failures == 3)
        #expect(try held(proxy) == 0)
    }

    @Test func withoutTheSettingNothingWaits() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, freePort())))
        #expect(try send().receiveToEnd()?.hasPrefix("HTTP/1.1 502 ") == true)
        try proxy.apply()
        try proxy.apply(.on(port, .of("green", weight: 0, freePort())))
        #expect(try send().receiveToEnd()?.hasPrefix("HTTP/1.1 503 ") == true)
    }

    /// An instance that took a request and died may have acted on it.
    @Test func aRequestThatAnInstanceSawDoesNotWait() throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            _ = upstream.readRequest(socket)
            socket.hangUp()
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(route(.of("blue", weight: 1, upstream.port)))
        #expect(try send("POST").receiveToEnd()?.hasPrefix("HTTP/1.1 502 ") == true)
        #expect(upstream.requests.count == 1)
    }
}
