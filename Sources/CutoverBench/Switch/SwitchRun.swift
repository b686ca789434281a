import CLinux
import Glibc

/// Switches between two origins under load, over the control socket of a proxy of their own.
struct SwitchRun {
    let stage: Stage
    let switches: Int

    private static let connections = 32

    func measure(into result: inout CaseResult) throws(BenchFault) {
        let proxy = try SwitchedProxy(on: stage, threads: 1)
        defer { proxy.end() }
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
        report(made, load.stop(), into: &result)
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
}
