import ArgumentParser
import Foundation

struct SoakCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak",
        abstract: "Keep the data plane under mixed load, and switch it each second.",
        discussion: """
            Clients of eight kinds count what they send and what they get; at the end the proxy's \
            own counters must say the same, to the request and to the byte, and the origins must \
            have been asked as often as the clients asked. One kind holds tunnels over all \
            switches. Ends with a failure when counts differ, when a request failed, a tunnel \
            was cut, or when memory grew.
            """
    )

    @Option(help: "How long, in minutes; fractions are fine.")
    var minutes = 10.0

    @Option(help: "Clients of each kind.")
    var clients = 4

    @Option(help: "Threads of the proxy.")
    var threads = 2

    @Option(help: "The program under test. (default: cutover beside this one)")
    var cutover: String?

    func validate() throws {
        guard (0.05...1_440).contains(minutes), (1...64).contains(clients),
            (1...64).contains(threads)
        else { throw ValidationError("--minutes, --clients or --threads is out of range") }
    }

    func run() throws {
        StandardOutput.flushLines()
        try Stage.with(cutover: cutover) { stage in try measure(on: stage) }
    }

    private func measure(on stage: Stage) throws {
        let run = SoakRun(stage: stage, minutes: minutes, clients: clients, threads: threads)
        let complaints = try run.measure()
        guard complaints.isEmpty else {
            throw BenchFault("not as promised: \(complaints.joined(separator: "; "))")
        }
        print("As promised.")
    }
}
