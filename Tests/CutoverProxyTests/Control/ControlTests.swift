import CLinux
import CutoverWire
import Foundation
import Glibc
import Synchronization
import Testing

@testable import CutoverProxy

@Suite struct ControlTests {
    private let port = freePort()

    @Test func helloTellsWhoItIsAndWhatIsLive() throws {
        let proxy = try ProxyHarness()
        #expect(try proxy.client.hello().generation == 0)
        try proxy.client.apply(table(7, epoch: 3, .on(port, .of("blue", weight: 1, 1))))
        let hello = try proxy.client.hello()
        #expect(hello.pid == getpid() && hello.version == wireVersion)
        #expect(hello.generation == 7 && hello.epoch == 3)
    }

    @Test func anOlderTableIsRefusedAndTheSameOneIsNot() throws {
        let proxy = try ProxyHarness()
        let live = table(5, epoch: 2, .on(port, .of("blue", weight: 1, 1)))
        try proxy.client.apply(live)
        try proxy.client.apply(live)
        #expect(
            refusal { () throws(ProxyClientError) in
                try proxy.client.apply(table(4, epoch: 2))
            }?.contains("generation 4 is older") == true
        )
        #expect(
            refusal { () throws(ProxyClientError) in
                try proxy.client.apply(table(9, epoch: 1))
            }?.contains("epoch 1 is older") == true
        )
        #expect(
            refusal { () throws(ProxyClientError) in
                try proxy.client.apply(table(5, epoch: 2))
            }?.contains("another table") == true
        )
        #expect(try proxy.client.hello().generation == 5)
    }

    @Test func aTableThatCannotServeIsRefusedByName() throws {
        let proxy = try ProxyHarness()
        let side = ProxySide.of("blue", weight: 1, 1)
        var twice = ProxyRoute.on(freePort(), side)
        twice.service = "other"
        var previewed = ProxyRoute.on(port, side)
        previewed.preview = previewed.listen
        var impatient = ProxyRoute.on(port, side)
        impatient.settings.connectTimeout = 0
        let cases: [(ProxyTable, String)] = [
            (table(1, .on(port, .of("blue", weight: 1))), "no backend that takes requests"),
            (
                table(1, .on(port, .of("blue", weight: 1, 1, isDraining: true))),
                "no backend that takes requests"
            ),
            (table(1, .on(port, .of("blue", weight: -1, 1))), "weight -1"),
            (table(1, .on(0, side)), "port above 0"),
            (table(1, .on(port, side), .on(freePort(), side)), "web stands in the table twice"),
            (table(1, .on(port, side), twice), "blue-0 stands in the table twice"),
            (table(1, previewed), "cannot be both where service web listens and the preview of"),
            (table(1, impatient), "every timeout"),
        ]
        for (table, words) in cases {
            let reason = refusal { () throws(ProxyClientError) in try proxy.client.apply(table) }
            #expect(reason?.contains(words) == true, "\(reason ?? "accepted")")
        }
        #expect(try proxy.client.hello().generation == 0)
        #expect(TestSocket(port: port) == nil)
    }

    @Test func aServiceThatIsServedIsNeverLeftWithoutAnInstance() throws {
        let proxy = try ProxyHarness()
        let side = ProxySide.of("blue", weight: 1, 1)
        let live = table(1, .on(port, side))
        try proxy.client.apply(live)
        let idle = ProxySide.of("blue", weight: 0, 1)
        let leaving = ProxySide.of("blue", weight: 0, 1, isDraining: true)
        let routes: [ProxyRoute] = [
            .on(port, idle), .on(port, leaving, .of("green", weight: 0)), .on(port),
        ]
        for route in routes {
            let reason = refusal { () throws(ProxyClientError) in
                try proxy.client.apply(table(2, route))
            }
            #expect(reason?.contains("service web would have no instance") == true)
        }
        #expect(try proxy.client.hello().generation == 1)
        // To begin without one, and to leave, is no loss of one.
        try proxy.client.apply(table(2))
        try proxy.client.apply(table(3, .on(port, idle)))
        try proxy.client.apply(table(4, .on(port, leaving)))
        try proxy.client.apply(table(5, .on(port, side)))
    }

    @Test func aTakenAddressIsNamedAndNothingChanges() throws {
        let upstream = ScriptedUpstream.answering("blue")
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        // Even a socket that would share the port must not get the half of the connections in
        // silence.
        let taken = freePort()
        let holder = clinux_listen_ipv4(0x7f00_0001, taken, 1)
        defer { close(holder) }
        var other = ProxyRoute.on(taken, .of("green", weight: 1, 1))
        other.service = "other"
        let next = table(2, .on(port, .of("blue", weight: 1, upstream.port)), other)
        let reason = refusal { () throws(ProxyClientError) in try proxy.client.apply(next) }
        #expect(reason?.contains("127.0.0.1:\(taken)") == true)
        #expect(reason?.contains("errno \(EADDRINUSE)") == true)
        #expect(try proxy.client.hello().generation == 1)
        let socket = try #require(TestSocket(port: port))
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(socket.receiveResponse()?.body == "blue")
    }

    @Test func aSecondProxyIsRefusedAndAStaleSocketIsReplaced() throws {
        let proxy = try ProxyHarness()
        #expect(
            throws: ProxyFault(
                "another proxy, process \(getpid()), serves \(proxy.client.socketPath)"
            )
        ) {
            try ProxyServer(proxy.options())
        }
        #expect(try proxy.client.hello().pid == getpid())
        proxy.stop()
        #expect(throws: ProxyClientError.self) { try proxy.client.hello() }
        // What kill -9 leaves behind: a socket file that nobody serves, and no lock.
        let stale = clinux_listen_unix(proxy.client.socketPath)
        close(stale)
        try proxy.start()
        #expect(try proxy.client.hello().pid == getpid())
    }

    @Test func oneTakenAddressKeepsNoOtherServiceDown() throws {
        let upstream = ScriptedUpstream.answering("done")
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        let taken = freePort()
        var other = ProxyRoute.on(taken, .of("green", weight: 1, upstream.port))
        other.service = "other"
        let route = ProxyRoute.on(port, .of("blue", weight: 1, upstream.port))
        try proxy.apply(route, other)
        proxy.stop()
        let holder = clinux_listen_ipv4(0x7f00_0001, taken, 0)
        try proxy.start()
        #expect(bodyServed(at: port) == "done")
        #expect(try proxy.client.hello().generation == 1)
        // The switch of the one that is served must not wait for the other.
        other.settings.idleTimeout = 7_000
        try proxy.apply(route, other)
        #expect(bodyServed(at: port) == "done")
        // An address that was never served is refused as ever.
        let third = freePort()
        let thief = clinux_listen_ipv4(0x7f00_0001, third, 0)
        defer { close(thief) }
        var new = ProxyRoute.on(third, .of("red", weight: 1, 1))
        new.service = "third"
        let next = table(3, route, other, new)
        let reason = refusal { () throws(ProxyClientError) in try proxy.client.apply(next) }
        #expect(reason?.contains("127.0.0.1:\(third)") == true)
        close(holder)
        #expect(eventually { bodyServed(at: taken) == "done" })
    }

    @Test func aTableThatALoopHasNotConfirmedIsNeverAnsweredAsApplied() throws {
        let proxy = try ProxyHarness()
        proxy.stop()
        try proxy.start(adoptionTimeout: .zero) { fsync($0) }
        let next = table(1, .on(port, .of("blue", weight: 1, 1)))
        for _ in 0..<2 {
            do throws(ProxyClientError) {
                try proxy.client.apply(next)
                Issue.record("applied without an answer of the loop")
            } catch {
                #expect(error.mayHaveBeenApplied && error.kind == .unsettled, "\(error)")
            }
            #expect(try proxy.client.hello().generation == 0)
        }
    }

    @Test func aPeerThatSendsNonsenseIsDroppedAlone() throws {
        let proxy = try ProxyHarness()
        for message in [[0xff, 0xff, 0xff, 0xff], [0, 0, 0, 1, 99], [0, 0, 0, 2, 1, 1]] as [[UInt8]]
        {
            var descriptor: Int32 = -1
            #expect(clinux_connect_unix(proxy.client.socketPath, &descriptor) == 0)
            let socket = TestSocket(descriptor: descriptor)
            socket.send(message)
            #expect(socket.receiveToEnd()?.isEmpty == true)
            #expect(try proxy.client.hello().generation == 0)
        }
    }

    @Test func aClientThatDiesInTheMiddleChangesNothing() throws {
        let proxy = try ProxyHarness()
        let request = ProxyRequest.apply(table(1, .on(port, .of("blue", weight: 1, 1))))
        let frame = try #require(Frame.wrap(request.encoded))
        for count in stride(from: 1, to: frame.count, by: 5) {
            var descriptor: Int32 = -1
            #expect(clinux_connect_unix(proxy.client.socketPath, &descriptor) == 0)
            let socket = TestSocket(descriptor: descriptor)
            socket.send(Array(frame[..<count]))
            socket.hangUp()
            #expect(try proxy.client.hello().generation == 0)
        }
    }

    @Test func theDirectoryOfTheSocketMustBelongToTheUserAlone() throws {
        let proxy = try ProxyHarness()
        proxy.stop()
        chmod(proxy.directory, 0o777)
        #expect(throws: ProxyFault.self) { try ProxyServer(proxy.options()) }
        chmod(proxy.directory, 0o700)
        try proxy.start()
        var status = stat()
        #expect(stat(proxy.client.socketPath, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test func shutdownLetsRequestsFinishAndAcceptsNoMore() throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            _ = upstream.readRequest(socket)
            _ = eventually { upstream.requests.contains("answer") }
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")
            _ = socket.receive(count: 1)
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let running = try #require(TestSocket(port: port))
        running.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        let idle = try #require(TestSocket(port: port))
        #expect(try eventually { try proxy.backend("blue-0").inFlight == 1 })
        #expect(try eventually { try proxy.client.stats().services[0].connectionsOpen == 2 })
        try proxy.client.shutdown(graceMilliseconds: 10_000, epoch: 1)
        #expect(idle.receiveToEnd()?.isEmpty == true)
        #expect(TestSocket(port: port) == nil)
        upstream.record("answer")
        let response = try #require(running.receiveResponse())
        #expect(response.body == "done" && response.head.contains("Connection: close"))
        proxy.stop()
    }
}
