import CLinux
import CutoverWire
import Foundation
import Glibc
import Testing

@testable import CutoverProxy

/// A proxy that ends leaves its place to the next one at once, and refuses no connection.
@Suite struct HandoverTests {
    private let port = freePort()
    private let request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    /// Holds the request to `/held` until `free` was recorded, and answers every other.
    private func upstream() -> ScriptedUpstream {
        ScriptedUpstream { upstream, socket, _ in
            while let request = upstream.readRequest(socket) {
                if request.contains("/held") {
                    _ = eventually { upstream.requests.contains("free") }
                }
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")
            }
        }
    }

    @Test(arguments: [(1, 1), (1, 2), (2, 1)]) func theNextProxyTakesOverTheListeningSockets(
        before: Int,
        after: Int
    ) throws {
        let upstream = upstream()
        defer { upstream.stop() }
        let proxy = try ProxyHarness(threads: before)
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let held = try #require(TestSocket(port: port))
        held.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try eventually { try proxy.backend("blue-0").inFlight == 1 })

        let ending = proxy.release(graceMilliseconds: 20_000)
        var isRefused = false
        func ask() {
            let socket = TestSocket(port: port)
            socket?.send(request)
            isRefused = socket?.receiveResponse()?.body != "done" || isRefused
        }
        let isLeft = eventually {
            ask()
            return (try? proxy.client.hello()) == nil
        }
        #expect(isLeft)
        try proxy.start(threads: after)
        #expect(try proxy.client.hello().generation == 1)
        for _ in 0..<50 { ask() }
        let isFollowed = try eventually {
            ask()
            return try proxy.backend("blue-0").requests > 50
        }
        #expect(isFollowed && !isRefused)

        upstream.record("free")
        let response = try #require(held.receiveResponse())
        #expect(response.head.contains("Connection: close"))
        ending()
        ask()
        #expect(!isRefused)
        // None is left to nobody, and each thread has its own.
        #expect(try queues(at: port) == max(before, after))
    }

    /// The listening sockets at a port of 127.0.0.1: the kernel spreads connections over them.
    private func queues(at port: UInt16) throws -> Int {
        let wanted = String(format: "0100007F:%04X", Int(port))
        return try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8).split(separator: "\n")
            .count { line in
                let words = line.split(separator: " ")
                // 0A is LISTEN.
                return words.count > 3 && words[1] == wanted && words[3] == "0A"
            }
    }

    /// As after an upgrade: the next proxy cannot read what the one before has left.
    @Test func noConnectionIsRefusedWhileTheNextProxyWaitsForItsTable() throws {
        let upstream = upstream()
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        let route = ProxyRoute.on(port, .of("blue", weight: 1, upstream.port))
        let unlisted = freePort()
        var other = ProxyRoute.on(unlisted, .of("green", weight: 1, upstream.port))
        other.service = "other"
        try proxy.apply(route, other)
        let path = proxy.directory + "/table"
        let table = try #require(try TableFile(path: path).read())
        let ending = proxy.release(graceMilliseconds: 20_000)
        #expect(eventually { (try? proxy.client.hello()) == nil })
        let old = TableFile.encode(table, version: 1)
        try Data(old).write(to: URL(fileURLWithPath: path))
        try proxy.start(threads: 2)
        #expect(try proxy.client.hello().generation == 0)

        var isRefused = false
        func ask() {
            let socket = TestSocket(port: port)
            socket?.send(request)
            isRefused = socket?.receiveResponse()?.body != "done" || isRefused
        }
        for _ in 0..<20 { ask() }
        try proxy.apply(route)
        let isFollowed = try eventually {
            ask()
            return try proxy.backend("blue-0").requests > 50
        }
        #expect(isFollowed && !isRefused)
        ending()
        ask()
        #expect(!isRefused)
        // No table names it any more, so whoever wants it may have it.
        #expect(TestSocket(port: unlisted) == nil)
    }

    /// Who keeps a copy of a listening socket keeps no client waiting at an address that no table
    /// names any more.
    @Test func copiesOfListenersEndWithTheTableThatNamedThem() throws {
        let proxy = try ProxyHarness(threads: 2)
        let route = ProxyRoute.on(port, .of("blue", weight: 1, 1))
        let left = freePort()
        var other = ProxyRoute.on(left, preview: freePort(), .of("green", weight: 1, 1))
        other.service = "other"
        other.previewSide = 0
        try proxy.apply(route, other)
        let copies = try proxy.client.listeners(atMost: 6).sockets
        defer { for copy in copies.values.joined() { close(copy) } }
        let table = ProxyTable(generation: 1, epoch: 1, routes: [route, other])
        #expect(Set(copies.keys) == table.addresses)
        #expect(copies.values.allSatisfy { $0.count == 2 })
        try proxy.apply(route)
        let isFree = eventually { TestSocket(port: left) == nil }
        #expect(isFree)
        #expect(try Set(proxy.client.listeners(atMost: 100).sockets.keys) == [route.listen])
        // Whatever became of the copies, the address can be had again.
        try proxy.apply(route, other)
        #expect(TestSocket(port: left) != nil)
    }

    /// A thread without a queue of its own looks after a copy until the first table.
    @Test func eachQueueIsGivenOnce() throws {
        let proxy = try ProxyHarness()
        let route = ProxyRoute.on(port, .of("blue", weight: 1, 1))
        try proxy.apply(route)
        let ending = proxy.release(graceMilliseconds: 20_000)
        #expect(eventually { (try? proxy.client.hello()) == nil })
        try FileManager.default.removeItem(atPath: proxy.directory + "/table")
        try proxy.start(threads: 3)
        func queues() throws -> Int? {
            let copies = try proxy.client.listeners(atMost: 100).sockets
            for copy in copies.values.joined() { close(copy) }
            return copies[route.listen]?.count
        }
        #expect(try queues() == 1)
        try proxy.apply(route)
        #expect(try queues() == 3)
        ending()
    }

    /// An engine that hangs may have some.
    @Test func copiesOfListenersEndWithAShutdown() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, 1)))
        let copies = try proxy.client.listeners(atMost: 100).sockets
        defer { for copy in copies.values.joined() { close(copy) } }
        #expect(TestSocket(port: port) != nil)
        try proxy.client.shutdown(graceMilliseconds: 0, epoch: 1)
        let isFree = eventually { TestSocket(port: port) == nil }
        #expect(isFree)
    }

    /// Who had copies may have been stopped; who watches gives them to the next, also a late one.
    @Test(arguments: [(0, false), (100, true)]) func copiesOutliveAProxyOnlyThatSomebodyWatches(
        milliseconds: UInt32,
        isWatched: Bool
    ) throws {
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, 1)))
        let copies = try proxy.client.listeners(atMost: 100).sockets
        defer { for copy in copies.values.joined() { close(copy) } }
        proxy.stop(graceMilliseconds: milliseconds)
        #expect((TestSocket(port: port) != nil) == isWatched)
    }

    /// It may be waiting for its table.
    @Test func theSocketsOfAFollowerDoNotEndWithTheTimeForItsAnswer() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, 1)))
        let ending = proxy.release(graceMilliseconds: 1_500)
        #expect(eventually { (try? proxy.client.hello()) == nil })
        let follower = try #require(Handover.ask(proxy.directory + "/control"))
        defer {
            close(follower.peer)
            for descriptor in follower.listeners.values.joined() { close(descriptor) }
        }
        ending()
        #expect(TestSocket(port: port) != nil)
    }

    @Test func aShutdownFreesTheAddressesBeforeItsRequestsAreDone() throws {
        let upstream = upstream()
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let held = try #require(TestSocket(port: port))
        held.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try eventually { try proxy.backend("blue-0").inFlight == 1 })
        try proxy.client.shutdown(graceMilliseconds: 20_000, epoch: 1)
        #expect(eventually { (try? proxy.client.hello()) == nil })
        let ending = proxy.release(graceMilliseconds: 0)
        try proxy.start()
        let socket = try #require(TestSocket(port: port))
        socket.send(request)
        #expect(socket.receiveResponse()?.body == "done")
        upstream.record("free")
        #expect(held.receiveResponse()?.body == "done")
        ending()
    }

    @Test func theNameIsFreeWhenAPeerLearnsOfTheEnd() throws {
        for _ in 0..<20 {
            let proxy = try ProxyHarness()
            let control = proxy.directory + "/control"
            var descriptor: Int32 = -1
            try #require(clinux_connect_unix(control, &descriptor) == 0)
            let peer = TestSocket(descriptor: descriptor)
            let request = ProxyRequest.shutdown(graceMilliseconds: 0, epoch: 1)
            peer.send(Frame.wrap(request.encoded) ?? [])
            #expect(peer.receiveToEnd() != nil)
            #expect(access(control, F_OK) != 0)
        }
    }

    @Test func anOlderEpochCutsAndStopsNothing() throws {
        let proxy = try ProxyHarness()
        let route = ProxyRoute.on(port, .of("blue", weight: 1, 1))
        try proxy.client.apply(ProxyTable(generation: 1, epoch: 5, routes: [route]))
        for request: ProxyRequest in [
            .cut(keys: ["blue-0"], epoch: 4), .shutdown(graceMilliseconds: 0, epoch: 4),
        ] {
            do throws(ProxyClientError) {
                _ = try proxy.client.call(request)
                Issue.record("done for an engine that lost its lease")
            } catch {
                #expect(error.kind == .refused && error.detail.contains("epoch 4 is older"))
            }
        }
        #expect(try proxy.client.cut(["blue-0"], epoch: 5).count == 0)
        #expect(try proxy.client.hello().generation == 1)
    }
}
