import CutoverWire
import Foundation
import Testing

@testable import CutoverProxy

/// A proxy without engine, control socket and file.
@Suite struct StaticProxyTests {
    private let port = freePort()

    private func options(_ upstreams: SocketAddress...) -> StaticProxyOptions {
        StaticProxyOptions(listen: address(port), upstreams: upstreams, threads: 2)
    }

    private func address(_ port: UInt16) -> SocketAddress {
        .ipv4(host: "127.0.0.1", port: port)
    }

    private let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func upstreamsOfBothKindsShareTheRequests() throws {
        let tcp = ScriptedUpstream.answering("tcp")
        defer { tcp.stop() }
        let local = try UnixUpstream()
        let proxy = try StaticProxyThread(options(address(tcp.port), .unix(path: local.path)))
        defer { proxy.stop() }
        let first = try #require(TestSocket(port: port))
        let second = try #require(TestSocket(port: port))
        let third = try #require(TestSocket(port: port))
        for socket in [first, second, third] { socket.send(request) }
        // One connection comes in any case: neither upstream has the requests of three.
        let upstream = try local.awaitConnection()
        #expect(upstream.receive(through: "\r\n\r\n")?.contains("Host: x") == true)
        upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nunix")
        #expect(eventually { tcp.requests.count >= 1 })
    }

    @Test func anAddressThatIsTakenIsNoReasonToStart() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let taken = StaticProxyOptions(
            listen: address(upstream.port),
            upstreams: [address(port)]
        )
        let fault = #expect(throws: ProxyFault.self) { try StaticProxy(taken) }
        #expect(fault?.description.contains("\(upstream.port)") == true)
        #expect(fault?.description.contains("in use") == true)
    }

    @Test func theFirstStopLetsARequestFinish() throws {
        let upstream = try UnixUpstream()
        let proxy = try StaticProxyThread(options(.unix(path: upstream.path)))
        let idle = try #require(TestSocket(port: port))
        idle.send(request)
        let earlier = try upstream.awaitConnection()
        _ = earlier.receive(through: "\r\n\r\n")
        earlier.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        #expect(idle.receiveResponse() != nil)
        let client = try #require(TestSocket(port: port))
        client.send(request)
        let instance = try upstream.awaitConnection()
        _ = instance.receive(through: "\r\n\r\n")
        proxy.ask()
        #expect(idle.receiveToEnd() == "")
        #expect(eventually { TestSocket(port: port) == nil })
        instance.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        let response = client.receiveResponse()
        #expect(response?.body == "ok")
        #expect(response?.head.contains("Connection: close") == true)
        #expect(proxy.cutRequests == 0)
    }

    @Test func theSecondStopEndsAtOnceAndSaysWhatItCut() throws {
        let upstream = try UnixUpstream()
        let proxy = try StaticProxyThread(options(.unix(path: upstream.path)))
        let client = try #require(TestSocket(port: port))
        client.send(request)
        let instance = try upstream.awaitConnection()
        _ = instance.receive(through: "\r\n\r\n")
        proxy.ask()
        #expect(eventually { TestSocket(port: port) == nil })
        proxy.ask()
        #expect(client.receiveResponse()?.head.hasPrefix("HTTP/1.1 503") == true)
        #expect(proxy.cutRequests == 1)
    }

    @Test func theGraceIsTheLongestThatAnEndTakes() throws {
        let upstream = try UnixUpstream()
        var options = options(.unix(path: upstream.path))
        options.graceMilliseconds = 200
        let proxy = try StaticProxyThread(options)
        let client = try #require(TestSocket(port: port))
        client.send(request)
        let instance = try upstream.awaitConnection()
        _ = instance.receive(through: "\r\n\r\n")
        proxy.ask()
        #expect(client.receiveResponse()?.head.hasPrefix("HTTP/1.1 503") == true)
        #expect(proxy.cutRequests == 1)
    }
}

/// A proxy on a thread of its own, as a process runs it.
private final class StaticProxyThread: Sendable {
    private let stopRequests: StopRequests
    private let grace: UInt32
    private let ended = DispatchSemaphore(value: 0)
    private let outcome: Outcome

    init(_ options: StaticProxyOptions) throws {
        let outcome = Outcome(try StaticProxy(options))
        self.outcome = outcome
        grace = options.graceMilliseconds
        stopRequests = outcome.proxy.stopRequests
        let ended = self.ended
        Thread.detachNewThread {
            outcome.proxy.run()
            ended.signal()
        }
    }

    /// Asks it to end, as a signal does.
    func ask() {
        stopRequests.post(graceMilliseconds: grace)
    }

    /// Waits for its end; how many requests it has cut.
    var cutRequests: UInt64? {
        guard ended.wait(timeout: .now() + 20) == .success else {
            return nil
        }
        return outcome.proxy.cutRequests
    }

    /// Ends it at once.
    func stop() {
        stopRequests.post(graceMilliseconds: 0)
        _ = ended.wait(timeout: .now() + 20)
    }

    /// Shared by `@unchecked`: its thread alone uses the proxy until it has signalled its end.
    private final class Outcome: @unchecked Sendable {
        let proxy: StaticProxy

        init(_ proxy: StaticProxy) {
            self.proxy = proxy
        }
    }
}
