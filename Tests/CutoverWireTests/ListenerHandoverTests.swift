import CLinux
import Foundation
import Glibc
import Testing

@testable import CutoverWire

/// Whatever a peer does, no socket is left open that nobody knows, and nobody waits beyond the
/// deadline.
@Suite struct ListenerHandoverTests {
    private let descriptor: UInt8 = 0x64
    private let end: UInt8 = 0x65
    private let peers: Peers

    init() throws {
        peers = try Peers()
    }

    @Test func allSocketsArrive() throws {
        let first = try Queue()
        let others = try [first, first].map { try Queue(sharing: $0.port) }
        let elsewhere = try Queue()
        let sent = ([first] + others + [elsewhere]).map(\.descriptor)
        #expect(ListenerHandover.send(sent, to: peers.sender, by: .now + .seconds(10)))
        let received = try #require(receive())
        defer { close(received) }
        #expect(Set(received.keys) == [first.address, elsewhere.address])
        // In the order in which they were sent.
        let queues = [first.address, elsewhere.address].flatMap { received[$0] ?? [] }
        #expect(queues.map(identity) == sent.map(identity))
    }

    @Test func whatComesWithTheEndIsClosed() throws {
        let queue = try Queue()
        send(descriptor, queue)
        send(end, queue)
        let received = try #require(receive())
        #expect(received.mapValues(\.count) == [queue.address: 1])
        close(received)
        #expect(openCount(of: queue) == 1)

        send(end, queue)
        let limit = ContinuousClock.now + .seconds(10)
        #expect(ListenerHandover.awaitConfirmation(of: peers.receiver, by: limit))
        #expect(openCount(of: queue) == 1)
    }

    @Test func noneIsTakenWhenOneIsMissing() throws {
        let queue = try Queue()
        send(descriptor, queue)
        send(descriptor, nil)
        send(end, nil)
        #expect(receive() == nil)
        #expect(openCount(of: queue) == 1)
    }

    @Test func noneIsTakenWhenOneIsOfAnotherKind() throws {
        let queue = try Queue()
        send(descriptor, queue)
        #expect(clinux_send_descriptor(peers.sender, descriptor, peers.sender) == 0)
        send(end, nil)
        #expect(receive() == nil)
        #expect(openCount(of: queue) == 1)
    }

    @Test func aSocketThatDoesNotListenIsClosedAndLeftOut() throws {
        let queue = try Queue()
        let ended = try Queue()
        shutdown(ended.descriptor, Int32(SHUT_RDWR))
        send(descriptor, ended)
        send(descriptor, queue)
        send(end, nil)
        let received = try #require(receive())
        #expect(received.mapValues(\.count) == [queue.address: 1])
        close(received)
        #expect(openCount(of: ended) == 1)
        #expect(openCount(of: queue) == 1)
    }

    @Test func noneIsTakenFromAPeerThatGoesMidway() throws {
        let queue = try Queue()
        send(descriptor, queue)
        shutdown(peers.sender, Int32(SHUT_WR))
        #expect(receive() == nil)
        #expect(openCount(of: queue) == 1)
    }

    @Test(arguments: [(4, 3, 1), (3, 2, 1), (2, 1, 1), (1, 1, 0), (0, 0, 0)])
    func eachAddressKeepsOneAsFarAsThatGoes(limit: Int, first: Int, second: Int) throws {
        let queue = try Queue()
        let others = try [queue, queue].map { try Queue(sharing: $0.port) }
        let elsewhere = try Queue()
        for sent in [queue] + others + [elsewhere] { send(descriptor, sent) }
        send(end, nil)
        let received = try #require(
            ListenerHandover.receive(from: peers.receiver, atMost: limit, by: .now + .seconds(10))
        )
        let counts = received.sockets.mapValues(\.count)
        #expect(counts == [queue.address: first, elsewhere.address: second])
        #expect(received.count == first + second && received.surplus == 4 - first - second)
        let kept = received.sockets[queue.address]?.first.flatMap(identity)
        #expect(kept == (first > 0 ? identity(queue.descriptor) : nil))
        let open = ([queue] + others + [elsewhere]).map(openCount).reduce(0, +)
        #expect(open == 4 + first + second)
        close(received.sockets)
    }

    /// The sockets block; a wait in the kernel would end with an error after these ten seconds.
    @Test func aPeerThatDoesNothingIsWaitedForUntilTheDeadline() throws {
        peers.limit(seconds: 10)
        let queue = try Queue()
        send(descriptor, queue)
        let start = ContinuousClock.now
        #expect(receive(by: start + .milliseconds(20)) == nil)
        #expect(!ListenerHandover.awaitConfirmation(of: peers.receiver, by: .now))
        // More than the socket between them holds.
        let many = Array(repeating: queue.descriptor, count: 1_000)
        #expect(!ListenerHandover.send(many, to: peers.sender, by: .now))
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(openCount(of: queue) == 1)
    }

    // MARK: - What the tests do

    private func send(_ byte: UInt8, _ queue: Queue?) {
        #expect(clinux_send_descriptor(peers.sender, byte, queue?.descriptor ?? -1) == 0)
    }

    private func receive(
        atMost limit: Int = 100,
        by deadline: ContinuousClock.Instant = .now + .seconds(10)
    ) -> [SocketAddress: [Int32]]? {
        ListenerHandover.receive(from: peers.receiver, atMost: limit, by: deadline)?.sockets
    }

    private func close(_ received: [SocketAddress: [Int32]]) {
        for descriptor in received.values.joined() { Glibc.close(descriptor) }
    }

    /// Which socket a descriptor of this process stands for.
    private func identity(_ descriptor: Int32) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
    }

    /// How many descriptors of this process stand for a socket.
    private func openCount(of queue: Queue) -> Int {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        let wanted = identity(queue.descriptor)
        return all.count { Int32($0).flatMap(identity) == wanted }
    }
}

/// Two ends of a Unix socket that block.
private final class Peers: Sendable {
    let sender: Int32
    let receiver: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        try #require(socketpair(AF_UNIX, kind, 0, &ends) == 0)
        (sender, receiver) = (ends[0], ends[1])
    }

    deinit {
        close(sender)
        close(receiver)
    }

    /// The most that the kernel waits in one call.
    func limit(seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(sender, SOL_SOCKET, SO_SNDTIMEO, &time, size)
        setsockopt(receiver, SOL_SOCKET, SO_RCVTIMEO, &time, size)
    }
}

/// A listening socket of 127.0.0.1.
private final class Queue: Sendable {
    let descriptor: Int32
    let port: UInt16
    var address: SocketAddress { .ipv4(host: "127.0.0.1", port: port) }

    init(sharing port: UInt16 = 0) throws {
        descriptor = clinux_listen_ipv4(0x7f00_0001, port, 1)
        self.port = UInt16(clamping: clinux_local_port(descriptor))
        try #require(self.port > 0)
    }

    deinit {
        close(descriptor)
    }
}
