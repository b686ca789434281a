import Foundation
import Glibc

/// A directory that only this user can look into.
struct TemporaryDirectory {
    let path: String

    init() throws(BenchFault) {
        let place = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(place)/cutover-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .system(errno, place) }
        path = String(
            decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
    }

    /// Removes it, also when something is still being written into it.
    func remove() {
        for _ in 0..<10 where FileManager.default.fileExists(atPath: path) {
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}
