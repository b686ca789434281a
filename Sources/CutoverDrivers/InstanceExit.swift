package import CutoverCore

/// The end of an instance's process.
package struct InstanceExit: Hashable, Sendable {
    package var process: InstanceProcess
    package var status: ExitStatus
    package var at: Timestamp

    package init(process: InstanceProcess, status: ExitStatus, at: Timestamp) {
        self.process = process
        self.status = status
        self.at = at
    }
}

/// How a process ended.
package enum ExitStatus: Hashable, Codable, Sendable, CustomStringConvertible {
    case exited(code: Int32)
    case signalled(Int32)
    /// An adopted process is a child of another: the system tells its end, but not how.
    case unknown

    package var description: String {
        switch self {
        case .exited(let code):
            "exit status \(code)"
        case .signalled(let signal):
            Self.signalNames[signal].map { "signal \(signal) (\($0))" } ?? "signal \(signal)"
        case .unknown:
            "exited; its status is unknown, because an earlier engine started it"
        }
    }

    private static let signalNames: [Int32: String] = [
        1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT",
        7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2",
        13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
    ]
}
