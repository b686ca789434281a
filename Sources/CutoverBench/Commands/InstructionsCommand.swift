import ArgumentParser
import Foundation

struct InstructionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "instructions",
        abstract: "Count the user-space instructions that the data plane needs for a request.",
        discussion: """
            Runs the proxy under valgrind's callgrind, which counts every instruction outside of \
            the kernel, and sends it requests over one kept connection, each when the one before \
            it is answered. Two runs, of N and of 3N requests, differ by 2N requests: start, first \
            connection and end are in both. One request at a time is the dearest way to ask: a \
            turn of the event loop serves one event, which a busy proxy shares among many.

            It takes a minute, and what else the machine does is not counted. A start can \
            differ from the next one by half a million instructions: with the default of \
            --requests that is 50 for a request, with a tenth of it 500. Ends with a failure \
            when a count is above its limit.
            """
    )

    @Option(help: "Requests of the shorter of two runs.")
    var requests = 5_000

    @Option(help: "The program under test. (default: cutover beside this one)")
    var cutover: String?

    func validate() throws {
        guard (100...100_000).contains(requests) else {
            throw ValidationError("--requests is 100 to 100000")
        }
    }

    func run() throws {
        StandardOutput.flushLines()
        try Stage.with(cutover: cutover) { stage in try measure(on: stage) }
    }

    private func measure(on stage: Stage) throws {
        let run = try InstructionRun(stage: stage, requests: requests)
        print(Surroundings.text(of: stage))
        let results = try run.measure(InstructionCase.all)
        print("\n" + InstructionReport(results: results).text, terminator: "")
        let missed = results.filter { $0.mark == .missed }
        guard missed.isEmpty else {
            throw BenchFault("above the limit: \(missed.map(\.case.title).joined(separator: ", "))")
        }
    }
}
