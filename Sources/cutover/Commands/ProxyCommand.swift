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

    @Option(
        help: ArgumentHelp(
            "Memory for the bytes of requests and responses, such as 256M; new requests get half, "
                + "what runs the rest. Default: half of the machine's.",
            valueName: "size"
        )
    )
    var memory: MemorySize?

    @Option(
        help: ArgumentHelp(
            "Started as root, become this user, and keep only the right to listen on ports below "
                + "1024. The directory of socket and table must be the user's.",
            valueName: "name"
        )
    )
    var user: String?

    func validate() throws {
        guard (1...64).contains(threads) else { throw ValidationError("--threads is 1 to 64") }
    }

    func run() throws {
        var options = ProxyOptions(controlSocket: control, tableFile: table, threads: threads)
        options.memoryMaximum = memory?.bytes ?? 0
        options.user = user
        throw ExitCode(ProxyProcess.run(options))
    }
}
