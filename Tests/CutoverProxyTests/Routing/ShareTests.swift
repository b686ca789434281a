import CutoverWire
import Dispatch
import Foundation
import Testing

@testable import CutoverProxy

/// The shares of sides, over all threads of the proxy.
@Suite struct ShareTests {
    /// Shares are exact over requests that many threads take at once, and tables that change under
    /// them with the same weights cost no turn and double none.
    @Test func sharesAreExactOverAllThreadsAndTables() throws {
        let port = freePort()
        let blue = ScriptedUpstream.answering("blue")
        let green = ScriptedUpstream.answering("green")
        defer {
            blue.stop()
            green.stop()
        }
        let proxy = try ProxyHarness(threads: 4)
        let route = ProxyRoute.on(
            port,
            .of("blue", weight: 70, blue.port),
            .of("green", weight: 30, green.port)
        )
        try proxy.apply(route)
        let done = DispatchGroup()
        for _ in 0..<10 {
            done.enter()
            Thread.detachNewThread {
                defer { done.leave() }
                guard let socket = TestSocket(port: port) else { return }
                for _ in 0..<100 {
                    socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    guard socket.receiveResponse() != nil else { return }
                }
            }
        }
        while done.wait(timeout: .now()) == .timedOut {
            try proxy.apply(route)
        }
        #expect(try proxy.settled("blue-0").requests == 700)
        #expect(try proxy.settled("green-0").requests == 300)
    }
}
