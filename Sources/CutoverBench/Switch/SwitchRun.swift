import CLinux
import Glibc

/// Switches between two origins under load, over the control socket of a proxy of their own.
struct SwitchRun {
    let stage: Stage
    let switches: Int

    private static let connections = 32
    /// Held from before the first switch until behind the last one.
    private static let tunnels = 8

    func measure(into result: inout CaseResult) throws(BenchFault) {
        let proxy = try SwitchedProxy(on: stage, threads: 1)
        defer { proxy.end() }
        let tunnels = try openTunnels(proxy)
        let load = SwitchLoad(
            port: proxy.port,
            connections: Self.connections,
            processor: stage.processors.load
        )
        var made: [SwitchTimeline.Switch] = []
        for number in 1...switches {
            // A pace at which each one's traces are gone before the next.
            usleep(150_000)
            let called = clinux_monotonic()
            try proxy.turn(number)
            made.append(
                SwitchTimeline.Switch(
                    called: called,
                    answered: clinux_monotonic(),
                    mark: SwitchedProxy.marks[number % 2]
                )
            )
        }
        usleep(150_000)
        let record = try load.stop()
        let held = tunnels.stop()
        // Behind the last request, so that nothing is on its way to an origin.
        _ = try proxy.settledStats()
        report(made, record, into: &result)
        report(record.sent, held, try proxy.served(), into: &result)
    }

    private func openTunnels(_ proxy: SwitchedProxy) throws(BenchFault) -> SoakLoad {
        let load = SoakLoad(port: proxy.port, clients: Self.tunnels, kinds: [.tunnel])
        for _ in 0..<500 {
            if load.current.echoes >= Self.tunnels { return load }
            usleep(20_000)
        }
        let failures = load.stop().failures
        throw BenchFault("the tunnels do not come up: \(failures)")
    }

    private func report(
        _ switches: [SwitchTimeline.Switch],
        _ record: SwitchLoad.Record,
        into result: inout CaseResult
    ) {
        let effects = SwitchTimeline.effects(of: switches, on: record.responses)
        for (change, effect) in zip(switches, effects) {
            result.add(effect.firstResponse, .cutover, .firstResponse)
            result.add(change.answeredAfter, .cutover, .applyAnswered)
            result.add(effect.addedLatency, .cutover, .addedLatency)
            result.add(Double(effect.late), .cutover, .late)
        }
        result.add(Double(record.failures), .cutover, .failures)
        let silent = effects.count { $0.firstResponse == nil }
        if silent > 0 { result.notes.append("\(silent) switches had no response of the new side") }
        let total = record.responses.count + record.failures
        result.notes.append("\(switches.count) switches, \(Double(total).figure(0)) requests")
        if let slowest = SwitchTimeline.slowest(of: effects),
            let response = effects[slowest].firstResponse
        {
            result.notes.append(
                "the slowest first response, \(response.figure(2)) ms, was that of switch "
                    + "\(slowest + 1), whose `apply` answered after "
                    + "\(switches[slowest].answeredAfter.figure(2)) ms"
            )
        }
    }

    private func report(
        _ sent: OriginCounts,
        _ tunnels: SoakLoad.Counts,
        _ served: OriginCounts,
        into result: inout CaseResult
    ) {
        // Where no request failed, every one that was sent once is at an origin once.
        result.add(Double(max(0, served.posts - sent.posts)), .cutover, .duplicatedPosts)
        result.add(Double(tunnels.failed), .cutover, .tunnelsCut)
        let requests = sent.requests + tunnels.requests
        for (what, clients, origins) in [
            ("requests", requests, served.requests), ("POSTs", sent.posts, served.posts),
        ] {
            let tally = SoakTally(what: what, clients: clients, other: "origins", counted: origins)
            result.notes.append(tally.line)
        }
        result.notes.append("\(tunnels.tunnels) tunnels, \(tunnels.echoes) messages through them")
        for (failure, count) in tunnels.failures.sorted(by: { $0.key < $1.key }) {
            result.notes.append("\(count) times: \(failure)")
        }
    }
}
