import Foundation

/// Where the projects of this user keep their state, each in a directory of its name.
struct StateHome {
    /// Absolute.
    let path: String

    /// A relative `XDG_STATE_HOME` does not count, as its specification asks.
    init(environment: [String: String]) {
        let chosen = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        path = "\(chosen ?? "\(environment["HOME"] ?? "/")/.local/state")/cutover"
    }

    func directory(of project: String) -> String { "\(path)/\(project)" }

    /// The directories whose engine has read this manifest last.
    func directories(adoptedFrom manifest: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.sorted().map(directory).filter { AdoptedManifest(in: $0)?.path == manifest }
    }
}
