import ArgumentParser

@main struct CutoverBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cutover-bench",
        abstract: "Measure Cutover beside what it is to be better than.",
        subcommands: [
            ProxyBenchmark.self, SoakCommand.self, InstructionsCommand.self, OriginCommand.self,
            ForwarderCommand.self, PinnedCommand.self,
        ]
    )
}

/// A fault that ends the benchmark; the text says what to do about it.
struct BenchFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
