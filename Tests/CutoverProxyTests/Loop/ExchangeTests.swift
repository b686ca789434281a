import CutoverWire
import Testing

@testable import CutoverProxy

/// Every framing of RFC 9112 through the real loop, against an instance that says exactly what the
/// case needs.
@Suite struct ExchangeTests {
    private let port = freePort()

    private func proxy(_ upstream: ScriptedUpstream) throws -> ProxyHarness {
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        return proxy
    }

    private func connect() throws -> TestSocket {
        try #require(TestSocket(port: port))
    }

    private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func aConnectionServesOneRequestAfterTheOther() throws {
        let upstream = ScriptedUpstream.answering("hello")
        defer { upstream.stop() }
        let proxy = try proxy(upstream)
        let socket = try connect()
        for _ in 0..<50 {
            socket.send(get)
            let response = try #require(socket.receiveResponse())
            #expect(response.head == "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            #expect(response.body == "hello")
        }
        let stats = try proxy.settled("blue-0")
        #expect(stats.requests == 50 && stats.responses[1] == 50)
        #expect(stats.connectionsOpen == 1 && stats.latency.count == 50)
        #expect(stats.failures.total == 0 && stats.retries == 0)
    }

    @Test(arguments: [
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n"),
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n"),
        ("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
    ])
    func responsesWithoutABodyLeaveTheConnectionInStep(method: String, response: String) throws {
        let upstream = ScriptedUpstream.serving { _ in response }
        defer { upstream.stop() }
        let proxy = try proxy(upstream)
        let socket = try connect()
        for _ in 0..<3 {
            socket.send("\(method) / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(socket.receive(through: "\r\n\r\n") == response)
        }
        #expect(try proxy.settled("blue-0").connectionsOpen == 1)
    }

    @Test func chunksPassBothWaysInAnySegmentation() throws {
        let body = "3;x=y\r\nabc\r\n5\r\ndefgh\r\n0\r\nTrailer: t\r\n\r\n"
        let clean = "3\r\nabc\r\n5\r\ndefgh\r\n0\r\n\r\n"
        let upstream = ScriptedUpstream { upstream, socket, _ in
            while socket.receive(through: "\r\n\r\n") != nil {
                guard let received = socket.receive(through: "0\r\n\r\n") else { return }
                upstream.record(received)
                socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                for byte in body.utf8 { socket.send([byte]) }
            }
        }
        defer { upstream.stop() }
        let proxy = try proxy(upstream)
        let socket = try connect()
        let request = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body
        for size in [1, 7, request.utf8.count] {
            let bytes = Array(request.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                socket.send(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(socket.receive(through: "\r\n\r\n")?.hasPrefix("HTTP/1.1 200") == true)
            #expect(socket.receive(through: "0\r\n\r\n") == clean)
        }
        #expect(upstream.requests == [clean, clean, clean])
        #expect(try proxy.backend("blue-0").requests == 3)
    }

    @Test func anOldClientGetsChunksUnwrappedAndAnEnd() throws {
        let upstream = ScriptedUpstream.serving { _ in
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        }
        defer { upstream.stop() }
        let proxy = try proxy(upstream)
        let socket = try connect()
        socket.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(socket.receiveToEnd() == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcde")
        #expect(try proxy.backend("blue-0").responses[1] == 1)
    }

    @Test func anOldClientMayKeepItsConnection() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try proxy(upstream)
        let socket = try connect()
        for _ in 0..<2 {
            socket.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let response = try #require(socket.receiveResponse())
            #expect(response.head.contains("Connection: keep-alive\r\n"))
        }
        socket.send("GET / HTTP/1.0\r\n\r\n")
        #expect(socket.receiveToEnd()?.hasSuffix("\r\n\r\nok") == true)
        #expect(try proxy.backend("blue-0").requests == 3)
    }

    @Test func aBodyUntilTheEndIsPassedWithItsEnd() throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            _ = upstream.readRequest(socket)
            socket.send("HTTP/1.0 200 OK\r\n\r\nall of it")
            socket.hangUp()
        }
        defer { upstream.stop() }
        let proxy = try proxy(upstream)
        let socket = try connect()
        socket.send(get)
        #expect(socket.receiveToEnd() == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it")
        #expect(try proxy.backend("blue-0").failures.total == 0)
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() throws {
        let upstream = ScriptedUpstream.serving { head in
            let path = head.split(separator: " ")[1]
            return "HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)"
        }
        defer { upstream.stop() }
        let proxy = try proxy(upstream)
        let socket = try connect()
        let paths = (0..<40).map { "/\($0)" }
        socket.send(
            paths.map { path in
                "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
            }.joined()
        )
        #expect(paths.map { _ in socket.receiveResponse()?.body } == paths)
        #expect(try proxy.backend("blue-0").requests == 40)
    }

    @Test func continueIsAskedForAndGiven() throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            guard let head = socket.receive(through: "\r\n\r\n") else { return }
            socket.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: l\r\n\r\n")
            let body = socket.receive(count: 4) ?? []
            upstream.record(head + String(decoding: body, as: UTF8.self))
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            _ = socket.receive(count: 1)
        }
        defer { upstream.stop() }
        let proxy = try proxy(upstream)
        let socket = try connect()
        socket.send(
            "PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
        )
        #expect(socket.receive(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(
            socket.receive(through: "\r\n\r\n") == "HTTP/1.1 103 Early Hints\r\nLink: l\r\n\r\n"
        )
        socket.send("body")
        #expect(socket.receiveResponse()?.head.hasPrefix("HTTP/1.1 200") == true)
        #expect(upstream.requests.first?.hasSuffix("body") == true)
        #expect(upstream.requests.first?.contains("Expect: 100-continue") == true)
        #expect(try proxy.backend("blue-0").responses == [0, 1, 0, 0, 0])
    }

    @Test func anEarlyResponseArrivesAndEndsTheConnection() throws {
        let upstream = ScriptedUpstream { _, socket, _ in
            _ = socket.receive(through: "\r\n\r\n")
            socket.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig")
            _ = socket.receive(count: 1 << 30)
        }
        defer { upstream.stop() }
        let proxy = try proxy(upstream)
        let socket = try connect()
        socket.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\nabc")
        let response = try #require(socket.receiveResponse())
        #expect(response.head.hasPrefix("HTTP/1.1 413"))
        #expect(response.head.contains("Connection: close"))
        #expect(response.body == "big")
        socket.finishSending()
        #expect(socket.receiveToEnd()?.isEmpty == true)
        #expect(try proxy.settled("blue-0").responses[3] == 1)
    }

    @Test func aHalfClosedClientStillGetsItsResponse() throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            _ = upstream.readRequest(socket)
            _ = eventually { upstream.requests.count == 2 }
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        defer { upstream.stop() }
        let proxy = try proxy(upstream)
        let socket = try connect()
        socket.send(get)
        socket.finishSending()
        // The proxy's question to a client that sent its end; a client that is gone would reset it.
        #expect(socket.receive(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        upstream.record("go on")
        #expect(socket.receiveResponse()?.body == "ok")
        #expect(try proxy.backend("blue-0").failures.clientAborted == 0)
    }
}
