import ArgumentParser
import CutoverCore
import CutoverEngine
import Dispatch
import Foundation

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract:
            "Run the engine without a terminal, until SIGTERM. Instances and traffic outlive it.",
        discussion: "The journal goes to standard error while it runs."
    )

    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let project = try project.load()
        let host = try await EngineHost.start(project)
        print(
            "project \(project.configuration.project): the engine runs as process "
                + "\(ProcessInfo.processInfo.processIdentifier); \(project.stateDirectory) holds "
                + "its state, engine.log and the logs of instances"
        )
        let (stops, continuation) = AsyncStream.makeStream(of: Void.self)
        let signals = StopSignals { continuation.yield() }
        let telling = Task {
            await Self.tellJournal(of: host)
            // Another process had it stopped.
            continuation.yield()
        }
        for await _ in stops { break }
        signals.cancel()
        telling.cancel()
        await host.stop()
    }

    /// Prints what happens from here until the engine ends.
    private static func tellJournal(of host: EngineHost) async {
        let queue = DispatchQueue(label: "cutover.journal")
        var journal = JournalText(limit: 0)
        for await snapshot in host.snapshots() {
            let lines = journal.lines(of: snapshot)
            guard !lines.isEmpty else { continue }
            // Whoever reads it may be slow: then newer snapshots replace each other, and no thread
            // of the engine's waits.
            await withCheckedContinuation { written in
                queue.async {
                    for line in lines { tell(line) }
                    written.resume()
                }
            }
        }
    }

    private static func tell(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data("\(line)\n".utf8))
    }
}
