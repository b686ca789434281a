import ArgumentParser
import CutoverProxy

struct ProxyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxy",
        abstract: "Run the data plane. The engine starts it; it survives the dashboard."
    )

    @Option(help: "The Unix socket that the engine controls it through.")
    var control: String

    @Option(help: "The file that the table in force is kept in.")
    var table: String

    @Option(help: "Event loops, 1 to 64.")
    var threads = 2

    func validate() throws {
        guard (1...64).contains(threads) else { throw ValidationError("--threads is 1 to 64") }
    }

    func run() throws {
        let options = ProxyOptions(controlSocket: control, tableFile: table, threads: threads)
        throw ExitCode(ProxyProcess.run(options))
    }
}
