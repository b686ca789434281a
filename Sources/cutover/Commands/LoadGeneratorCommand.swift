import ArgumentParser
import CutoverDemo
import Foundation

struct LoadGeneratorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load-generator",
        abstract: "Send requests to a service and count what becomes of each.",
        discussion: """
            Prints one line of JSON four times a second and one at the end. Ends by itself after \
            --seconds, or as soon as nobody reads its standard output.
            """,
        shouldDisplay: false
    )

    @Option(help: "The port on 127.0.0.1.")
    var port: Int

    @Option(help: "Requests per second.")
    var rate = 200

    @Option(help: "Connections.")
    var connections = 16

    @Option(help: "The longest time to send for.")
    var seconds = 3600

    func validate() throws {
        guard (1...100_000).contains(rate), (1...1000).contains(connections),
            (1...86_400).contains(seconds)
        else { throw ValidationError("rate, connections or seconds are out of range") }
    }

    func run() async throws {
        let report = SharedLoadReport()
        let load = LoadGenerator(
            host: "127.0.0.1",
            port: port,
            rate: rate,
            connections: connections
        )
        let sending = Task { await load.run(limit: .seconds(seconds), into: report) }
        let stopping = StopSignals { sending.cancel() }
        let printing = Task {
            while !Task.isCancelled, Self.write(report.current) {
                try await Task.sleep(for: .milliseconds(250))
            }
            sending.cancel()
        }
        await sending.value
        printing.cancel()
        stopping.cancel()
        _ = Self.write(report.current)
    }

    /// Returns false when nobody reads any more.
    private static func write(_ report: LoadReport) -> Bool {
        guard var line = try? JSONEncoder().encode(report) else { return false }
        line.append(UInt8(ascii: "\n"))
        do {
            try FileHandle.standardOutput.write(contentsOf: line)
            return true
        } catch {
            return false
        }
    }
}
