import CutoverWire
import Foundation
import Glibc
import Synchronization

/// A proxy that the cases are played on.
protocol LifeSubject: Sendable {
    var name: String { get }

    /// Why this proxy cannot be asked a case; `nil` when it can.
    func whyNot(_ life: LifeCase) -> String?

    /// Its processes.
    var processes: [pid_t] { get }
}

extension LifeSubject {
    /// Resident memory in bytes.
    var residentBytes: Int {
        processes.reduce(0) { $0 + CutoverProxyTests.residentBytes(of: $1) }
    }

    /// Bytes that were written to files, spooled bodies among them.
    var fileBytes: Int {
        processes.reduce(0) { sum, process in
            let text = try? String(contentsOfFile: "/proc/\(process)/io", encoding: .utf8)
            let line = text?.split(separator: "\n").first { $0.hasPrefix("write_bytes:") }
            return sum + (line.flatMap { Int($0.dropFirst(12).filter(\.isNumber)) } ?? 0)
        }
    }

    /// Open descriptors.
    var descriptorCount: Int {
        processes.reduce(0) { sum, process in
            let path = "/proc/\(process)/fd"
            return sum + ((try? FileManager.default.contentsOfDirectory(atPath: path))?.count ?? 0)
        }
    }
}

/// Our own proxy, in this process, with one service for each case.
final class OwnProxy: LifeSubject {
    let name = "cutover"

    private let table: Mutex<ProxyTable>
    private let client: ProxyClient
    private let directory: String

    init(_ proxy: ProxyHarness, routes: [ProxyRoute]) throws {
        table = Mutex(ProxyTable(generation: 1, epoch: 1, routes: routes))
        client = proxy.client
        directory = proxy.directory
        try client.apply(ProxyTable(generation: 1, epoch: 1, routes: routes))
    }

    func whyNot(_ life: LifeCase) -> String? { nil }

    var processes: [pid_t] { [getpid()] }

    /// Replaces the sides of one service in the live table.
    func apply(_ service: String, _ sides: ProxySide...) throws {
        try table.withLock { table in
            guard let place = table.routes.firstIndex(where: { $0.service == service }) else {
                throw LifeDeviation("no service \(service)")
            }
            table.routes[place].sides = sides
            table.generation += 1
            try client.apply(table)
        }
    }

    /// Cuts what is in flight on a draining instance.
    func cut(_ key: String) throws -> UInt64 {
        try client.cut([key], epoch: 1).count
    }

    /// The counters of one service.
    func stats(_ service: String) throws -> ProxyServiceStats {
        let all = try client.stats().services
        guard let stats = all.first(where: { $0.service == service }) else {
            throw LifeDeviation("no counters of \(service)")
        }
        return stats
    }

    /// The route of a case.
    static func route(
        _ service: String,
        _ port: UInt16,
        _ life: LifeCase,
        to instance: UInt16
    )
        -> ProxyRoute
    {
        var settings = ProxySettings()
        settings.headTimeout = UInt32(life.timeouts.head)
        settings.connectTimeout = UInt32(life.timeouts.connect)
        settings.responseHeadTimeout = UInt32(life.timeouts.responseHead)
        settings.idleTimeout = UInt32(life.timeouts.idle)
        settings.keepAliveTimeout = UInt32(life.timeouts.keepAlive)
        settings.tunnelTimeout = UInt32(life.timeouts.tunnel)
        return ProxyRoute(
            service: service,
            listen: .ipv4(host: "127.0.0.1", port: port),
            sides: [.of(service, weight: 1, instance)],
            settings: settings
        )
    }
}
