import CutoverWire
import Foundation
import Testing

@testable import CutoverProxy

/// Large bodies that pass inside the kernel: the same rules hold as for copied ones.
@Suite(.serialized) struct SpliceTests {
    private let port = freePort()

    /// A body whose every byte says where it stands.
    private static let pattern: [UInt8] = {
        // A prime length, so that no piece of a power of two looks like another.
        let piece = (0..<65_521).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8 &* 7) }
        // By pieces: byte by byte it takes longer than a test may wait in an unoptimised build.
        var pattern: [UInt8] = []
        pattern.reserveCapacity(330 * piece.count)
        for _ in 0..<330 {
            pattern += piece
        }
        return pattern
    }()

    private func body(_ count: Int) -> ArraySlice<UInt8> { Self.pattern[..<count] }

    private func route(_ upstream: ScriptedUpstream, idle: UInt32 = 60_000) -> ProxyRoute {
        var settings = ProxySettings()
        settings.splices = true
        settings.idleTimeout = idle
        return .on(port, .of("blue", weight: 1, upstream.port), settings: settings)
    }

    /// Answers each request with a body, after having read the request's own.
    private func echoing(_ counts: Int...) -> ScriptedUpstream {
        ScriptedUpstream { upstream, socket, _ in
            for count in counts {
                guard let head = socket.receive(through: "\r\n\r\n"),
                    let received = socket.receive(count: contentLength(of: head))
                else {
                    return
                }
                upstream.record(received == Array(self.body(received.count)) ? "whole" : "mixed up")
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n")
                socket.send(Array(self.body(count)))
            }
            _ = socket.receive(count: 1)
        }
    }

    private var descriptors: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    }

    private var descriptorNames: [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return all.compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
        }.sorted()
    }

    @Test func bodiesArriveAsTheyWereAndTheConnectionsServeOn() throws {
        let sizes = [3 << 20, 65_536, 70_000, 100, 1 << 20]
        let upstream = ScriptedUpstream { upstream, socket, _ in
            for size in sizes {
                guard let head = socket.receive(through: "\r\n\r\n") else { return }
                let received = socket.receive(count: contentLength(of: head))
                upstream.record(received == Array(self.body(size)) ? "whole" : "mixed up")
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
                socket.send(Array(self.body(size)))
            }
            _ = socket.receive(count: 1)
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(route(upstream))
        let socket = try #require(TestSocket(port: port))
        for size in sizes {
            Thread.detachNewThread {
                socket.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: \(size)\r\n\r\n")
                socket.send(Array(self.body(size)))
            }
            let head = try #require(socket.receive(through: "\r\n\r\n"))
            #expect(contentLength(of: head) == size)
            #expect(socket.receive(count: size) == Array(body(size)))
        }
        #expect(upstream.requests == sizes.map { _ in "whole" })
        #expect(upstream.connectionCount == 1)
        let stats = try proxy.settled("blue-0")
        let total = UInt64(sizes.reduce(0, +))
        #expect(stats.bytesToClients > total && stats.bytesToClients < total + 1_000)
        #expect(stats.bytesFromClients > total && stats.bytesFromClients < total + 2_000)
    }

    @Test func aSlowReaderHoldsTheInstanceBack() throws {
        let total = 20 << 20
        let upstream = echoing(total)
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(route(upstream))
        let socket = try #require(TestSocket(port: port, receiveBuffer: 16_384))
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try #require(socket.receive(through: "\r\n\r\n"))
        var before: UInt64 = 1
        var after: UInt64 = 0
        while before != after {
            before = try proxy.backend("blue-0").bytesToClients
            for _ in 0..<200 { _ = try proxy.client.hello() }
            after = try proxy.backend("blue-0").bytesToClients
        }
        #expect(after < 14 << 20)
        #expect(socket.receive(count: total) == Array(body(total)))
        #expect(try proxy.settled("blue-0").failures.total == 0)
    }

    @Test func aTruncatedBodyNeverLooksWhole() throws {
        let upstream = ScriptedUpstream { _, socket, _ in
            _ = socket.receive(through: "\r\n\r\n")
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            socket.send(Array(self.body(500_000)))
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(route(upstream))
        let socket = try #require(TestSocket(port: port))
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try #require(socket.receive(through: "\r\n\r\n"))
        #expect(socket.receive(count: 1_000_000) == nil)
        #expect(try proxy.settled("blue-0").failures.closedEarly == 1)
        #expect(try proxy.client.stats().services.first?.cutShort == 1)
    }

    @Test func aBodyThatIsGivenUpLeavesNoPipeToTheNext() throws {
        let size = 4 << 20
        let upstream = ScriptedUpstream { _, socket, _ in
            guard let head = socket.receive(through: "\r\n\r\n") else { return }
            if head.hasPrefix("POST") {
                socket.send("HTTP/1.1 413 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            }
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            socket.send(Array(self.body(size)))
            _ = socket.receive(count: 1)
        }
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(route(upstream))
        func refusedUpload() throws {
            let socket = try #require(TestSocket(port: port))
            socket.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(size)\r\n\r\n")
            Thread.detachNewThread { socket.send(Array(self.body(size))) }
            #expect(socket.receive(through: "\r\n\r\n")?.hasPrefix("HTTP/1.1 413") == true)
            socket.hangUp()
        }
        func abortedDownload() throws {
            let socket = try #require(TestSocket(port: port, receiveBuffer: 16_384))
            socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try #require(socket.receive(through: "\r\n\r\n"))
            socket.resetOnClose()
        }
        try refusedUpload()
        try abortedDownload()
        _ = try proxy.settled("blue-0")
        let before = descriptors
        for _ in 0..<20 {
            try refusedUpload()
            try abortedDownload()
        }
        #expect(try eventually { try proxy.backend("blue-0").inFlight == 0 })
        #expect(eventually { descriptors <= before + 4 }, "\(descriptorNames)")
        let socket = try #require(TestSocket(port: port))
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try #require(socket.receive(through: "\r\n\r\n"))
        #expect(socket.receive(count: size) == Array(body(size)))
    }

    @Test func aReaderThatStandsStillIsCutAtTheIdleTimeout() throws {
        let upstream = echoing(20 << 20)
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(route(upstream, idle: 300))
        let socket = try #require(TestSocket(port: port, receiveBuffer: 16_384))
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try #require(socket.receive(through: "\r\n\r\n"))
        #expect(try proxy.settled("blue-0").failures.clientAborted == 1)
    }
}
