import Foundation
import Glibc

/// A process with all that it has started, as /proc shows them: nginx works in a child.
enum ProcessFamily {
    /// The process and its descendants.
    static func members(of process: pid_t) -> [pid_t] {
        let threads = entries("/proc/\(process)/task")
        let children = threads.flatMap { thread in
            text("/proc/\(process)/task/\(thread)/children").split(separator: " ")
                .compactMap { pid_t($0) }
        }
        return [process] + children.flatMap(members(of:))
    }

    /// Processor time of all threads of all members since they started, in microseconds.
    static func processorTime(of process: pid_t) -> Double {
        let nanoseconds = members(of: process).flatMap { member in
            entries("/proc/\(member)/task").map { thread in
                text("/proc/\(member)/task/\(thread)/schedstat").split(separator: " ").first
                    .flatMap { Double($0) } ?? 0
            }
        }
        return nanoseconds.reduce(0, +) / 1_000
    }

    /// Resident memory of all members, in KiB; pages that they share count for each.
    static func residentMemory(of process: pid_t) -> Double {
        members(of: process).map { member in
            text("/proc/\(member)/status").split(separator: "\n")
                .first { $0.hasPrefix("VmRSS:") }?
                .split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Double($0) } ?? 0
        }
        .reduce(0, +)
    }

    private static func entries(_ path: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
