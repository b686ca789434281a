/// Measures cases on a stage.
struct BenchRun {
    let stage: Stage
    let options: ProxyBenchmark

    func measure(_ one: BenchCase) throws(BenchFault) -> CaseResult {
        var result = CaseResult(one)
        switch one.work {
        case .closedLoop(let load, let subject):
            let run = ClosedLoopRun(
                stage: stage,
                load: load,
                rounds: options.rounds,
                seconds: options.seconds
            )
            var peers = [subject, .nginx, .haproxy, .forwarder]
            // The forwarder dials the origin for each connection, which a proxy does not: no limit.
            if one.name == "close" { peers.removeLast() }
            if let peers = present(peers, &result) { try run.measure(peers, into: &result) }
        case .fixedRate(let rate):
            guard ProgramSearch.path(of: "h2load") != nil else {
                result.skipped = "h2load is not installed: apt install nghttp2-client"
                break
            }
            let run = FixedRateRun(
                stage: stage,
                rate: rate,
                rounds: options.rounds,
                seconds: 2 * options.seconds
            )
            let peers = present([.cutover, .nginx, .haproxy, .forwarder], &result) ?? []
            try run.measure(peers, into: &result)
        case .memory(let connections):
            let run = MemoryRun(stage: stage, connections: connections)
            let peers = present([.cutover, .nginx, .haproxy], &result) ?? []
            try run.measure(peers, into: &result)
        case .switch:
            try SwitchRun(stage: stage, switches: options.switches).measure(into: &result)
        }
        return result
    }

    /// Those that run; `nil`, and skipped with the reason, when it is the first that does not.
    private func present(_ peers: [Peer], _ result: inout CaseResult) -> [Peer]? {
        for peer in peers where stage.subjects[peer] == nil {
            let reason = stage.missing[peer] ?? "\(peer.title) does not run"
            guard peer != peers.first else {
                result.skipped = reason
                return nil
            }
            result.notes.append("\(peer.title): \(reason)")
        }
        return peers.filter { stage.subjects[$0] != nil }
    }
}
