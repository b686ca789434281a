import CutoverTestSupport
import Foundation

extension TemporaryDirectory {
    func mode(of path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return attributes[.posixPermissions] as? Int ?? -1
    }

    func size(of path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return attributes[.size] as? Int ?? -1
    }

    /// The sorted names in a folder of it.
    func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: file(folder)).sorted()
    }

    func setMode(_ mode: Int, of path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
}

/// What the descriptors of this process are, with how many there are of each.
func openDescriptors() throws -> [String: Int] {
    let folder = "/proc/self/fd"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    let targets = names.compactMap { name in
        try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
    }
    // Sockets and pipes have numbers of their own.
    let kinds = targets.map { target in
        target.hasPrefix("/") ? target : target.filter { !$0.isNumber }
    }
    return Dictionary(kinds.map { ($0, 1) }) { $0 + $1 }
}

/// The program that a process runs.
func executable(of processID: Int32) throws -> String {
    try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(processID)/exe")
}
