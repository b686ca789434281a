import CutoverTestSupport
import Foundation
import Glibc
import Testing

@testable import CutoverDrivers
@testable import CutoverWire

/// A connection that comes while no proxy runs waits for the next one.
@Suite struct KeptListenersTests {
    /// A program that can be broken and mended, in the place of the proxy's.
    private struct Program {
        let bench: RouterBench
        var path: String { bench.directory.file("program") }

        func becomes(_ target: String) throws {
            let next = bench.directory.file("next")
            try FileManager.default.createSymbolicLink(atPath: next, withDestinationPath: target)
            try #require(rename(next, path) == 0)
        }
    }

    @Test(arguments: [(1, 1), (2, 2), (1, 2), (2, 1)]) func aConnectionWaitsForTheNextProxy(
        before: Int,
        after: Int
    ) async throws {
        let bench = try RouterBench()
        let server = try await CannedServer.start(status: "200 OK")
        let program = Program(bench: bench)
        try program.becomes(RouterBench.executable)
        // As an engine that ends: it starts no other proxy.
        var former: EmbeddedRouter? = bench.router(threads: before)
        let first = try #require(try await former?.start())
        try await former?.apply(bench.table(1, server.address))
        former = nil
        let router = bench.router(executable: program.path, threads: after)
        #expect(try await router.start().processID == first.processID)

        try program.becomes("/nowhere/cutover")
        kill(first.processID, SIGKILL)
        var events = router.events.makeAsyncIterator()
        #expect(await events.next() == .exited(.signalled(SIGKILL)))
        guard case .restartFailed = await events.next() else {
            Issue.record("a program that is not there was started")
            return
        }
        let waiting = (0..<8).map { _ in Task { await bench.request() } }
        try await waitUntil("the requests to be in the queues") {
            try connections(to: bench.port) == 8
        }
        try program.becomes(RouterBench.executable)
        while case .restartFailed = await events.next() {}
        for request in waiting {
            #expect(await request.value == "200")
        }
        // A socket that was left there would listen for nobody.
        let second = try await router.status().processID
        let input = "/proc/\(second)/fd/0"
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: input) == "/dev/null")
        #expect(try await router.stats().services.first?.backends.first?.requests == 8)
        try await router.stop(grace: .zero)
        #expect(await bench.request() == "connection refused")
    }

    /// Established connections of clients to a port of 127.0.0.1.
    private func connections(to port: UInt16) throws -> Int {
        let wanted = String(format: "0100007F:%04X", Int(port))
        let bytes = try readFile("/proc/net/tcp", limit: 1 << 26)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            .count { line in
                let words = line.split(separator: " ")
                return words.count > 3 && words[2] == wanted && words[3] == "01"
            }
    }

    @Test func whatIsKeptFollowsTheTable() async throws {
        let bench = try RouterBench()
        let server = try await CannedServer.start(status: "200 OK")
        let router = bench.router()
        _ = try await router.start()
        #expect(await router.kept?.addresses == [])
        try await router.apply(bench.table(1, server.address))
        #expect(await router.kept?.addresses == [bench.listen])
        var moved = bench.table(2, server.address)
        moved.routes[0].listen = .ipv4(host: "127.0.0.1", port: try Listener().port)
        try await router.apply(moved)
        #expect(await router.kept?.addresses == moved.addresses)
        #expect(await bench.request() == "connection refused")
        try await router.stop(grace: .zero)
        #expect(await router.kept == nil)
    }

    /// What cannot be kept is not asked for with each look at the counts.
    @Test func oneOfTheQueuesOfAnAddressIsEnough() async throws {
        let bench = try RouterBench()
        let server = try await CannedServer.start(status: "200 OK")
        let router = bench.router(threads: 3)
        await router.keep(atMost: 1)
        let first = try await router.start()
        try await router.apply(bench.table(1, server.address))
        #expect(await router.kept?.count == 1)
        #expect(await router.kept?.addresses == [bench.listen])
        #expect(await router.keepFault?.hasPrefix("of 3 listening sockets only 1") == true)
        let attempts = await router.keepAttempts
        _ = try await router.stats()
        try await router.apply(bench.table(2, server.address))
        #expect(await router.keepAttempts == attempts)

        kill(first.processID, SIGKILL)
        var events = router.events.makeAsyncIterator()
        #expect(await events.next() == .exited(.signalled(SIGKILL)))
        guard case .restarted = await events.next() else {
            Issue.record("not restarted")
            return
        }
        #expect(await bench.request() == "200")
        // The proxy has a queue for each thread again.
        #expect(await router.keepFault?.hasPrefix("of 3 listening sockets only 1") == true)
        try await router.stop(grace: .zero)
    }

    /// The proxy serves the table, and cannot say that it is durable.
    @Test(arguments: [false, true]) func whatIsKeptFollowsATableThatIsNotSettled(
        isFirst: Bool
    ) async throws {
        let bench = try RouterBench()
        let router = bench.router()
        _ = try await router.start()
        let instance = SocketAddress.ipv4(host: "127.0.0.1", port: 9)
        let path = await router.program.tablePath
        if !isFirst {
            try await router.apply(bench.table(1, instance))
            try FileManager.default.removeItem(atPath: path)
        }
        try FileManager.default.createDirectory(
            atPath: path + "/full",
            withIntermediateDirectories: true
        )
        var moved = bench.table(2, instance)
        moved.routes[0].listen = .ipv4(host: "127.0.0.1", port: try Listener().port)
        do throws(DriverError) {
            try await router.apply(moved)
            Issue.record("a directory was replaced")
        } catch {
            #expect(error.mayHaveBeenApplied)
        }
        _ = try await router.stats()
        #expect(await router.kept?.addresses == moved.addresses)
        try await router.stop(grace: .zero)
    }

    /// Twice it is tried with the sockets, whose addresses nobody else can have until they are
    /// closed.
    @Test func aProxyThatDoesNotTakeTheSocketsIsReplaced() async throws {
        let bench = try RouterBench()
        let server = try await CannedServer.start(status: "200 OK")
        let (path, runs) = (bench.directory.file("program"), bench.directory.file("runs"))
        let script = """
            #!/bin/sh
            echo x >> \(runs)
            case "$*" in *--inherit-listeners*) exec sleep 60 </dev/null ;; esac
            exec \(RouterBench.executable) "$@"
            """
        try script.write(toFile: path, atomically: true, encoding: .utf8)
        try #require(chmod(path, 0o700) == 0)
        let router = bench.router(executable: path)
        let first = try await router.start()
        try await router.apply(bench.table(1, server.address))
        kill(first.processID, SIGKILL)
        var events = router.events.makeAsyncIterator()
        #expect(await events.next() == .exited(.signalled(SIGKILL)))
        guard case .restarted(let second) = await events.next() else {
            Issue.record("not restarted")
            return
        }
        #expect(try String(contentsOfFile: runs, encoding: .utf8).count == 2 * 4)
        #expect(second.generation == 1)
        #expect(await bench.request() == "200")
        #expect(await router.kept?.addresses == [bench.listen])
        try await router.stop(grace: .zero)
    }

    @Test func nothingIsKeptWhileTheProcessIsSuspended() async throws {
        let bench = try RouterBench()
        let router = bench.router()
        let proxy = try await router.start()
        try await router.apply(bench.table(1, .ipv4(host: "127.0.0.1", port: 9)))
        await router.suspend()
        _ = try await router.stats()
        #expect(await router.kept == nil)
        await router.resume()
        #expect(await router.kept?.addresses == [bench.listen])
        #expect(try await router.status().processID == proxy.processID)
        try await router.stop(grace: .zero)
    }
}
