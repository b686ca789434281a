import CLinux
import CutoverWire
import Glibc
import Testing

@testable import CutoverProxy

/// A loop that the test itself turns, so that what lies in a socket before a turn is certain.
final class LoopBench {
    var loop: Loop
    private var registry = Registry(loops: 1)
    private var generation: UInt64 = 0

    init(connectionsMaximum: Int = 64, memoryMaximum: Int = .max) throws {
        let commands = try #require(Mailbox<LoopCommand>())
        let replies = try #require(Mailbox<LoopReply>())
        // A requirement cannot hold a value that is not copied.
        guard
            let loop = Loop(
                index: 0,
                connectionsMaximum: connectionsMaximum,
                commands: commands,
                replies: replies,
                memoryMaximum: memoryMaximum
            )
        else {
            throw ProxyFault("no loop")
        }
        self.loop = loop
    }

    deinit {
        loop.closeEverything()
    }

    /// Makes routes live.
    func apply(_ routes: ProxyRoute...) throws {
        generation += 1
        let table = ProxyTable(generation: generation, epoch: 1, routes: routes)
        _ = try registry.openListeners(table, tolerating: [])
        loop.commands.post(.adopt(registry.plan(for: table), ticket: generation))
        turn()
        // Clients that say nothing are there at once: what is tested is what a loop does with them.
        var seconds: Int32 = 0
        for listener in loop.listeners {
            setsockopt(listener.descriptor, Int32(IPPROTO_TCP), TCP_DEFER_ACCEPT, &seconds, 4)
        }
    }

    /// One turn of the loop, behind a wait of at most a few milliseconds.
    func turn() {
        _ = loop.turn(waitingAtMost: 5)
    }

    /// Turns the loop until a condition holds, at most ten seconds.
    func turns(until condition: () throws -> Bool) rethrows -> Bool {
        try eventually {
            turn()
            return try condition()
        }
    }

    /// The counters of the only service.
    var service: ProxyServiceStats {
        registry.stats(generation: generation, epoch: 1).services.first
            ?? ProxyServiceStats(service: "none")
    }

    /// A WebSocket to the only instance, from the first request on: its two ends.
    ///
    /// The client has yet to read the 101.
    func openTunnel(
        _ port: UInt16,
        _ upstream: UnixUpstream
    ) throws -> (client: TestSocket, instance: TestSocket) {
        let client = try #require(TestSocket(port: port))
        client.send(
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        )
        #expect(turns { service.backends[0].requests == 1 })
        let instance = try upstream.accept()
        #expect(instance.receive(through: "\r\n\r\n") != nil)
        instance.send(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                + "Upgrade: websocket\r\n\r\n"
        )
        #expect(turns { connections(.client)[0].phase == .tunnel })
        return (client, instance)
    }

    /// Has the kernel take next to nothing for the only client, which reads nothing yet.
    func narrow() throws {
        var bytes: Int32 = 4_096
        let client = try #require(connections(.client).first)
        setsockopt(client.descriptor, SOL_SOCKET, SO_SNDBUF, &bytes, 4)
    }

    /// Brings every running deadline near, by default not into reach of a few turns.
    func expireSoon(in milliseconds: UInt32 = 20_000) {
        for index in 0..<Int32(loop.slab.highWater) where loop.slab[index].deadline != 0 {
            loop.slab[index].deadline = loop.now &+ milliseconds
        }
    }

    /// The milliseconds to the next deadline of a connection in use.
    var leastTimeLeft: UInt32 {
        let deadlines = (connections(.client) + connections(.upstream)).map(\.deadline)
        return deadlines.filter { $0 != 0 }.map { $0 &- loop.now }.min() ?? .max
    }

    /// The connections of a role.
    func connections(_ role: Connection.Role) -> [Connection] {
        (0..<Int32(loop.slab.highWater)).map { loop.slab[$0] }.filter { $0.role == role }
    }
}

/// An instance on a Unix socket, where what was sent can be read at once and as a whole.
final class UnixUpstream {
    let path: String
    private let descriptor: Int32

    /// Listens; a `backlog` is the connections beyond one that may wait to be accepted.
    init(backlog: Int32? = nil) throws {
        path = "/tmp/cutover-upstream-\(getpid())-\(freePort()).sock"
        descriptor = clinux_listen_unix(path)
        try #require(descriptor >= 0)
        if let backlog { try #require(listen(descriptor, backlog) == 0) }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// The next connection that waits.
    func accept() throws -> TestSocket {
        var address: UInt32 = 0
        let accepted = clinux_accept(descriptor, &address)
        try #require(accepted >= 0)
        var bytes: Int32 = 8 << 20
        setsockopt(accepted, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, 4)
        setsockopt(accepted, SOL_SOCKET, SO_SNDBUF, &bytes, 4)
        return TestSocket(descriptor: accepted)
    }

    /// The next connection, when it comes.
    func awaitConnection() throws -> TestSocket {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, 10_000)
        return try accept()
    }

    /// A side of this instance alone, with the key after its name: `blue-0`.
    func side(_ name: String, weight: Int = 1) -> ProxySide {
        let backend = ProxyBackend(key: name + "-0", address: .unix(path: path))
        return ProxySide(name: name, release: name, weight: weight, backends: [backend])
    }
}
