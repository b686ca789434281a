import CLinux
import CutoverTestSupport
import CutoverWire
import Foundation
import Glibc
import Testing

@testable import CutoverDrivers

/// A proxy whose clients have taken every descriptor.
@Suite struct ExhaustedProxyTests {
    @Test func theEngineIsStillHeardAndNothingSpins() async throws {
        let bench = try RouterBench()
        let limited = try bench.directory.write(
            "#!/bin/sh\nulimit -n 64\nexec \(RouterBench.executable) \"$@\"\n",
            to: "limited",
            mode: 0o700
        )
        let router = bench.router(executable: limited)
        let status = try await router.start()
        try await router.apply(bench.table(1, .ipv4(host: "127.0.0.1", port: 9)))
        let clients = try Clients(100, of: bench.listen)
        try await waitUntil("the last descriptor to be taken") {
            try openDescriptors(of: status.processID) >= 63
        }
        _ = clients
        #expect(try await router.stats().generation == 1)

        // One holds what was kept for the engine, and the other waits in the queue.
        let first = try Clients(1, of: .unix(path: bench.directory.file("proxy.sock")))
        let second = try Clients(1, of: .unix(path: bench.directory.file("proxy.sock")))
        let before = try processorTicks(of: status.processID)
        // Nothing answers: this is only the time that passes.
        second.wait(milliseconds: 1_000)
        let ticks = try processorTicks(of: status.processID) - before
        #expect(ticks < 15, "\(ticks) of 100 hundredths of a second")
        first.close()
        second.close()
        try await waitUntil("the engine to be heard again") {
            try await router.stats().generation == 1
        }
        clients.close()
        try await router.stop(grace: .zero)
    }
}

/// Connections that say nothing.
private final class Clients {
    private var descriptors: [Int32] = []

    init(_ count: Int, of address: CutoverWire.SocketAddress) throws {
        for _ in 0..<count {
            var descriptor: Int32 = -1
            switch address {
            case .ipv4(_, let port): _ = clinux_connect_ipv4(0x7f00_0001, port, &descriptor)
            case .unix(let path): _ = clinux_connect_unix(path, &descriptor)
            }
            guard descriptor >= 0 else { throw TookTooLong(description: "no connection") }
            descriptors.append(descriptor)
        }
    }

    func wait(milliseconds: Int32) {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        poll(&entries, nfds_t(entries.count), milliseconds)
    }

    func close() {
        for descriptor in descriptors { Glibc.close(descriptor) }
        descriptors = []
    }

    deinit {
        close()
    }
}

private func openDescriptors(of processID: Int32) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/\(processID)/fd").count
}

/// Hundredths of a second that a process has run.
private func processorTicks(of processID: Int32) throws -> Int {
    let bytes = try readFile("/proc/\(processID)/stat", limit: 4_096)
    let fields =
        String(decoding: bytes, as: UTF8.self).split(separator: ")").last?
        .split(separator: " ") ?? []
    return (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
}
