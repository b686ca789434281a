import CutoverWire
import Glibc

/// A proxy with a control socket of its own, in front of two origins that take turns.
struct SwitchedProxy {
    let process: ChildProcess
    let client: ProxyClient
    let port: UInt16
    private let origins: [UInt16]
    /// What the origins had been asked before there was a proxy.
    private let before: OriginCounts

    /// The letters of the origins' bodies.
    static let marks: [UInt8] = [UInt8(ascii: "a"), UInt8(ascii: "b")]

    /// Starts all of it, with every request going to the first origin.
    init(on stage: Stage, threads: Int) throws(BenchFault) {
        origins = [try stage.startOrigin(mark: "a"), try stage.startOrigin(mark: "b")]
        before = try OriginCounts(of: origins)
        port = try stage.takePort()
        let socket = "\(stage.directory)/control"
        process = try stage.run(
            [
                stage.cutover, "proxy", "--control", socket, "--table", "\(socket).table",
                "--threads", "\(threads)",
            ],
            on: stage.processors.subject
        )
        client = ProxyClient(socketPath: socket)
        try awaitControl()
        try turn(0)
    }

    /// Sends every request from here on to the origin whose turn it is; turns count from 0.
    ///
    /// The table is the one that an engine makes behind a promotion: the other origin has no weight
    /// and drains, for as long as its turn does not come again.
    func turn(_ number: Int) throws(BenchFault) {
        let live = number % 2
        let sides = [live, 1 - live].map { index in
            let name = ["blue", "green"][index]
            let backend = ProxyBackend(
                key: name,
                address: .ipv4(host: "127.0.0.1", port: origins[index]),
                isDraining: index != live
            )
            return ProxySide(
                name: name,
                release: name,
                weight: index == live ? 100 : 0,
                backends: [backend]
            )
        }
        var settings = ProxySettings()
        settings.upgrades = ["echo"]
        let route = ProxyRoute(
            service: "bench",
            listen: .ipv4(host: "127.0.0.1", port: port),
            sides: sides,
            settings: settings
        )
        let table = ProxyTable(generation: UInt64(number) + 1, epoch: 1, routes: [route])
        do throws(ProxyClientError) {
            try client.apply(table)
        } catch {
            throw BenchFault("the proxy took no table: \(error)")
        }
    }

    /// What the proxy counted.
    func stats() throws(BenchFault) -> ProxyServiceStats {
        do throws(ProxyClientError) {
            if let service = try client.stats().services.first { return service }
        } catch {
            throw BenchFault("the proxy told no counts: \(error)")
        }
        throw BenchFault("the proxy knows no service")
    }

    /// What it counted when no request is in flight any more: a client has its response a moment
    /// before the proxy counts the request as over.
    func settledStats() throws(BenchFault) -> ProxyServiceStats {
        for _ in 0..<100 {
            let stats = try stats()
            if stats.backends.allSatisfy({ $0.inFlight == 0 }) { return stats }
            usleep(50_000)
        }
        throw BenchFault("requests are in flight although no client waits for one")
    }

    /// What both origins were asked since it started, by their own count.
    func served() throws(BenchFault) -> OriginCounts {
        try OriginCounts(of: origins) - before
    }

    func end() {
        try? client.shutdown(graceMilliseconds: 0, epoch: 1)
        process.end()
    }

    private func awaitControl() throws(BenchFault) {
        let deadline = ContinuousClock.now + .seconds(10)
        while !process.hasEnded(), ContinuousClock.now < deadline {
            if (try? client.hello()) != nil { return }
            usleep(10_000)
        }
        throw BenchFault("the proxy to be switched does not answer: \(process.output)")
    }
}
