import Foundation

/// A process of the machine as /proc shows it.
struct RunningProcess: Hashable {
    var processID: Int32
    var parentID: Int32
    /// In clock ticks after the boot: with the ID, it names a process for ever.
    var startTime: UInt64
    var arguments: [String]
    var directory: String

    /// Every process but those that have ended and wait to be reaped.
    static func all() -> [RunningProcess] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap(Int32.init).sorted().compactMap(RunningProcess.init)
    }

    init?(_ processID: Int32) {
        let folder = "/proc/\(processID)"
        guard let stat = Self.bytes(of: "\(folder)/stat"),
            let line = Self.bytes(of: "\(folder)/cmdline")
        else { return nil }
        // The name stands in parentheses, and may hold some itself.
        let fields = stat.split(separator: UInt8(ascii: ")")).last?
            .split(separator: UInt8(ascii: " "))
            .map { String(decoding: $0, as: UTF8.self) }
        guard let fields, fields.count > 20, fields[0] != "Z", fields[0] != "X" else { return nil }
        self.processID = processID
        parentID = Int32(fields[1]) ?? 0
        startTime = UInt64(fields[19]) ?? 0
        arguments = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/cwd")
        directory = link ?? ""
    }

    /// Whether this very process, not another with its ID, still runs.
    var isAlive: Bool { RunningProcess(processID)?.startTime == startTime }

    func signal(_ number: Int32) {
        if isAlive { kill(processID, number) }
    }

    func mentions(_ path: String) -> Bool {
        directory.hasPrefix(path) || arguments.contains { $0.contains(path) }
    }

    private static func bytes(of path: String) -> [UInt8]? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        return (try? handle.readToEnd()).map { Array($0) }
    }
}
