import Foundation
import Glibc
import Synchronization

/// A program that a test runs, with its output in files so that nothing waits for a reader.
///
/// Not Foundation's `Process`: that one takes a program for running as long as anything that it
/// started in the background does, such as the server of tmux.
final class Program: Sendable {
    /// How a program ended.
    struct Result: Sendable {
        /// The exit status; for a signal, 128 and its number.
        var status: Int32
        var output: String
        var errors: String

        var text: String { "exit status \(status)\n\(output)\(errors)" }
    }

    let processID: Int32
    private let state: Mutex<State>
    private let folder: URL
    private let name: String

    private struct State {
        /// The end of its standard input to write to; `nil`: closed.
        var input: Int32?
        var status: Int32?
    }

    /// Starts it with nothing but `environment`; the files of its output are made in `folder`.
    init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String] = Environment.plain,
        directory: URL? = nil,
        folder: URL
    ) throws {
        self.folder = folder
        let name = "\(URL(filePath: path).lastPathComponent)-\(UUID().uuidString.prefix(8))"
        self.name = name
        // env(1) changes the directory and becomes the program: spawning has no portable way to.
        let line = ["/usr/bin/env", "-C", (directory ?? folder).path, path] + arguments
        let outputs = ["out", "err"].map { folder.appending(path: "\(name).\($0)").path }
        let (processID, input) = try Self.spawn(line, environment, outputs: outputs)
        self.processID = processID
        state = Mutex(State(input: input))
    }

    deinit {
        closeInput()
        if status == nil {
            kill(processID, SIGKILL)
            waitpid(processID, nil, 0)
        }
    }

    /// One at a time, so that no program inherits the end of another's input and keeps it open.
    private static let spawning = Mutex(())

    private static func spawn(
        _ line: [String],
        _ environment: [String: String],
        outputs: [String]
    ) throws -> (processID: pid_t, input: Int32) {
        try spawning.withLock { _ in
            var input: [Int32] = [-1, -1]
            guard pipe(&input) == 0 else { throw ProgramError("pipe: errno \(errno)") }
            defer { close(input[0]) }
            for end in input { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            do {
                let processID = try spawn(line, environment, outputs: outputs, input: input[0])
                return (processID, input[1])
            } catch {
                close(input[1])
                throw error
            }
        }
    }

    private static func spawn(
        _ line: [String],
        _ environment: [String: String],
        outputs: [String],
        input: Int32
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        for (descriptor, file) in zip([Int32(1), 2], outputs) {
            let flags = O_WRONLY | O_CREAT | O_TRUNC
            posix_spawn_file_actions_addopen(&actions, descriptor, file, flags, 0o600)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The signals that the test process ignores or blocks must not be those that the program
        // does.
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var words: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var processID: pid_t = 0
        let fault = posix_spawn(&processID, line[0], &actions, &attributes, &words, &variables)
        guard fault == 0 else {
            throw ProgramError("\(line[0]): \(String(cString: strerror(fault)))")
        }
        return processID
    }

    /// What it has written to standard output up to here.
    var output: String { text(of: "out") }

    var errors: String { text(of: "err") }

    /// How it ended, as ``Result/status``; `nil`: it runs.
    var status: Int32? {
        state.withLock { state in
            if let status = state.status { return status }
            var raw: Int32 = 0
            guard waitpid(processID, &raw, WNOHANG) == processID else { return nil }
            let signal = raw & 0x7F
            state.status = signal == 0 ? (raw >> 8) & 0xFF : 128 + signal
            return state.status
        }
    }

    func closeInput() {
        state.withLock { state in
            if let input = state.input { close(input) }
            state.input = nil
        }
    }

    /// Sends a signal, unless it has ended.
    func signal(_ number: Int32) {
        if status == nil { kill(processID, number) }
    }

    /// Waits for its end.
    ///
    /// - Throws: ``TookTooLong``; then it is killed.
    func result(within limit: Duration = .seconds(20)) async throws -> Result {
        do {
            let status = try await value(of: "the end of \(name)", within: limit) { self.status }
            return Result(status: status, output: output, errors: errors)
        } catch {
            signal(SIGKILL)
            throw TookTooLong(description: "\(error)\(output)\(errors)")
        }
    }

    /// Runs a program to its end, without input.
    static func run(
        _ path: String,
        _ arguments: [String],
        environment: [String: String] = Environment.plain,
        directory: URL? = nil,
        folder: URL = FileManager.default.temporaryDirectory,
        within limit: Duration = .seconds(20)
    ) async throws -> Result {
        let program = try Program(
            path,
            arguments,
            environment: environment,
            directory: directory,
            folder: folder
        )
        program.closeInput()
        defer { program.removeFiles() }
        return try await program.result(within: limit)
    }

    private func removeFiles() {
        for ending in ["out", "err"] {
            try? FileManager.default.removeItem(at: folder.appending(path: "\(name).\(ending)"))
        }
    }

    private func text(of ending: String) -> String {
        let bytes = try? Data(contentsOf: folder.appending(path: "\(name).\(ending)"))
        return String(decoding: bytes ?? Data(), as: UTF8.self)
    }
}

struct ProgramError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// What programs find in their environment: the same on every machine.
enum Environment {
    static let plain: [String: String] = [
        "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": FileManager.default.temporaryDirectory.path,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "xterm-256color",
    ]
}
