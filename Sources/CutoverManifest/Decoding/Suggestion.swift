/// What an operator probably meant.
enum Suggestion {
    /// Words of other tools for what has another name here.
    private static let synonyms = [
        "replicas": "instances", "count": "instances", "scale": "instances",
        "healthcheck": "health", "probe": "health", "readiness": "health",
        "env": "environment", "env_file": "environmentFile", "cwd": "directory",
        "workdir": "directory", "cmd": "command", "exec": "command", "run": "command",
        "maxsurge": "surge", "maxunavailable": "unavailable", "parallelism": "batch",
        "batchsize": "batch", "uri": "path", "url": "path", "steps": "shift", "weights": "shift",
        "bind": "listen", "address": "listen", "versions": "releases", "delay": "monitor",
    ]

    static func forUnknownKey(_ key: String, in path: String, among known: [String]) -> String {
        if key == "<<" {
            return "merge keys are not read; alias a whole block instead: 'health: *name'"
        }
        if let home = home(of: key, near: path) {
            return home.isEmpty
                ? "\(key.quoted) belongs at the top of the manifest"
                : "\(key.quoted) belongs in '\(readable(home))'"
        }
        if let meant = EditDistance.nearest(to: key, in: known) {
            return "did you mean '\(meant)'?"
        }
        if let meant = synonyms[key.lowercased()] {
            if known.contains(meant) {
                return "did you mean '\(meant)'?"
            }
            if let home = home(of: meant, near: path), !home.isEmpty {
                return "did you mean '\(meant)' in '\(readable(home))'?"
            }
        }
        return "known here: \(known.sorted().joined(separator: ", "))"
    }

    static func forUnknownWord(_ word: String, among words: [String]) -> String? {
        EditDistance.nearest(to: word, in: words).map { "did you mean '\($0)'?" }
    }

    /// The section that knows the key, if there is just one, or just one around or inside this
    /// section.
    private static func home(of key: String, near path: String) -> String? {
        let homes = ManifestReference.keys.filter { $0.name == key }.map(\.parent)
        if homes.count == 1 {
            return homes.first
        }
        let near = homes.filter { home in
            home.isEmpty || path.hasPrefix(home + ".") || path.hasPrefix(home + "[")
                || home.hasPrefix(path + ".")
        }
        return near.count == 1 ? near.first : nil
    }

    /// A section's path as it is written in a manifest.
    static func readable(_ path: String) -> String {
        path.replacing("services.NAME.", with: "").replacing("[]", with: "")
    }
}
