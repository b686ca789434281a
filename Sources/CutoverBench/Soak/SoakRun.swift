import CLinux
import Foundation
import Glibc

/// Mixed load for minutes, with a switch each second, and what it comes to.
struct SoakRun {
    let stage: Stage
    let minutes: Double
    let clients: Int
    let threads: Int

    /// Lines of the report, at most; each is of the same length of time.
    private static let lines = 20
    /// What pools and tables may take that were not full after the first line.
    private static let memoryGrowth = 2_048.0

    /// Runs it and prints a line now and then; what was not as it has to be.
    func measure() throws(BenchFault) -> [String] {
        let proxy = try SwitchedProxy(on: stage, threads: threads)
        defer { proxy.end() }
        let load = SoakLoad(port: proxy.port, clients: clients)
        let seconds = Int((minutes * 60).rounded(.up))
        let interval = max(1, seconds / Self.lines)
        var memory: [Double] = []
        print("| seconds | requests | failed | switches | slowest switch (ms) | resident (KiB) |")
        print("|--:|--:|--:|--:|--:|--:|")
        var slowest = 0.0
        for second in 1...seconds {
            usleep(1_000_000)
            let called = clinux_monotonic()
            try proxy.turn(second)
            slowest = max(slowest, Double(clinux_monotonic() - called) / 1e6)
            guard second % interval == 0 else { continue }
            let counts = load.current
            memory.append(ProcessFamily.residentMemory(of: proxy.process.processID))
            print(
                "| \(second) | \(Double(counts.requests).figure(0)) | \(counts.failed) | \(second) "
                    + "| \(slowest.figure(1)) | \(memory[memory.count - 1].figure(0)) |"
            )
        }
        let counts = load.stop()
        return try complaints(about: counts, memory, proxy)
    }

    private func complaints(
        about counts: SoakLoad.Counts,
        _ memory: [Double],
        _ proxy: SwitchedProxy
    ) throws(BenchFault) -> [String] {
        let stats = try proxy.settledStats()
        var complaints = counts.failures.sorted { $0.key < $1.key }
            .map { "\($0.value) requests: \($0.key)" }
        for tally in SoakTally.all(counts, stats, try proxy.served()) {
            print(tally.line)
            if let complaint = tally.complaint { complaints.append(complaint) }
        }
        print("messages through tunnels: \(counts.echoes), each of which came back")
        if let first = memory.first, let last = memory.last, last - first > Self.memoryGrowth {
            complaints.append("memory grew by \((last - first).figure(0)) KiB")
        }
        return complaints
    }
}
