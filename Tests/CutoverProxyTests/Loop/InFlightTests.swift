import CutoverWire
import Testing

@testable import CutoverProxy

/// What runs is told by name while it runs, and when it is cut.
@Suite struct InFlightTests {
    private let port = freePort()

    /// Leaves every request unfinished, each in another way.
    private func upstream() -> ScriptedUpstream {
        ScriptedUpstream { upstream, socket, _ in
            guard let head = socket.receive(through: "\r\n\r\n") else { return }
            upstream.record(head)
            if head.hasPrefix("GET /chat ") {
                socket.send(
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Accept: a\r\n\r\n"
                )
            } else if head.hasPrefix("GET /events") {
                socket.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n5\r\ndata:\r\n"
                )
            } else if head.hasPrefix("GET /file") {
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
            }
            while socket.receive(count: 1) != nil {}
        }
    }

    /// Sends one request of each kind, and waits until each has come as far as it will.
    private func begin(_ proxy: ProxyHarness) throws -> [TestSocket] {
        let sockets = try (0..<5).map { _ in try #require(TestSocket(port: port)) }
        sockets[0].send("DELETE /wait?token=secret HTTP/1.1\r\nHost: x\r\n\r\n")
        sockets[1].send("PUT /up HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\nfirst")
        sockets[2].send("GET /file HTTP/1.1\r\nHost: x\r\n\r\n")
        sockets[3].send("GET /events?a=b HTTP/1.1\r\nHost: x\r\n\r\n")
        sockets[4].send(
            "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        #expect(sockets[2].receive(through: "abc") != nil)
        #expect(sockets[3].receive(through: "data:") != nil)
        #expect(sockets[4].receive(through: "\r\n\r\n") != nil)
        // Pieces of the body that take the place of the head they came behind.
        sockets[1].send([UInt8](repeating: 0x2f, count: 200_000))
        #expect(try eventually { try proxy.backend("blue-0").bytesFromClients > 200_000 })
        return sockets
    }

    private func expectAll(_ list: InFlightList) {
        #expect(list.count == 5 && list.more == 0)
        let lines = list.requests.map { request in
            "\(request.method) \(request.path) \(request.kind) "
                + (request.bytes.map(String.init) ?? "-")
        }
        #expect(
            lines.sorted() == [
                "DELETE /wait waiting 0", "GET /chat tunnel -", "GET /events eventStream 5",
                "GET /file streaming 3", "PUT /up uploading 0",
            ]
        )
        for request in list.requests {
            #expect(request.service == "web" && request.key == "blue-0")
            #expect(request.client == "127.0.0.1" && request.age < 60_000)
        }
        #expect(list.requests.map(\.age) == list.requests.map(\.age).sorted(by: >))
    }

    @Test func eachKindOfRequestIsToldWithoutItsQuery() throws {
        let upstream = upstream()
        defer { upstream.stop() }
        let proxy = try ProxyHarness(threads: 2)
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let sockets = try begin(proxy)
        expectAll(try proxy.client.inFlight(on: ["blue-0"]))
        #expect(try proxy.client.inFlight(on: ["unknown"]).count == 0)
        #expect(try proxy.client.inFlightCount(on: ["blue-0", "unknown"]) == 5)
        // Nothing drains.
        #expect(try proxy.client.inFlight().count == 0)

        let leaving = ProxySide.of("blue", weight: 0, upstream.port, isDraining: true)
        let green = ScriptedUpstream.answering("green")
        defer { green.stop() }
        try proxy.apply(.on(port, leaving, .of("green", weight: 1, green.port)))
        expectAll(try proxy.client.inFlight())
        withExtendedLifetime(sockets) {}
    }

    @Test func whatIsCutIsNamed() throws {
        let upstream = upstream()
        defer { upstream.stop() }
        let green = ScriptedUpstream.answering("green")
        defer { green.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let sockets = try begin(proxy)
        try proxy.apply(.on(port, .of("green", weight: 1, green.port)))
        expectAll(try proxy.client.inFlight())
        expectAll(try proxy.client.cut(["blue-0"], epoch: 1))
        #expect(try proxy.client.inFlightCount(on: ["blue-0"]) == 0)
        withExtendedLifetime(sockets) {}
    }

    /// Design: what a client would ask for anew at once goes first, and a tunnel last.
    @Test func tunnelsAreCutBehindStreamsAndThoseBehindRequests() throws {
        let upstream = upstream()
        defer { upstream.stop() }
        let green = ScriptedUpstream.answering("green")
        defer { green.stop() }
        let proxy = try ProxyHarness()
        let log = proxy.directory + "/log"
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)), accessLog: log)
        let requests = [
            ("/chat", "Connection: Upgrade\r\nUpgrade: websocket\r\n"), ("/events", ""),
            ("/file", ""),
        ]
        // The last to be cut come first, and so have the first slots.
        let sockets = try (0..<6).map { number in
            let (path, lines) = requests[number / 2]
            let socket = try #require(TestSocket(port: port))
            socket.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\(lines)\r\n")
            #expect(socket.receive(through: "\r\n\r\n") != nil)
            return socket
        }
        let next = ProxyRoute.on(port, .of("green", weight: 1, green.port))
        try proxy.apply(next, accessLog: log)
        #expect(try proxy.client.cut(["blue-0"], epoch: 1).count == 6)
        for socket in sockets { socket.hangUp() }
        // The end of the proxy writes what is left of the log.
        proxy.stop()
        let lines = String(decoding: contentOfGrowingFile(log), as: UTF8.self).split(
            separator: "\n"
        )
        let paths = lines.compactMap { line in
            requests.map(\.0).first { line.contains("\"path\":\"\($0)\"") }
        }
        #expect(paths == ["/file", "/file", "/events", "/events", "/chat", "/chat"])
    }

    /// A load balancer in front of the proxy has the same address for all of them.
    @Test(arguments: [
        ("PROXY TCP6 2001:DB8:0::1 ::1 1 2\r\n", "2001:db8::1"),
        ("PROXY TCP6 ::ffff:203.0.113.9 ::1 1 2\r\n", "203.0.113.9"),
        ("PROXY TCP4 203.0.113.9 198.51.100.1 1 2\r\n", "203.0.113.9"),
        (
            "PROXY TCP6 1111:2222:3333:4444:5555:6666:7777:8888 ::1 1 2\r\n",
            "1111:2222:3333:4444:5555:6666:7777:8888"
        ),
    ])
    func theClientIsTheOneThatAHeaderNames(header: String, client: String) throws {
        let upstream = upstream()
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        var settings = ProxySettings()
        settings.acceptsProxyProtocol = true
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port), settings: settings))
        let socket = try #require(TestSocket(port: port))
        socket.send(header + "GET /file HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(socket.receive(through: "abc") != nil)
        #expect(try proxy.client.inFlight(on: ["blue-0"]).requests.map(\.client) == [client])
        try proxy.apply(
            .on(port, .of("green", weight: 1, freePort()), settings: settings)
        )
        #expect(try proxy.client.cut(["blue-0"], epoch: 1).requests.map(\.client) == [client])
    }

    @Test func ofABodyThatEndsWithItsConnectionTheBytesAreTold() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        let socket = try #require(TestSocket(port: port))
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        let instance = try upstream.accept()
        instance.send("HTTP/1.1 200 OK\r\n\r\nabc")
        let numbers = Set(bench.loop.routing.backends.map(\.number))
        #expect(bench.turns { bench.loop.inFlight(on: numbers).oldest.map(\.bytes) == [3] })
    }

    @Test func ofTooManyTheOldestAreTold() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        var sockets: [TestSocket] = []
        for number in 0..<5 {
            let socket = try #require(TestSocket(port: port))
            socket.send("GET /\(number) HTTP/1.1\r\nHost: x\r\n\r\n")
            sockets.append(socket)
            #expect(bench.turns { bench.service.backends[0].requests == UInt64(number + 1) })
        }
        let numbers = Set(bench.loop.routing.backends.map(\.number))
        let records = bench.loop.inFlight(on: numbers, atMost: 3)
        #expect(records.count == 5)
        #expect(records.oldest.map(\.path) == ["/0", "/1", "/2"])
    }

    @Test func aLabelIsBoundedAndPrintable() {
        func label(_ text: String) -> RequestLabel { RequestLabel(Array(text.utf8).span) }
        let plain = label("GET /a/b%20c?d HTTP/1.1\r\n")
        #expect(plain.method == "GET" && plain.path == "/a/b%20c")
        let odd = label("GET /\u{1b}[31mü\u{7f} HTTP/1.1\r\n")
        #expect(odd.path == "/[31m%C3%BC")
        let long = label("GET /\(String(repeating: "x", count: 9_000)) HTTP/1.1\r\n")
        #expect(long.path.utf8.count == InFlightRequest.pathMaximum)
        #expect(label("").method == "" && label("").path == "")
    }
}
