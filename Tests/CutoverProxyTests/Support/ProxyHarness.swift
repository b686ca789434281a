import CLinux
import CutoverWire
import Foundation
import Glibc
import Synchronization
import Testing

@testable import CutoverProxy

/// A proxy in this process, on its own threads and in its own directory.
final class ProxyHarness {
    let directory: String
    let client: ProxyClient
    private var generation: UInt64 = 0
    private var server: ServerThread?

    /// Starts a proxy with this many loops.
    init(threads: Int = 1) throws {
        var template = Array("/tmp/cutover-proxy-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CocoaError(.fileWriteUnknown)
        }
        let bytes = template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        directory = String(decoding: bytes, as: UTF8.self)
        client = ProxyClient(socketPath: directory + "/control", timeout: .seconds(10))
        try start(threads: threads)
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Starts a proxy in the same directory, as after an end.
    func start(threads: Int = 1) throws {
        let options = options(threads: threads)
        server = try ServerThread(ProxyServer(options))
    }

    /// Starts a proxy whose loops get this long to take a table, and whose fsync(2) is another.
    func start(
        adoptionTimeout: Duration = .seconds(10),
        sync: @escaping @Sendable (Int32) -> Int32
    ) throws {
        let options = options()
        let file = TableFile(path: options.tableFile, sync: sync)
        server = try ServerThread(
            ProxyServer(options, file: file, adoptionTimeout: adoptionTimeout)
        )
    }

    func options(threads: Int = 1) -> ProxyOptions {
        ProxyOptions(
            controlSocket: directory + "/control",
            tableFile: directory + "/table",
            threads: threads
        )
    }

    /// Ends the proxy; running requests get this long.
    ///
    /// Returns how many failed that nobody was told of.
    @discardableResult
    func stop(graceMilliseconds: UInt32 = 0) -> UInt64 {
        server?.stop(graceMilliseconds: graceMilliseconds)
        defer { server = nil }
        return server?.untoldFailures.withLock(\.self) ?? 0
    }

    /// Asks the proxy to end, so that another can be started; what is returned waits for the end.
    func release(graceMilliseconds: UInt32) -> () -> Void {
        let leaving = server
        server = nil
        leaving?.ask(graceMilliseconds: graceMilliseconds)
        return { leaving?.wait() }
    }

    /// Applies routes as the next generation.
    func apply(_ routes: ProxyRoute..., accessLog: String? = nil) throws {
        generation += 1
        try client.apply(
            ProxyTable(generation: generation, epoch: 1, routes: routes, accessLog: accessLog)
        )
    }

    /// Cuts what is in flight on a draining backend; how many requests that were.
    func cut(_ key: String) throws -> UInt64 {
        try client.cut([key], epoch: 1).count
    }

    /// The counters of one backend.
    func backend(_ key: String) throws -> ProxyBackendStats {
        let all = try client.stats().services.flatMap(\.backends)
        return all.first { $0.key == key } ?? ProxyBackendStats(key: "no backend \(key)")
    }

    /// The counters of one backend when nothing is in flight on it any more.
    ///
    /// A client has its response a moment before the proxy counts the request as over.
    func settled(_ key: String) throws -> ProxyBackendStats {
        #expect(try eventually { try backend(key).inFlight == 0 })
        return try backend(key)
    }

    /// How often the proxy answered with a status of its own.
    func refusals(_ status: UInt16) throws -> UInt64 {
        let all = try client.stats().services.flatMap(\.refusals)
        return all.filter { $0.status == status }.reduce(0) { $0 + $1.count }
    }
}

/// The thread on which a server runs.
private final class ServerThread: Sendable {
    private let stopRequests: StopRequests
    private let ended = DispatchSemaphore(value: 0)
    let untoldFailures = Mutex<UInt64>(0)

    init(_ server: ProxyServer) {
        let box = Transfer(server)
        stopRequests = box.server?.stopRequests ?? { preconditionFailure("a new box is full") }()
        Thread.detachNewThread { [self] in
            box.server?.run()
            let failures = box.server?.untoldFailures ?? 0
            untoldFailures.withLock { $0 = failures }
            box.server = nil
            ended.signal()
        }
    }

    func stop(graceMilliseconds: UInt32) {
        ask(graceMilliseconds: graceMilliseconds)
        wait()
    }

    func ask(graceMilliseconds: UInt32) {
        stopRequests.post(graceMilliseconds: graceMilliseconds)
    }

    func wait() {
        _ = ended.wait(timeout: .now() + 20)
    }

    /// Hands the server to its thread.
    private final class Transfer: @unchecked Sendable {
        // Written before the thread starts, and only by that thread from then on.
        var server: ProxyServer?

        init(_ server: ProxyServer) {
            self.server = server
        }
    }
}

/// The next candidate of `freePort`, counted from a place that differs between processes.
private let nextPort = Atomic(Int(getpid()) * 37 % 10_000)

/// A port of 127.0.0.1 that nobody listens on, and that no other call in this process gets.
///
/// It lies below the range from which the kernel takes ports for outgoing connections, so that none
/// of these can take it before the proxy does.
func freePort() -> UInt16 {
    while true {
        let port = UInt16(20_000 + nextPort.add(1, ordering: .relaxed).oldValue % 12_000)
        let descriptor = clinux_listen_ipv4(0x7f00_0001, port, 0)
        if descriptor >= 0 {
            close(descriptor)
            return port
        }
    }
}

/// Waits until a condition holds, at most ten seconds; the condition itself takes the time.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
        if try condition() {
            return true
        }
        sched_yield()
    }
    return false
}

extension ProxySide {
    /// A side of one or more instances on 127.0.0.1, with keys after its name: `blue-0`, `blue-1`,
    /// ...
    static func of(
        _ name: String,
        weight: Int,
        _ ports: UInt16...,
        isDraining: Bool = false,
        isHealthy: Bool = true
    ) -> ProxySide {
        let backends = ports.enumerated().map { index, port in
            ProxyBackend(
                key: "\(name)-\(index)",
                address: .ipv4(host: "127.0.0.1", port: port),
                isHealthy: isHealthy,
                isDraining: isDraining
            )
        }
        return ProxySide(name: name, release: name, weight: weight, backends: backends)
    }
}

extension ProxyRoute {
    /// A route on a port of 127.0.0.1.
    static func on(
        _ port: UInt16,
        preview: UInt16? = nil,
        _ sides: ProxySide...,
        previewSide: Int? = nil,
        settings: ProxySettings = ProxySettings()
    ) -> ProxyRoute {
        ProxyRoute(
            service: "web",
            listen: .ipv4(host: "127.0.0.1", port: port),
            preview: preview.map { .ipv4(host: "127.0.0.1", port: $0) },
            sides: sides,
            previewSide: previewSide,
            settings: settings
        )
    }
}
