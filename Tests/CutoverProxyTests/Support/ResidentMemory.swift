import Foundation
import Glibc

/// The resident memory of a process in bytes; 0 for one that is not there.
func residentBytes(of process: pid_t = getpid()) -> Int {
    let text = try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)
    let pages = text?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * Int(getpagesize())
}
