import Foundation

/// Programs by their names.
enum ProgramSearch {
    /// Where a program lies, on the PATH or where Debian keeps servers.
    static func path(of name: String) -> String? {
        let variable = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = variable.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
        return folders.map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// The program under test: the one that is asked for, or the one beside this one.
    static func cutover(_ path: String?) throws(BenchFault) -> String {
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let path = path ?? own.deletingLastPathComponent().appending(path: "cutover").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw BenchFault("\(path) is missing: swift build -c release --product cutover")
        }
        return URL(filePath: path).path
    }
}
