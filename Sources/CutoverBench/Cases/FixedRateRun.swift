import Foundation

/// Interleaved rounds of h2load at a fixed rate, which it sends in bursts of one request for each
/// connection.
struct FixedRateRun {
    let stage: Stage
    let rate: Int
    let rounds: Int
    let seconds: Int

    private static let connections = 20

    func measure(_ peers: [Peer], into result: inout CaseResult) throws(BenchFault) {
        for peer in peers {
            _ = try round(peer, seconds: 1)
        }
        for number in 0..<rounds {
            for peer in Rounds.order(peers, round: number) {
                let reading = try round(peer, seconds: seconds)
                let log = reading.log
                let wanted = rate * seconds
                var complaints: [String] = []
                if log.failures > 0 { complaints.append("\(log.failures) requests failed") }
                if log.latencies.count < wanted * 9 / 10 {
                    complaints.append("\(log.latencies.count) of \(wanted) requests were sent")
                }
                for complaint in complaints {
                    result.notes.append("round \(number + 1), \(peer.title): \(complaint)")
                }
                let isValid = complaints.isEmpty
                result.add(isValid ? reading.cpu : nil, peer, .cpu)
                result.add(isValid ? percentile(0.5, of: log.latencies) : nil, peer, .p50)
                result.add(isValid ? percentile(0.99, of: log.latencies) : nil, peer, .p99)
            }
        }
    }

    private func round(
        _ peer: Peer,
        seconds: Int
    ) throws(BenchFault) -> (cpu: Double, log: H2LoadLog) {
        guard let subject = stage.subjects[peer] else { throw BenchFault("\(peer.title) is down") }
        let path = "\(stage.directory)/h2load.log"
        try? FileManager.default.removeItem(atPath: path)
        let process = subject.process.processID
        let before = ProcessFamily.processorTime(of: process)
        let text = try stage.load(
            [
                "h2load", "--h1", "-t1", "-c\(Self.connections)",
                "--rps=\(rate / Self.connections)", "-D\(seconds)", "--log-file=\(path)",
                "http://127.0.0.1:\(subject.port)/",
            ],
            atMost: .seconds(seconds + 30)
        )
        let time = ProcessFamily.processorTime(of: process) - before
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw BenchFault("h2load against \(peer.title) wrote no log: \(text)")
        }
        let log = H2LoadLog(String(decoding: bytes, as: UTF8.self))
        return (time / Double(max(log.latencies.count, 1)), log)
    }
}
