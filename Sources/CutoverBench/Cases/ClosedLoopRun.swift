/// Interleaved rounds of wrk against every subject of a case.
struct ClosedLoopRun {
    let stage: Stage
    let load: BenchCase.ClosedLoop
    let rounds: Int
    let seconds: Int

    func measure(_ peers: [Peer], into result: inout CaseResult) throws(BenchFault) {
        let script = load.isPost ? try stage.write(Self.postScript, to: "post.lua") : nil
        for peer in peers {
            _ = try round(peer, seconds: 1, script)
        }
        for number in 0..<rounds {
            for peer in Rounds.order(peers, round: number) {
                let reading = try round(peer, seconds: seconds, script)
                for complaint in reading.complaints {
                    result.notes.append("round \(number + 1), \(peer.title): \(complaint)")
                }
                let isValid = reading.complaints.isEmpty
                result.add(isValid ? reading.cpu : nil, peer, .cpu)
                result.add(isValid ? reading.rate : nil, peer, .rate)
            }
        }
    }

    private static let postScript = """
        wrk.method = "POST"
        wrk.body = string.rep("a", 10240)

        """

    /// What one run of wrk showed.
    private struct Reading {
        var cpu = 0.0
        var rate = 0.0
        var complaints: [String] = []
    }

    private func round(
        _ peer: Peer,
        seconds: Int,
        _ script: String?
    ) throws(BenchFault) -> Reading {
        guard let subject = stage.subjects[peer] else { throw BenchFault("\(peer.title) is down") }
        let command =
            ["wrk", "-t1", "-c\(load.connections)", "-d\(seconds)s", "--timeout", "10s"]
            + load.headers.flatMap { ["-H", $0] } + (script.map { ["-s", $0] } ?? [])
            + ["http://127.0.0.1:\(subject.port)\(load.path)"]
        let process = subject.process.processID
        let before = ProcessFamily.processorTime(of: process)
        let text = try stage.load(command, atMost: .seconds(seconds + 30))
        let time = ProcessFamily.processorTime(of: process) - before
        guard let report = WrkReport(text) else {
            throw BenchFault("wrk against \(peer.title) said nothing that can be read: \(text)")
        }
        guard report.requests > 0 else {
            return Reading(complaints: report.complaints + ["not one response"])
        }
        return Reading(
            cpu: time / Double(report.requests),
            rate: report.rate,
            complaints: report.complaints
        )
    }
}
