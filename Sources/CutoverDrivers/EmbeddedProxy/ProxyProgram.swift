import CLinux
import Glibc

/// How the proxy is run as a process.
struct ProxyProgram: Sendable {
    var executable: String
    /// What is run under that name; `nil`: what lies there.
    var image: String?
    var stateDirectory: String
    /// Event loops; `nil`: its own default, one for each processor.
    var threads: Int?
    var environment: [String: String]
    /// Bytes for what passes; `nil`: its own default.
    var memory: Int?
    /// How long it goes on with what it has in flight when another one replaces it; `nil`: its own
    /// default.
    var drainTimeout: Duration?
    /// Whom it becomes when the engine is root; `nil`: it is what the engine is.
    var user: String?

    /// Where its socket and its table are.
    ///
    /// A user of its own gets a directory of its own: in that of the engine's state it could make
    /// itself root again.
    var directory: String {
        user == nil ? stateDirectory : ProxySocket.ownDirectory(in: stateDirectory)
    }
    /// The socket that it is controlled through.
    var controlPath: String { "\(directory)/proxy.sock" }
    /// The durable table that it starts with.
    var tablePath: String { "\(directory)/proxy.table" }
    /// What it writes.
    var log: LogFile { LogFile(path: "\(stateDirectory)/proxy.log") }

    /// Starts it, detached like an instance, with the listening sockets that were kept of the one
    /// before; tells whether it has taken them.
    func launch(
        with kept: KeptListeners?
    ) async throws(ProgramFault) -> (hold: ProxyHold, hasTaken: Bool) {
        var command = [
            image ?? executable, "proxy", "--control", controlPath, "--table", tablePath,
        ]
        if kept != nil {
            command.append("--inherit-listeners")
        }
        if let threads {
            command += ["--threads", String(threads)]
        }
        if let memory {
            command += ["--memory", String(memory)]
        }
        if let drainTimeout {
            let (seconds, rest) = drainTimeout.components
            command += ["--drain-timeout", String(rest > 0 ? seconds + 1 : seconds)]
        }
        if let user {
            try makeDirectory(for: user)
            command += ["--user", user]
        }
        var program = try Program(
            command: command,
            environment: environment,
            directory: stateDirectory
        )
        program.arguments[0] = executable
        guard let kept else {
            return (try await start(program), true)
        }
        let channel = try KeptChannel(kept)
        let hold = try await start(program, input: channel.input.number)
        return (hold, await channel.send())
    }

    private func start(
        _ program: Program,
        input: Int32? = nil
    ) async throws(ProgramFault) -> ProxyHold {
        var held = try HeldProgram(program, input: input, output: openLog())
        // Nothing to record: whoever comes later finds it by its socket.
        try await held.release()
        return ProxyHold(handle: held.handle, isChild: true)
    }

    /// Makes the directory that the proxy's user has for itself.
    private func makeDirectory(for user: String) throws(ProgramFault) {
        var owner: UInt32 = 0
        var group: UInt32 = 0
        let found = clinux_find_user(user, &owner, &group)
        guard found == 0 else {
            throw ProgramFault(
                message: "the proxy's user \(user) does not exist",
                isTransient: false
            )
        }
        // Nobody but the engine's user can put anything else there.
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST, lchown(directory, owner, group) == 0
        else {
            let reason = SystemError(code: errno)
            throw ProgramFault(
                message: "cannot give the directory \(directory) to \(user): \(reason)",
                isTransient: false
            )
        }
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
    /// Its own directory comes first: there is one only where it has a user of its own.
    package static func path(in stateDirectory: String) -> String {
        let own = "\(ownDirectory(in: stateDirectory))/proxy.sock"
        return access(own, F_OK) == 0 ? own : "\(stateDirectory)/proxy.sock"
    }

    static func ownDirectory(in stateDirectory: String) -> String { "\(stateDirectory)/proxy" }
}

/// The process of the proxy that answers.
struct ProxyHold: Sendable {
    var handle: ProcessHandle
    /// This process started it, so that its exit status can be told.
    var isChild: Bool
}
