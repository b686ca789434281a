import CLinux
import CutoverWire
import Glibc

/// Switches between two origins under load, over the control socket of a proxy of their own.
struct SwitchRun {
    let stage: Stage
    let switches: Int

    private static let connections = 32
    private static let marks: [UInt8] = [UInt8(ascii: "a"), UInt8(ascii: "b")]

    func measure(into result: inout CaseResult) throws(BenchFault) {
        let origins = [try stage.startOrigin(mark: "a"), try stage.startOrigin(mark: "b")]
        let port = try stage.takePort()
        let socket = "\(stage.directory)/control"
        let proxy = try stage.run(
            [
                stage.cutover, "proxy", "--control", socket, "--table", "\(socket).table",
                "--threads", "1",
            ],
            on: stage.processors.subject
        )
        defer { proxy.end() }
        let client = ProxyClient(socketPath: socket)
        try awaitControl(client, proxy)
        try apply(client, generation: 1, port: port, origins: origins)
        let load = SwitchLoad(
            port: port,
            connections: Self.connections,
            processor: stage.processors.load
        )
        var made: [SwitchTimeline.Switch] = []
        for number in 1...switches {
            // A pace at which each one's traces are gone before the next.
            usleep(150_000)
            let called = clinux_monotonic()
            try apply(client, generation: UInt64(number) + 1, port: port, origins: origins)
            made.append(
                SwitchTimeline.Switch(
                    called: called,
                    answered: clinux_monotonic(),
                    mark: Self.marks[number % 2]
                )
            )
        }
        usleep(150_000)
        let record = load.stop()
        try? client.shutdown(graceMilliseconds: 0, epoch: 1)
        report(made, record, into: &result)
    }

    private func report(
        _ switches: [SwitchTimeline.Switch],
        _ record: SwitchLoad.Record,
        into result: inout CaseResult
    ) {
        let effects = SwitchTimeline.effects(of: switches, on: record.responses)
        for effect in effects {
            result.add(effect.firstResponse, .cutover, .firstResponse)
            result.add(effect.addedLatency, .cutover, .addedLatency)
            result.add(Double(effect.late), .cutover, .late)
        }
        result.add(Double(record.failures), .cutover, .failures)
        let silent = effects.count { $0.firstResponse == nil }
        if silent > 0 { result.notes.append("\(silent) switches had no response of the new side") }
        let total = record.responses.count + record.failures
        result.notes.append("\(switches.count) switches, \(Double(total).figure(0)) requests")
    }

    private func apply(
        _ client: ProxyClient,
        generation: UInt64,
        port: UInt16,
        origins: [UInt16]
    ) throws(BenchFault) {
        let live = Int(generation + 1) % 2
        let sides = origins.enumerated().map { index, origin in
            let name = ["blue", "green"][index]
            let address = SocketAddress.ipv4(host: "127.0.0.1", port: origin)
            return ProxySide(
                name: name,
                release: name,
                weight: index == live ? 100 : 0,
                backends: [ProxyBackend(key: name, address: address)]
            )
        }
        let route = ProxyRoute(
            service: "bench",
            listen: .ipv4(host: "127.0.0.1", port: port),
            sides: sides
        )
        do throws(ProxyClientError) {
            try client.apply(ProxyTable(generation: generation, epoch: 1, routes: [route]))
        } catch {
            throw BenchFault("the proxy took no table: \(error)")
        }
    }

    private func awaitControl(
        _ client: ProxyClient,
        _ proxy: ChildProcess
    ) throws(BenchFault) {
        let deadline = ContinuousClock.now + .seconds(10)
        while !proxy.hasEnded(), ContinuousClock.now < deadline {
            if (try? client.hello()) != nil { return }
            usleep(10_000)
        }
        throw BenchFault("the proxy to be switched does not answer: \(proxy.output)")
    }
}
