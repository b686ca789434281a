import CutoverWire
import Foundation
import Synchronization
import Testing

@testable import CutoverProxy

/// No connection, however fast, keeps its loop from the others, and from the control thread.
@Suite struct FairnessTests {
    private let port = freePort()

    /// More than a turn may move: a bounded number of reads, of the instance's connection once by
    /// its event and once by the client's.
    private let turnMaximum = UInt64(3 * 8 * Loop.scratchBytes)

    private func biggestTurn(
        _ bench: LoopBench,
        until end: UInt64,
        _ moved: () -> UInt64
    ) -> UInt64 {
        var before = moved()
        var biggest: UInt64 = 0
        #expect(
            bench.turns {
                let after = moved()
                biggest = max(biggest, after - before)
                before = after
                return after >= end
            }
        )
        return biggest
    }

    @Test func aTurnMovesABoundedPartOfAFastResponse() throws {
        let total = 1 << 30
        let upstream = ScriptedUpstream { upstream, socket, _ in
            _ = upstream.readRequest(socket)
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            let piece = [UInt8](repeating: 0x61, count: 1 << 20)
            while socket.send(piece) {}
        }
        defer { upstream.stop() }
        let bench = try LoopBench()
        try bench.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let client = try #require(TestSocket(port: port))
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        let reader = Reader(client)
        let biggest = biggestTurn(bench, until: UInt64(total / 2)) {
            bench.service.backends[0].bytesToClients
        }
        #expect(biggest <= turnMaximum)
        #expect(bench.loop.slab.count > 0)
        reader.stop()
    }

    @Test func aTurnMovesABoundedPartOfAFastUpload() throws {
        let total = 1 << 30
        let upstream = ScriptedUpstream { _, socket, _ in
            while socket.receive(count: 1 << 20) != nil {}
        }
        defer { upstream.stop() }
        let bench = try LoopBench()
        try bench.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let client = try #require(TestSocket(port: port))
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(total)\r\n\r\n")
        Thread.detachNewThread {
            let piece = [UInt8](repeating: 0x61, count: 1 << 20)
            while client.send(piece) {}
        }
        let biggest = biggestTurn(bench, until: UInt64(total / 2)) {
            bench.service.backends[0].bytesFromClients
        }
        #expect(biggest <= turnMaximum)
        client.hangUp()
    }

    @Test func aTurnMovesABoundedPartOfAFastTunnel() throws {
        let upstream = ScriptedUpstream { upstream, socket, _ in
            _ = upstream.readRequest(socket)
            socket.send(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                    + "Upgrade: websocket\r\n\r\n"
            )
            let piece = [UInt8](repeating: 0x61, count: 1 << 20)
            while socket.send(piece) {}
        }
        defer { upstream.stop() }
        let bench = try LoopBench()
        try bench.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let client = try #require(TestSocket(port: port))
        client.send(
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        )
        let reader = Reader(client)
        let biggest = biggestTurn(bench, until: 1 << 29) {
            bench.service.backends[0].bytesToClients
        }
        #expect(biggest <= turnMaximum)
        reader.stop()
    }
}

/// Reads and forgets what comes, on a thread of its own.
private final class Reader: Sendable {
    private let socket: TestSocket

    init(_ socket: TestSocket) {
        self.socket = socket
        Thread.detachNewThread {
            while socket.receive(count: 1 << 20) != nil {}
        }
    }

    func stop() {
        socket.hangUp()
    }
}
