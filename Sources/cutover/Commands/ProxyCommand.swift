import ArgumentParser
import CutoverProxy

struct ProxyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxy",
        abstract: "Run the data plane alone, for upstreams that somebody else runs.",
        usage: """
            cutover proxy --listen HOST:PORT --upstream ADDRESS[,ADDRESS...] [OPTIONS]
            """,
        discussion: """
            Forwards HTTP/1.1 from one address to upstreams that share the requests, each to the \
            one with the fewest in flight; one that takes no connection is passed over. Needs \
            neither engine nor manifest, keeps no state, and logs nothing per request.

              cutover proxy --listen 127.0.0.1:8080 --upstream 127.0.0.1:9090
              cutover proxy --listen 0.0.0.0:80 --upstream app1:9090,app2:9090
              cutover proxy --listen 127.0.0.1:8080 --upstream unix:/run/app.sock

            A name is resolved once, at the start; every IPv4 address that it has is an upstream.

            SIGTERM and Ctrl-C let running requests finish, for 30 s at most; a second one ends at \
            once. Exit status: 0 ended as asked, 1 wrong options or an address that is taken.

            The engine starts the same data plane with --control and --table instead, and moves \
            traffic through it. Its exit status is 10 when requests failed at its end, uncounted.
            """
    )

    @Option(
        help: ArgumentHelp(
            "Where clients connect: HOST:PORT; 0.0.0.0 is every network.",
            valueName: "address"
        )
    )
    var listen: String?

    @Option(
        help: ArgumentHelp(
            "HOST:PORT or unix:PATH; several with commas or by repeating the option.",
            valueName: "address"
        )
    )
    var upstream: [String] = []

    @Option(help: "Event loops, 1 to 64. (default: one for each processor)")
    var threads: Int?

    @Flag(help: "Pass large bodies through the kernel alone: less CPU, not always faster.")
    var splice = false

    @Option(help: "With --table: the Unix socket that the engine controls it through.")
    var control: String?

    @Option(help: "With --control: the file that the table in force is kept in.")
    var table: String?

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
            "How long what is in flight may go on behind SIGTERM. (default: 30)",
            valueName: "seconds"
        )
    )
    var drainTimeout: UInt32?

    @Option(
        help: ArgumentHelp(
            "Started as root, become this user, and keep only the right to listen on ports below "
                + "1024. With --control its directory must be the user's.",
            valueName: "name"
        )
    )
    var user: String?

    @Flag(
        help: """
            With --control: serve listening sockets that come over standard input, a Unix socket, \
            as from an engine that kept those of a proxy that is gone.
            """
    )
    var inheritListeners = false

    func validate() throws {
        if let threads, !(1...64).contains(threads) {
            throw ValidationError("--threads is 1 to 64")
        }
        if let drainTimeout, drainTimeout > 86_400 {
            throw ValidationError("--drain-timeout is 0 to 86400 seconds, which is a day")
        }
        let isStatic = listen != nil || !upstream.isEmpty || splice
        let isControlled = control != nil || table != nil
        if isStatic && isControlled {
            throw ValidationError(
                "--listen, --upstream and --splice are for a proxy alone, --control and --table "
                    + "for one that an engine leads: give one kind"
            )
        }
        if isControlled {
            guard control != nil, table != nil else {
                throw ValidationError("--control and --table go together")
            }
        } else if inheritListeners {
            throw ValidationError("--inherit-listeners is for a proxy that an engine leads")
        } else if listen == nil || upstream.isEmpty {
            throw ValidationError(
                "where to listen and where to send requests is missing: "
                    + "cutover proxy --listen 127.0.0.1:8080 --upstream 127.0.0.1:9090"
            )
        }
    }

    func run() throws {
        if let control, let table {
            var options = ProxyOptions(
                controlSocket: control,
                tableFile: table,
                threads: threads ?? 0
            )
            options.memoryMaximum = memory?.bytes ?? 0
            options.graceMilliseconds = graceMilliseconds ?? options.graceMilliseconds
            options.user = user
            options.inheritsListeners = inheritListeners
            throw ExitCode(ProxyProcess.run(options))
        }
        throw ExitCode(ProxyProcess.run(try staticOptions()))
    }

    private var graceMilliseconds: UInt32? { drainTimeout.map { $0 * 1_000 } }

    private func staticOptions() throws -> StaticProxyOptions {
        do throws(AddressFaults) {
            let table = try StaticTable(listen: listen ?? "", upstreams: upstream)
            var options = StaticProxyOptions(
                listen: table.listen,
                upstreams: table.upstreams,
                threads: threads ?? 0,
                splices: splice
            )
            options.memoryMaximum = memory?.bytes ?? 0
            options.graceMilliseconds = graceMilliseconds ?? options.graceMilliseconds
            options.user = user
            return options
        } catch {
            for fault in error.faults { complain(fault.description) }
            throw ExitStatus.usage.code
        }
    }
}
