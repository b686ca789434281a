/// Measures cases on a stage.
struct BenchRun {
    let stage: Stage
    let rounds: Int
    /// Of each round; fixed rates get twice that.
    let seconds: Int
    let switches: Int

    func measure(_ one: BenchCase) throws(BenchFault) -> CaseResult {
        var result = CaseResult(one)
        if let tool = one.tool, ProgramSearch.path(of: tool.name) == nil {
            result.skipped = "\(tool.name) is not installed: apt install \(tool.package)"
            return result
        }
        if let subject = one.peers.first, stage.subjects[subject] == nil {
            result.skipped = stage.missing[subject] ?? "\(subject.title) does not run"
            return result
        }
        for peer in one.peers {
            if let reason = stage.missing[peer] {
                result.notes.append("\(peer.title) is not measured: \(reason)")
            }
        }
        try measure(one.work, one.peers.filter { stage.subjects[$0] != nil }, into: &result)
        return result
    }

    private func measure(
        _ work: BenchCase.Work,
        _ peers: [Peer],
        into result: inout CaseResult
    ) throws(BenchFault) {
        switch work {
        case .closedLoop(let load, _):
            try ClosedLoopRun(stage: stage, load: load, rounds: rounds, seconds: seconds)
                .measure(peers, into: &result)
        case .fixedRate(let rate):
            try FixedRateRun(stage: stage, rate: rate, rounds: rounds, seconds: 2 * seconds)
                .measure(peers, into: &result)
        case .memory(let connections):
            try MemoryRun(stage: stage, connections: connections).measure(peers, into: &result)
        case .switch:
            try SwitchRun(stage: stage, switches: switches).measure(into: &result)
        }
    }
}
