import Foundation
import Glibc

/// An engine without a terminal, in a process of its own that outlives this one.
enum BackgroundEngine {
    /// Starts it and returns at once.
    ///
    /// Not with Foundation's `Process`, which takes its child for running as long as anything that
    /// the child has left behind is: it would wait for the engine's end.
    ///
    /// - Throws: a `POSIXError`, when the process cannot be started.
    static func start(_ project: Project) throws {
        let line = [
            // Its own session: a terminal that goes takes nobody along.
            "/usr/bin/setsid", "--fork", Executable.path, "run", "--file", project.manifest,
            "--state", project.stateDirectory,
        ]
        var arguments: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
        let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in STDIN_FILENO...STDERR_FILENO {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        var child: pid_t = 0
        let fault = posix_spawn(&child, line[0], &actions, nil, &arguments, &variables)
        guard fault == 0 else { throw POSIXError(POSIXErrorCode(rawValue: fault) ?? .EINVAL) }
        // setsid(1) ends as soon as it has forked.
        while waitpid(child, nil, 0) < 0, errno == EINTR {}
    }
}
