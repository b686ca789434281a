import CutoverWire
import Testing

@testable import CutoverProxy

/// A response that ends its connection, with another request behind the one it answers.
@Suite struct PolitenessTests {
    private let port = freePort()
    private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    private func respond(_ instance: TestSocket, _ body: String) {
        instance.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Blue answers a first request and drains while it answers a second one.
    private func drain(
        _ bench: LoopBench,
        _ blue: UnixUpstream,
        _ green: UnixUpstream
    ) throws -> (client: TestSocket, instance: TestSocket) {
        try bench.apply(.on(port, blue.side("blue")))
        let client = try #require(TestSocket(port: port))
        client.send(get)
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        let instance = try blue.accept()
        var leaving = blue.side("blue", weight: 0)
        leaving.backends[0].isDraining = true
        try bench.apply(.on(port, leaving, green.side("green")))
        return (client, instance)
    }

    @Test func aRequestThatNobodyReadYetDoesNotResetTheResponse() throws {
        let blue = try UnixUpstream()
        let green = try UnixUpstream()
        let bench = try LoopBench()
        let (client, instance) = try drain(bench, blue, green)
        // Nothing tells the loop of this request before the response is made.
        client.send(get)
        respond(instance, "blue")
        #expect(bench.turns { bench.service.backends[0].inFlight == 0 })
        let response = try #require(client.receiveResponse())
        #expect(response.body == "blue")
        #expect(response.head.contains("Connection: close\r\n"))
        #expect(client.receiveToEnd() == "")
    }

    @Test func aRequestThatWaitsBehindTheResponseIsAnswered() throws {
        let blue = try UnixUpstream()
        let green = try UnixUpstream()
        let bench = try LoopBench()
        let (client, instance) = try drain(bench, blue, green)
        #expect(bench.turns { bench.connections(.client)[0].flags.contains(.registered) })
        client.send(get)
        #expect(bench.turns { bench.connections(.client)[0].flags.contains(.readable) })
        respond(instance, "blue")
        #expect(bench.turns { bench.service.backends.map(\.requests) == [1, 1] })
        respond(try green.accept(), "green")
        #expect(bench.turns { bench.service.backends.allSatisfy { $0.inFlight == 0 } })
        #expect(client.receiveResponse()?.body == "blue")
        #expect(client.receiveResponse()?.body == "green")
    }

    @Test func aClientThatAskedForTheEndIsNotWaitedFor() throws {
        let blue = try UnixUpstream()
        let bench = try LoopBench()
        try bench.apply(.on(port, blue.side("blue")))
        let client = try #require(TestSocket(port: port))
        client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(bench.turns { bench.service.backends[0].requests == 1 })
        respond(try blue.accept(), "blue")
        #expect(bench.turns { bench.service.backends[0].inFlight == 0 })
        #expect(bench.connections(.client).isEmpty)
        #expect(client.receiveResponse()?.body == "blue")
    }
}
