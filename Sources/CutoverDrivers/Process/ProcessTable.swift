import Glibc

/// What the system tells about one process in `/proc/PID/stat`.
struct ProcessStat: Hashable {
    var processID: Int32
    /// `R`, `S`, `Z` and so on.
    var state: UInt8
    var session: Int32
    /// Clock ticks from the machine's start.
    var startTime: UInt64

    /// It is over, and only its status is left.
    var isOver: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }

    /// Parses the file; `nil` when it is not like proc(5) says.
    init?(parsing bytes: [UInt8]) {
        // The name stands in parentheses and may itself hold parentheses and spaces.
        guard let open = bytes.firstIndex(of: UInt8(ascii: "(")),
            let close = bytes.lastIndex(of: UInt8(ascii: ")")), open < close
        else {
            return nil
        }
        let number = String(decoding: bytes[..<open], as: UTF8.self).filter { $0 != " " }
        let fields = bytes[(close + 1)...].split(separator: UInt8(ascii: " "))
        // Field 3 of proc(5), the state, is the first one here.
        guard fields.count > 19, let processID = Int32(number),
            let state = fields[0].first,
            let session = Int32(String(decoding: fields[3], as: UTF8.self)),
            let startTime = UInt64(String(decoding: fields[19], as: UTF8.self))
        else {
            return nil
        }
        self.processID = processID
        self.state = state
        self.session = session
        self.startTime = startTime
    }
}

/// The processes of the machine.
enum ProcessTable {
    /// `nil` when there is none with this ID.
    static func stat(of processID: Int32) -> ProcessStat? {
        guard let bytes = try? readFile("/proc/\(processID)/stat", limit: 4_096) else {
            return nil
        }
        return ProcessStat(parsing: bytes)
    }

    /// All that are visible, in no order.
    static func all() -> [ProcessStat] {
        guard let directory = opendir("/proc") else {
            return []
        }
        defer { closedir(directory) }
        var result: [ProcessStat] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let processID = Int32(name), let stat = stat(of: processID) {
                result.append(stat)
            }
        }
        return result
    }

    /// Whether the environment that a process was started with holds exactly this `KEY=value`.
    ///
    /// `false` also when it belongs to another user and may not be read.
    static func environment(of processID: Int32, holds entry: String) -> Bool {
        let wanted = Array(entry.utf8)
        return environment(of: processID).contains { $0.elementsEqual(wanted) }
    }

    /// The value of a variable in the environment that a process was started with.
    static func environment(of processID: Int32, valueOf key: String) -> String? {
        let wanted = Array("\(key)=".utf8)
        return environment(of: processID)
            .first { $0.starts(with: wanted) }
            .map { String(decoding: $0.dropFirst(wanted.count), as: UTF8.self) }
    }

    private static func environment(of processID: Int32) -> [ArraySlice<UInt8>] {
        let bytes = try? readFile("/proc/\(processID)/environ", limit: 4 << 20)
        return bytes?.split(separator: 0) ?? []
    }

    /// Another one after each start of the machine; empty when the system does not tell.
    static let bootID: String = {
        let bytes = (try? readFile("/proc/sys/kernel/random/boot_id", limit: 64)) ?? []
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }()
}
