import CLinux
import CutoverWire
import Foundation
import Glibc
import Testing

@testable import CutoverProxy

/// Thousands of clients that keep their connection and say nothing.
@Suite(.serialized) struct IdleConnectionsTests {
    private static let count = 5_000

    /// Their memory, and that a table is replaced again and again around them while 64 others work.
    @Test func fiveThousandCostLittleAndSurviveEveryTable() throws {
        let limit = clinux_raise_descriptor_limit()
        // Each has two ends in this process; the rest is for everybody else.
        try #require(
            limit >= UInt64(2 * Self.count + 1_000),
            "\(limit) descriptors are too few for 5,000 connections: raise 'ulimit -n'"
        )
        let blue = forgetful("blue")
        let green = forgetful("green")
        let proxy = try ProxyHarness(threads: 2)
        defer {
            blue.stop()
            green.stop()
        }
        let port = freePort()
        func apply(_ round: Int) throws {
            let (live, left) = round % 2 == 0 ? (blue, green) : (green, blue)
            let names = round % 2 == 0 ? ["blue", "green"] : ["green", "blue"]
            try proxy.apply(
                .on(
                    port,
                    .of(names[0], weight: 1, live.port),
                    .of(names[1], weight: 0, left.port, isDraining: true)
                )
            )
        }
        try apply(0)
        // The first ones pay for what all share.
        let first = try IdleCrowd(port: port, count: 500)
        let before = residentBytes()
        let crowd = try IdleCrowd(port: port, count: Self.count)
        let each = Double(residentBytes() - before) / Double(Self.count)
        print("LIFE cutover: an idle connection costs \(Int(each.rounded(.up))) bytes")
        #expect(each <= 256)
        #expect(try connectionsOpen(proxy) == UInt64(500 + Self.count))

        let load = LoadClients(port: port, clients: 64)
        for round in 1...20 {
            let before = load.counts.total
            try apply(round)
            #expect(eventually { load.counts.total > before + 128 })
        }
        #expect(load.stop().failures == [])
        #expect(try connectionsOpen(proxy) >= UInt64(500 + Self.count))
        #expect(first.answered == 500)
        #expect(crowd.answered == Self.count)
    }

    /// Answers, and keeps nothing in mind: the memory is to be the proxy's.
    private func forgetful(_ name: String) -> ScriptedUpstream {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: \(name.utf8.count)\r\n\r\n\(name)"
        return ScriptedUpstream { _, socket, _ in
            while socket.receive(through: "\r\n\r\n") != nil, socket.send(answer) {}
        }
    }

    private func connectionsOpen(_ proxy: ProxyHarness) throws -> UInt64 {
        try #require(try proxy.client.stats().services.first).connectionsOpen
    }
}

/// Connections that have had one answer each; bare descriptors, so that they cost no memory here.
private final class IdleCrowd {
    private var descriptors: [Int32] = []
    private let request = Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
    private var answer = [UInt8](repeating: 0, count: 4_096)

    init(port: UInt16, count: Int) throws {
        descriptors.reserveCapacity(count)
        for _ in 0..<count {
            var descriptor: Int32 = -1
            try #require(clinux_connect_ipv4(0x7f00_0001, port, &descriptor) >= 0)
            descriptors.append(descriptor)
            try #require(isAnswered(descriptor))
        }
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }

    /// How many of them get an answer to another request.
    var answered: Int { descriptors.count(where: isAnswered) }

    private func isAnswered(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&entry, 1, 10_000) > 0, send(descriptor, request, request.count, 0) > 0 else {
            return false
        }
        entry.events = Int16(POLLIN)
        guard poll(&entry, 1, 10_000) > 0 else { return false }
        let count = recv(descriptor, &answer, answer.count, 0)
        return count > 12 && answer[9..<12] == [0x32, 0x30, 0x30]
    }
}
