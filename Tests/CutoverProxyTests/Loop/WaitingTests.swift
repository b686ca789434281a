import CutoverWire
import Testing

@testable import CutoverProxy

/// An instance whose Unix socket has a full queue: its requests wait for room, in their order.
@Suite struct WaitingTests {
    private let port = freePort()

    private func send(_ path: String, method: String = "GET") throws -> TestSocket {
        let socket = try #require(TestSocket(port: port))
        socket.send("\(method) /\(path) HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        return socket
    }

    private func answer(_ instance: TestSocket, _ body: String) {
        instance.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private func path(_ instance: TestSocket) -> String? {
        instance.receive(through: "\r\n\r\n")?.split(separator: " ").dropFirst().first
            .map(String.init)
    }

    /// Room for one connection that is not accepted yet.
    private func narrowUpstream() throws -> UnixUpstream { try UnixUpstream(backlog: 0) }

    @Test(arguments: ["GET", "POST"])
    func requestsWaitForRoomInTheirOrderAndNothingIsCountedAsAFault(method: String) throws {
        let upstream = try narrowUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        var clients: [TestSocket] = []
        for number in 0..<5 {
            clients.append(try send("\(number)", method: method))
            #expect(bench.turns { bench.connections(.client).count == clients.count })
        }
        #expect(bench.turns { bench.loop.waiting.count == 4 })
        #expect(bench.service.backends[0].requests == 1)
        let instances = try clients.indices.map { number in
            let instance = try upstream.accept()
            #expect(bench.turns { bench.loop.waiting.count == max(0, 3 - number) })
            #expect(path(instance) == "/\(number)")
            return instance
        }
        for (number, instance) in instances.enumerated() { answer(instance, "\(number)") }
        #expect(bench.turns { bench.service.backends[0].responses[1] == 5 })
        #expect(clients.map { $0.receiveResponse()?.body } == ["0", "1", "2", "3", "4"])
        let stats = bench.service.backends[0]
        #expect(stats.requests == 5 && stats.failures == ProxyFailures() && stats.retries == 0)
        #expect(bench.service.refusals == [])
    }

    @Test func aKeptConnectionServesTheFirstThatWaitsBeforeNewcomers() throws {
        let upstream = try narrowUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        let first = try send("0")
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        let instance = try upstream.accept()
        #expect(path(instance) == "/0")
        answer(instance, "0")
        #expect(bench.turns { bench.service.backends[0].responses[1] == 1 })
        first.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(bench.turns { bench.service.backends[0].requests == 2 })
        #expect(path(instance) == "/1")
        let queued = try send("queued")
        #expect(bench.turns { bench.service.backends[0].requests == 3 })
        let waiting = try send("waiting")
        #expect(bench.turns { bench.loop.waiting.count == 1 })
        // The next request comes in the same turn as the response that frees the connection.
        first.send("GET /newcomer HTTP/1.1\r\nHost: x\r\n\r\n")
        answer(instance, "1")
        #expect(bench.turns { bench.service.backends[0].requests == 4 })
        #expect(path(instance) == "/waiting")
        answer(instance, "2")
        #expect(bench.turns { bench.service.backends[0].requests == 5 })
        #expect(path(instance) == "/newcomer")
        answer(instance, "3")
        answer(try upstream.accept(), "4")
        #expect(bench.turns { bench.service.backends[0].responses[1] == 5 })
        let bodies = [first, first, waiting, first, queued].map { $0.receiveResponse()?.body }
        #expect(bodies == ["0", "1", "2", "3", "4"])
    }

    @Test func aRequestGoesWhereThereIsRoom() throws {
        let narrow = try narrowUpstream()
        let wide = try UnixUpstream()
        let bench = try LoopBench()
        let backends = [narrow.side("narrow"), wide.side("wide")].flatMap(\.backends)
        let side = ProxySide(name: "blue", release: "blue", weight: 1, backends: backends)
        try bench.apply(.on(port, side))
        let clients = try (0..<6).map { try send("\($0)") }
        #expect(bench.turns { bench.service.backends.map(\.requests) == [1, 5] })
        #expect(bench.loop.waiting.isEmpty && clients.count == 6)
        #expect(bench.service.backends.allSatisfy { $0.failures == ProxyFailures() })
    }

    @Test func noRoomInTimeIsATimeoutOfTheConnection() throws {
        let upstream = try narrowUpstream()
        let bench = try LoopBench()
        var settings = ProxySettings()
        settings.connectTimeout = 300
        try bench.apply(.on(port, upstream.side("blue"), settings: settings))
        let first = try send("first")
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        let second = try send("second")
        #expect(bench.turns { bench.service.backends[0].failures.connectTimedOut == 1 })
        #expect(second.receiveResponse()?.head.hasPrefix("HTTP/1.1 504 ") == true)
        answer(try upstream.accept(), "ok")
        #expect(bench.turns { bench.service.backends[0].responses[1] == 1 })
        #expect(first.receiveResponse()?.body == "ok")
        #expect(bench.loop.waiting.isEmpty)
    }

    @Test func whoGaveUpWhileItWaitedReachesNoInstance() throws {
        let upstream = try narrowUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        let first = try send("first")
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        let second = try send("second")
        #expect(bench.turns { bench.loop.waiting.count == 1 })
        second.resetOnClose()
        second.hangUp()
        #expect(bench.turns { bench.loop.waiting.isEmpty })
        answer(try upstream.accept(), "ok")
        #expect(bench.turns { bench.service.backends[0].responses[1] == 1 })
        #expect(first.receiveResponse()?.body == "ok" && bench.service.backends[0].requests == 1)
    }

    @Test func theEndAnswersWhatStillWaits() throws {
        let upstream = try narrowUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        let first = try send("first")
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        let second = try send("second")
        #expect(bench.turns { bench.loop.waiting.count == 1 })
        bench.loop.commands.post(.stop(graceMilliseconds: 0))
        #expect(bench.turns { bench.connections(.client).allSatisfy { $0.phase == .linger } })
        for client in [first, second] {
            #expect(client.receiveResponse()?.head.hasPrefix("HTTP/1.1 503 ") == true)
        }
    }
}
