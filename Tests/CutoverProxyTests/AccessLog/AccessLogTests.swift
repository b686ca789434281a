import CutoverWire
import Foundation
import Testing

@testable import CutoverProxy

/// One line for each request, whatever becomes of it.
@Suite struct AccessLogTests {
    private let port = freePort()

    private func proxy(
        _ upstream: ScriptedUpstream,
        threads: Int = 1,
        _ settings: ProxySettings = ProxySettings()
    ) throws -> ProxyHarness {
        let proxy = try ProxyHarness(threads: threads)
        let side = ProxySide.of("blue", weight: 1, upstream.port)
        try proxy.apply(.on(port, side, settings: settings), accessLog: proxy.directory + "/log")
        return proxy
    }

    /// The lines of a log as they stand there, when there are this many.
    private func lines(_ proxy: ProxyHarness, _ count: Int) throws -> [[String: Any]] {
        let path = proxy.directory + "/log"
        /// Whole lines.
        func content() -> [Data] {
            let bytes = contentOfGrowingFile(path)
            let end = bytes.lastIndex(of: 0x0a) ?? bytes.startIndex
            return bytes[..<end].split(separator: 0x0a)
        }
        #expect(eventually { content().count >= count })
        try #require(content().count == count)
        return try content().map { line in
            try #require(JSONSerialization.jsonObject(with: line) as? [String: Any])
        }
    }

    private func connect() throws -> TestSocket {
        try #require(TestSocket(port: port))
    }

    @Test func aRequestLeavesALine() throws {
        let upstream = ScriptedUpstream.answering("hello")
        defer { upstream.stop() }
        let proxy = try proxy(upstream)
        let socket = try connect()
        let before = Date()
        socket.send("POST /a/b?token=secret HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
        #expect(socket.receiveResponse()?.body == "hello")
        let line = try #require(lines(proxy, 1).first)
        let names: [String: String] = [
            "service": "web", "side": "blue", "release": "blue", "backend": "blue-0",
            "client": "127.0.0.1", "method": "POST", "path": "/a/b", "outcome": "ok",
        ]
        for (name, value) in names {
            #expect(line[name] as? String == value, "\(name)")
        }
        #expect(line["status"] as? Int == 200 && line["attempts"] as? Int == 1)
        #expect(line["requestBytes"] as? Int == 3 && line["responseBytes"] as? Int == 5)
        let head = try #require(line["headMs"] as? Double)
        let duration = try #require(line["durationMs"] as? Double)
        #expect(0 < head && head <= duration && duration < 10_000)
        let id = try #require(line["requestID"] as? String)
        #expect(upstream.requests[0].contains("X-Request-Id: \(id)\r\n"))
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let time = try #require(formatter.date(from: line["time"] as? String ?? ""))
        #expect(time.timeIntervalSince(before) > -0.1 && time < Date() + 0.1)
        #expect(line.count == 16 && line["preview"] == nil)
    }

    @Test func everyRequestOfManyLeavesOne() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try proxy(upstream, threads: 2)
        for _ in 0..<10 {
            let socket = try connect()
            socket.send(String(repeating: "GET /p HTTP/1.1\r\nHost: x\r\n\r\n", count: 20))
            for _ in 0..<20 { #expect(socket.receiveResponse()?.body == "ok") }
        }
        // The end of the proxy loses none.
        proxy.stop()
        let lines = try lines(proxy, 200)
        #expect(Set(lines.compactMap { $0["requestID"] as? String }).count == 200)
        #expect(lines.allSatisfy { $0["outcome"] as? String == "ok" })
    }

    @Test func whatTheProxyAnswersItselfIsRefused() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        var settings = ProxySettings()
        settings.bodyBytes = 10
        let proxy = try proxy(upstream, settings)
        // A request before, so that nothing of it may be left in the next one's line.
        let requests = [
            ("GET /first HTTP/1.1\r\nHost: x\r\n\r\n", 200, "/first", "ok"),
            ("GET / HTTP/1.1\r\n\r\n", 400, nil, "refused"),
            (
                "POST /large HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n", 413, "/large",
                "refused"
            ),
        ]
        for (request, _, _, _) in requests {
            let socket = try connect()
            socket.send(request)
            _ = socket.receiveResponse()
        }
        let lines = try lines(proxy, 3)
        for (line, (_, status, path, outcome)) in zip(lines, requests) {
            #expect(line["status"] as? Int == status)
            #expect(line["path"] as? String == path)
            #expect(line["outcome"] as? String == outcome)
            #expect(line["attempts"] as? Int == (status == 200 ? 1 : 0))
            #expect(line["requestBytes"] as? Int == 0)
        }
        #expect(lines[1]["backend"] == nil && lines[1]["method"] is NSNull)
        #expect((lines[1]["responseBytes"] as? Int ?? 0) > 10)
    }

    @Test func whatNoInstanceTakesIsRefusedWithItsAttempts() throws {
        let proxy = try ProxyHarness()
        let dead = ProxySide.of("blue", weight: 1, freePort(), freePort())
        try proxy.apply(.on(port, dead), accessLog: proxy.directory + "/log")
        let socket = try connect()
        socket.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(socket.receiveResponse()?.head.hasPrefix("HTTP/1.1 502") == true)
        let line = try #require(lines(proxy, 1).first)
        #expect(line["outcome"] as? String == "refused" && line["status"] as? Int == 502)
        #expect(line["attempts"] as? Int == 2 && line["headMs"] is NSNull)
        #expect((line["requestID"] as? String)?.utf8.count == 32)
    }

    @Test func whoBreaksOffIsNamed() throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            while let head = upstream.readRequest(socket) {
                guard !head.hasPrefix("GET /wait") else {
                    _ = socket.receiveToEnd()
                    return
                }
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
                return socket.hangUp()
            }
        }
        defer { upstream.stop() }
        let proxy = try proxy(upstream)
        let cut = try connect()
        cut.send("GET /cut HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = cut.receiveToEnd()
        #expect(try lines(proxy, 1)[0]["outcome"] as? String == "cutShort")
        #expect(try lines(proxy, 1)[0]["responseBytes"] as? Int == 3)
        var gone: TestSocket? = try connect()
        gone?.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(eventually { upstream.requests.count == 2 })
        gone?.resetOnClose()
        gone = nil
        let line = try lines(proxy, 2)[1]
        #expect(line["outcome"] as? String == "clientAborted" && line["status"] is NSNull)
        #expect(line["path"] as? String == "/wait" && line["backend"] as? String == "blue-0")
    }

    @Test func aTunnelCountsItsBytes() throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            guard upstream.readRequest(socket) != nil else { return }
            socket.send(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                    + "Upgrade: websocket\r\n\r\nhello"
            )
            guard socket.receive(count: 9) != nil else { return }
            socket.send("pong!!")
            _ = socket.receiveToEnd()
        }
        defer { upstream.stop() }
        let proxy = try proxy(upstream)
        let socket = try connect()
        socket.send(
            "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                + "early"
        )
        #expect(socket.receive(through: "\r\n\r\nhello") != nil)
        socket.send("ping")
        #expect(socket.receive(count: 6) != nil)
        socket.finishSending()
        _ = socket.receiveToEnd()
        let line = try #require(lines(proxy, 1).first)
        #expect(line["status"] as? Int == 101 && line["outcome"] as? String == "ok")
        #expect(line["requestBytes"] as? Int == 9 && line["responseBytes"] as? Int == 11)
    }

    @Test func aTunnelThatADrainCutsIsNamedSo() throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            guard upstream.readRequest(socket) != nil else { return }
            socket.send(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                    + "Upgrade: websocket\r\n\r\n"
            )
            _ = socket.receiveToEnd()
        }
        let green = ScriptedUpstream.answering("green")
        defer {
            upstream.stop()
            green.stop()
        }
        let proxy = try proxy(upstream)
        let socket = try connect()
        socket.send(
            "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        )
        #expect(socket.receive(through: "\r\n\r\n") != nil)
        try proxy.apply(
            .on(
                port,
                .of("blue", weight: 0, upstream.port, isDraining: true),
                .of("green", weight: 1, green.port)
            ),
            accessLog: proxy.directory + "/log"
        )
        #expect(try proxy.cut("blue-0") == 1)
        _ = socket.receiveToEnd()
        let line = try #require(lines(proxy, 1).first)
        #expect(line["status"] as? Int == 101 && line["outcome"] as? String == "cutShort")
    }

    @Test func aTunnelThatItsInstanceBreaksOffIsNamedSo() throws {
        let upstream = ScriptedUpstream { upstream, socket, number in
            guard upstream.readRequest(socket) != nil else { return }
            socket.send(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                    + "Upgrade: websocket\r\n\r\n"
            )
            if number == 0 { socket.resetOnClose() }
        }
        defer { upstream.stop() }
        let proxy = try proxy(upstream)
        for _ in 0..<2 {
            let socket = try connect()
            socket.send(
                "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
            )
            _ = socket.receiveToEnd()
        }
        let lines = try lines(proxy, 2)
        #expect(lines.allSatisfy { $0["status"] as? Int == 101 })
        #expect(lines.allSatisfy { $0["outcome"] as? String == "cutShort" })
    }

    @Test func chunksAndBodiesWithoutLengthAreCountedAsContent() throws {
        let upstream = ScriptedUpstream { upstream, socket, number in
            guard upstream.readRequest(socket) != nil else { return }
            socket.send("HTTP/1.1 200 OK\r\nConnection: close\r\n")
            socket.send(
                number == 0
                    ? "\r\nabcdef" : "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
            )
            socket.hangUp()
        }
        defer { upstream.stop() }
        let proxy = try proxy(upstream)
        for _ in 0..<2 {
            let socket = try connect()
            socket.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            _ = socket.receiveToEnd()
        }
        #expect(try lines(proxy, 2).map { $0["responseBytes"] as? Int } == [6, 3])
    }

    @Test func whatComesFromOutsideIsEscapedAndBounded() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        var settings = ProxySettings()
        settings.sendsRequestID = false
        let proxy = try proxy(upstream, settings)
        let socket = try connect()
        let long = "/" + String(repeating: "a", count: 2_000)
        let requests = [
            "GET /\"\\%00{} HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\"\\\t\u{e9}\r\n\r\n",
            "GET \(long) HTTP/1.1\r\nHost: x\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET http://x?q HTTP/1.1\r\nHost: x\r\n\r\n",
        ]
        for request in requests {
            socket.send(request)
            #expect(socket.receiveResponse()?.body == "ok")
        }
        let lines = try lines(proxy, 4)
        #expect(lines[0]["path"] as? String == "/\"\\%00{}")
        #expect(lines[0]["requestID"] as? String == "a\"\\\t\u{e9}")
        #expect(lines[1]["path"] as? String == long.prefix(1_024) + "\u{2026}")
        #expect(lines[1]["requestID"] is NSNull)
        #expect(lines[2]["path"] as? String == "*" && lines[3]["path"] as? String == "/")
    }

    @Test func theClientIsTheOneThatAProxyHeaderNames() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        var settings = ProxySettings()
        settings.acceptsProxyProtocol = true
        let proxy = try proxy(upstream, settings)
        for line in ["TCP4 203.0.113.9 1.1.1.1 1 1", "TCP6 2001:db8::9 ::1 1 1"] {
            let socket = try connect()
            socket.send("PROXY \(line)\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(socket.receiveResponse()?.body == "ok")
        }
        let clients = try lines(proxy, 2).map { $0["client"] as? String }
        #expect(clients == ["203.0.113.9", "2001:db8::9"])
    }

    @Test func aTableTurnsItOffAndOnAgain() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try proxy(upstream)
        let route = ProxyRoute.on(port, .of("blue", weight: 1, upstream.port))
        let socket = try connect()
        func ask(_ path: String) {
            socket.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(socket.receiveResponse()?.body == "ok")
        }
        ask("/one")
        try proxy.apply(route)
        ask("/none")
        try proxy.apply(route, accessLog: proxy.directory + "/other")
        ask("/other")
        try proxy.apply(route, accessLog: proxy.directory + "/log")
        ask("/two")
        #expect(try lines(proxy, 2).map { $0["path"] as? String } == ["/one", "/two"])
        // A log that no table names any more is written to its end beside the next one.
        var other = ""
        #expect(
            eventually {
                let read = contentOfGrowingFile(proxy.directory + "/other")
                other = String(decoding: read, as: UTF8.self)
                return other.hasSuffix("\n")
            }
        )
        #expect(other.contains("\"path\":\"/other\"") && other.split(separator: "\n").count == 1)
    }

    @Test func aFullDeviceCostsLinesAndNothingElse() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(
            .on(port, .of("blue", weight: 1, upstream.port)),
            accessLog: "/dev/full"
        )
        let socket = try connect()
        for _ in 0..<20 {
            socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(socket.receiveResponse()?.body == "ok")
        }
        #expect(try eventually { try proxy.client.stats().accessLogDropped == 20 })
    }

    @Test(arguments: [("log", "is no absolute path"), ("/tmp/", "is no absolute path")])
    func aPathThatCannotBeIsRefusedByName(path: String, reason: String) throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        let route = ProxyRoute.on(port, .of("blue", weight: 1, upstream.port))
        do {
            try proxy.apply(route, accessLog: path)
            Issue.record("\(path) was taken")
        } catch {
            #expect("\(error)".contains("the access log \(path) \(reason)"), "\(error)")
        }
    }

    @Test func aDirectoryThatIsMissingCostsLinesAndNoSwitch() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        let route = ProxyRoute.on(port, .of("blue", weight: 1, upstream.port))
        try proxy.apply(route, accessLog: "/nonexistent/cutover/log")
        let socket = try connect()
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(socket.receiveResponse()?.body == "ok")
        #expect(try eventually { try proxy.client.stats().accessLogDropped == 1 })
    }

    /// A directory that goes away must keep neither a switch nor a start from serving.
    @Test func aDirectoryThatGoesAwayLaterStopsNothing() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        let logs = proxy.directory + "/logs"
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: false)
        let route = ProxyRoute.on(port, .of("blue", weight: 1, upstream.port))
        try proxy.apply(route, accessLog: logs + "/log")
        try FileManager.default.removeItem(atPath: logs)
        try proxy.apply(route, accessLog: logs + "/log")
        proxy.stop()
        try proxy.start()
        let socket = try connect()
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(socket.receiveResponse()?.body == "ok")
        #expect(try eventually { try proxy.client.stats().accessLogDropped == 1 })
    }
}
