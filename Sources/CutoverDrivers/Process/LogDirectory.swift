import CutoverCore
import Glibc

/// The folder with the logs of all instances: `SERVICE/ROLLOUT-NUMBER-NAME.log`.
struct LogDirectory: Sendable {
    let path: String

    /// Makes the folder when it is missing, and makes sure that it is safe.
    func prepare() throws(ProgramFault) {
        try PrivateFolder.prepare(path, named: "log folder")
    }

    /// The log of an instance; its folder is made if it is missing.
    func file(for launch: InstanceLaunch) throws(ProgramFault) -> LogFile {
        try prepare()
        let folder = "\(path)/\(launch.service.rawValue)"
        try PrivateFolder.prepare(folder, named: "log folder")
        let id = launch.instance.id
        let name = "\(id.rollout.rawValue)-\(id.number)-\(launch.instance.name).log"
        return LogFile(path: "\(folder)/\(name)")
    }

    /// Removes the oldest logs of instances that are gone, beyond the `limit` newest of each
    /// service.
    func prune(keeping living: Set<String>, limit: Int) {
        for service in Self.names(in: path) {
            let folder = "\(path)/\(service)"
            let names = Self.names(in: folder)
            let gone = names.filter { name in
                name.hasSuffix(".log") && !living.contains("\(folder)/\(name)")
            }
            let newestFirst = gone.sorted {
                Self.order($1).lexicographicallyPrecedes(Self.order($0))
            }
            for name in newestFirst.dropFirst(limit) {
                for part in names where part == name || part.hasPrefix("\(name).") {
                    unlink("\(folder)/\(part)")
                }
            }
        }
    }

    /// The rollout and the number of an instance, from the name of its log.
    private static func order(_ name: String) -> [Int] {
        name.split(separator: "-").prefix(2).map { Int($0) ?? 0 }
    }

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else {
            return []
        }
        defer { closedir(directory) }
        var result: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") {
                result.append(name)
            }
        }
        return result
    }
}
