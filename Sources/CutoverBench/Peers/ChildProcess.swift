import Foundation
import Glibc
import Synchronization

/// A program that the benchmark runs on one processor; it never outlives the benchmark.
final class ChildProcess {
    let processID: pid_t
    /// What it writes to standard output and standard error.
    let outputPath: String

    /// Starts a program found on the PATH; call it on the main thread, with which it ends.
    init(_ arguments: [String], on processor: Int32, output: String) throws(BenchFault) {
        outputPath = output
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
        let line = [own, "pinned", "--processor", "\(processor)", "--"] + arguments
        processID = try Self.spawn(line, output: output)
        Self.running.withLock { _ = $0.insert(processID) }
    }

    /// How it ended: the exit status, or 128 and the signal; `nil`: it runs.
    private(set) var status: Int32?

    /// Whether it has ended.
    func hasEnded() -> Bool {
        guard status == nil else { return true }
        var raw: Int32 = 0
        guard waitpid(processID, &raw, WNOHANG) != 0 else { return false }
        let signal = raw & 0x7f
        status = signal == 0 ? (raw >> 8) & 0xff : 128 + signal
        Self.running.withLock { _ = $0.remove(processID) }
        return true
    }

    /// Waits for its own end; false when it took too long, and was killed.
    func wait(atMost limit: Duration) -> Bool {
        let deadline = ContinuousClock.now + limit
        while !hasEnded() {
            guard ContinuousClock.now < deadline else {
                end()
                return false
            }
            usleep(2_000)
        }
        return true
    }

    /// Ends it and what it has started.
    func end() {
        guard !hasEnded() else { return }
        Self.end([processID])
        _ = hasEnded()
    }

    /// What it has written.
    var output: String {
        let bytes = try? Data(contentsOf: URL(filePath: outputPath))
        return String(decoding: bytes ?? Data(), as: UTF8.self)
    }

    deinit { end() }
}

// MARK: - All of them

extension ChildProcess {
    private static let running = Mutex<Set<pid_t>>([])

    /// Ends whatever runs, from any thread.
    static func endAll() {
        end(running.withLock { Array($0) })
    }

    /// Asks politely, and after three seconds no more.
    private static func end(_ processes: [pid_t]) {
        let families = processes.flatMap(ProcessFamily.members(of:))
        for process in processes { kill(process, SIGTERM) }
        let deadline = ContinuousClock.now + .seconds(3)
        while families.contains(where: isRunning), ContinuousClock.now < deadline { usleep(2_000) }
        for process in families where isRunning(process) { kill(process, SIGKILL) }
    }

    /// Whether it runs, and not only waits to be reaped.
    private static func isRunning(_ process: pid_t) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        else { return false }
        // The name stands in parentheses, and may hold some itself.
        return stat.split(separator: ")").last?.dropFirst().first != "Z"
    }

    private static func spawn(_ line: [String], output: String) throws(BenchFault) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var words: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var processID: pid_t = 0
        let fault = posix_spawn(&processID, line[0], &actions, nil, &words, environ)
        guard fault == 0 else { throw .system(fault, line[0]) }
        return processID
    }
}
