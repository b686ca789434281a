/// How the proxy is run as a process.
struct ProxyProgram: Sendable {
    var executable: String
    var stateDirectory: String
    var threads: Int
    var environment: [String: String]

    /// The socket that it is controlled through.
    var controlPath: String { ProxySocket.path(in: stateDirectory) }
    /// The durable table that it starts with.
    var tablePath: String { "\(stateDirectory)/proxy.table" }
    /// What it writes.
    var log: LogFile { LogFile(path: "\(stateDirectory)/proxy.log") }

    /// Starts it, detached like an instance.
    func launch() async throws(ProgramFault) -> ProxyHold {
        let program = try Program(
            command: [
                executable, "proxy", "--control", controlPath, "--table", tablePath,
                "--threads", String(threads),
            ],
            environment: environment,
            directory: stateDirectory
        )
        var held = try HeldProgram(program, output: openLog())
        // Nothing to record: whoever comes later finds it by its socket.
        try await held.release()
        return ProxyHold(handle: held.handle, isChild: true)
    }

    private func openLog() throws(ProgramFault) -> OwnedDescriptor {
        do throws(SystemError) {
            return try log.open()
        } catch {
            throw ProgramFault(
                message: "cannot open the log \(log.path): \(error)",
                isTransient: error.isTransient
            )
        }
    }
}

/// Where the proxy of a state directory is asked.
package enum ProxySocket {
    package static func path(in stateDirectory: String) -> String { "\(stateDirectory)/proxy.sock" }
}

/// The process of the proxy that answers.
struct ProxyHold: Sendable {
    var handle: ProcessHandle
    /// This process started it, so that its exit status can be told.
    var isChild: Bool
}
