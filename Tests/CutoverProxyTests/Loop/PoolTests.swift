import CutoverWire
import Testing

@testable import CutoverProxy

/// Which connections to an instance may serve another request.
@Suite struct PoolTests {
    private let port = freePort()

    /// The read that ends the response fills its buffer exactly, so it cannot tell that more lies
    /// behind it.
    @Test func aConnectionWithUnreadBytesServesNobodyElse() throws {
        let upstream = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, upstream.side("blue")))
        func request(_ path: String) throws -> TestSocket {
            let socket = try #require(TestSocket(port: port))
            socket.send("GET /\(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            return socket
        }
        let first = try request("first")
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        let instance = try upstream.accept()
        #expect(instance.receive(through: "\r\n\r\n") != nil)
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 131029\r\n\r\n"
        let body = String(repeating: "x", count: Loop.scratchBytes - head.utf8.count)
        try #require(contentLength(of: head) == body.utf8.count)
        instance.send(head + body + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
        #expect(bench.turns { bench.service.backends[0].inFlight == 0 })
        #expect(first.receiveResponse()?.body.utf8.count == body.utf8.count)

        let second = try request("second")
        #expect(bench.turns { bench.service.backends[0].requests == 2 })
        let other = try upstream.accept()
        #expect(other.receive(through: "\r\n\r\n")?.hasPrefix("GET /second ") == true)
        other.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood")
        #expect(bench.turns { bench.service.backends[0].inFlight == 0 })
        #expect(second.receiveResponse()?.body == "good")
    }

    /// The address of an instance changes while it answers: the connection leads to the old one.
    @Test func aConnectionToAnAddressOfBeforeServesNobodyElse() throws {
        let before = try UnixUpstream()
        let after = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, before.side("blue")))
        let client = try #require(TestSocket(port: port))
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        let instance = try before.accept()
        try bench.apply(.on(port, after.side("blue")))
        instance.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nbefore")
        #expect(bench.turns { bench.service.backends[0].inFlight == 0 })
        #expect(client.receiveResponse()?.body == "before")
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(bench.turns { bench.service.backends[0].requests == 2 })
        let other = try after.accept()
        other.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nafter")
        #expect(bench.turns { bench.service.backends[0].inFlight == 0 })
        #expect(client.receiveResponse()?.body == "after")
    }
}
