import ArgumentParser
import CutoverEngine

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract:
            "Run the engine without a terminal, until SIGTERM. Instances and traffic outlive it."
    )

    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let host = try await EngineHost.start(project.load())
        let (stops, continuation) = AsyncStream.makeStream(of: Void.self)
        let signals = StopSignals { continuation.yield() }
        for await _ in stops { break }
        signals.cancel()
        await host.stop()
    }
}
