import CutoverWire
import Foundation
import Testing

@testable import CutoverProxy

/// Slow peers and peers that go away: bounded memory, no descriptor left behind.
///
/// The suite counts descriptors and memory of the whole process, so its cases run one after the
/// other.
@Suite(.serialized) struct PressureTests {
    private let port = freePort()

    @Test func aSlowReaderHoldsTheInstanceBackAndNotMemory() throws {
        let total = 64 << 20
        let upstream = ScriptedUpstream { upstream, socket, _ in
            _ = upstream.readRequest(socket)
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            let piece = [UInt8](repeating: 0x61, count: 1 << 20)
            for _ in 0..<(total >> 20) {
                guard socket.send(piece) else { return }
                upstream.record("1 MB")
            }
            _ = socket.receive(count: 1)
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let socket = try #require(TestSocket(port: port, receiveBuffer: 16_384))
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(socket.receive(through: "\r\n\r\n") != nil)
        // Nothing is read until the instance has come to a halt: two looks at the counter that are
        // equal while a hundred other requests of the loop pass between them.
        var before: UInt64 = 1
        var after: UInt64 = 0
        while before != after {
            before = try proxy.backend("blue-0").bytesToClients
            for _ in 0..<100 {
                let other = try #require(TestSocket(port: port))
                other.send("GET / HTTP/9.9\r\n\r\n")
                _ = other.receiveToEnd()
            }
            after = try proxy.backend("blue-0").bytesToClients
        }
        #expect(after < 16 << 20)
        #expect(socket.receive(count: total)?.count == total)
        #expect(try proxy.backend("blue-0").failures.total == 0)
    }

    @Test func anUploadIsStreamedNoFasterThanTheInstanceTakesIt() throws {
        let total = 32 << 20
        let upstream = ScriptedUpstream { upstream, socket, _ in
            _ = socket.receive(through: "\r\n\r\n")
            _ = eventually { upstream.requests == ["read"] }
            let count = socket.receive(count: total)?.count ?? 0
            upstream.record("\(count)")
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            _ = socket.receive(count: 1)
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let socket = try #require(TestSocket(port: port))
        Thread.detachNewThread {
            socket.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(total)\r\n\r\n")
            socket.send([UInt8](repeating: 0x62, count: total))
        }
        var before: UInt64 = 1
        var after: UInt64 = 0
        while before != after || after == 0 {
            before = try proxy.backend("blue-0").bytesFromClients
            for _ in 0..<200 { _ = try proxy.client.hello() }
            after = try proxy.backend("blue-0").bytesFromClients
        }
        #expect(after < 16 << 20)
        upstream.record("read")
        #expect(socket.receiveResponse()?.head.hasPrefix("HTTP/1.1 200") == true)
        #expect(upstream.requests.last == "\(total)")
    }

    @Test func abortsReachTheInstanceAndLeakNoDescriptor() throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            _ = upstream.readRequest(socket)
            _ = socket.receive(count: 1)
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let aborts = 200
        for number in 0..<aborts {
            let socket = try #require(TestSocket(port: port))
            socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try eventually { try proxy.backend("blue-0").requests == UInt64(number + 1) })
            if number % 2 == 0 { socket.resetOnClose() }
        }
        #expect(try eventually { try proxy.backend("blue-0").inFlight == 0 })
        let stats = try proxy.backend("blue-0")
        #expect(stats.failures.clientAborted == UInt64(aborts))
        #expect(stats.connectionsOpen == 0)
        #expect(eventually { upstream.connectionCount == 0 })
        #expect(
            try eventually {
                try proxy.client.stats().services.allSatisfy { $0.connectionsOpen == 0 }
            }
        )
    }

    @Test func resetsOfInstancesLeakNoDescriptor() throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            _ = upstream.readRequest(socket)
            socket.resetOnClose()
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        for _ in 0..<200 {
            let socket = try #require(TestSocket(port: port))
            socket.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na")
            #expect(socket.receiveToEnd()?.hasPrefix("HTTP/1.1 502") == true)
        }
        let stats = try proxy.settled("blue-0")
        #expect(stats.failures.reset + stats.failures.closedEarly == 200)
        #expect(stats.connectionsOpen == 0)
        #expect(
            try eventually {
                try proxy.client.stats().services.allSatisfy { $0.connectionsOpen == 0 }
            }
        )
    }
}
