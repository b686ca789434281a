import ArgumentParser
import Foundation
import Glibc

struct ProxyBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxy",
        abstract: "Measure the data plane beside nginx, HAProxy and a bare C forwarder.",
        discussion: """
            Everything runs on this machine's loopback: the proxies on one processor, the load and \
            the origin on another. Rounds take the proxies in turn, there and back; every ratio is \
            the median of ratios within one round. Run it on a machine that does nothing else: a \
            build beside it makes its figures worthless.
            """
    )

    @Option(help: ArgumentHelp("Measure this case only; may be repeated.", valueName: "name"))
    var `case`: [String] = []

    @Flag(help: "List the cases.")
    var list = false

    @Option(help: "Rounds of each case.")
    var rounds = 7

    @Option(help: "Seconds of each round; twice that at fixed rates.")
    var seconds = 1

    @Option(help: "Switches under load.")
    var switches = 100

    @Option(help: "Write every reading to this file.")
    var json: String?

    @Option(help: "The program under test. (default: cutover beside this one)")
    var cutover: String?

    func validate() throws {
        guard (1...1_000).contains(rounds), (1...60).contains(seconds),
            (1...10_000).contains(switches)
        else { throw ValidationError("--rounds, --seconds or --switches is out of range") }
        let known = BenchCase.all.map(\.name)
        for name in `case` where !known.contains(name) {
            throw ValidationError("there is no case '\(name)'; --list shows them")
        }
    }

    func run() throws {
        StandardOutput.flushLines()
        if list {
            for one in BenchCase.all { print("\(one.name)\t\(one.title)") }
            return
        }
        try Stage.with(cutover: cutover) { stage in try measure(on: stage) }
    }

    private func measure(on stage: Stage) throws {
        let wanted = BenchCase.all.filter { `case`.isEmpty || `case`.contains($0.name) }
        let peers = Set(wanted.flatMap(\.peers))
        try stage.start(Peer.allCases.filter(peers.contains))
        print(Surroundings.text(of: stage))
        let run = BenchRun(stage: stage, rounds: rounds, seconds: seconds, switches: switches)
        var results: [CaseResult] = []
        for one in wanted {
            let result = try run.measure(one)
            print(CaseReport(result: result, goals: one.goals).text, terminator: "")
            results.append(result)
            guard !StandardOutput.isBroken else { throw BenchFault("nobody reads the output") }
        }
        print(Summary(results: results, cases: wanted).text, terminator: "")
        if let json { try write(results, to: json) }
    }

    private func write(_ results: [CaseResult], to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(results).write(to: URL(filePath: path))
    }
}
