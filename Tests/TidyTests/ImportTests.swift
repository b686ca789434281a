import Testing

/// Who may import whom.
///
/// The explicit import check of the build finds what a manifest does not declare; this finds a
/// manifest that declares too much.
@Suite struct ImportTests {
    static let foundation: Set = ["Foundation", "Glibc", "Synchronization", "Dispatch"]

    static let allowed: [String: Set<String>] = [
        "CutoverCore": [],
        "CutoverScreen": [],
        "CutoverManifest": foundation.union(["CutoverCore", "Yams"]),
        "CutoverStore": foundation.union(["CutoverCore", "GRDB"]),
        "CutoverWire": ["CutoverCore", "Glibc", "Synchronization", "CLinux"],
        "CutoverProxy": ["CutoverCore", "CutoverWire", "CLinux", "Glibc", "Synchronization"],
        "CutoverDrivers": foundation.union([
            "CutoverCore", "CutoverWire", "CLinux", "AsyncHTTPClient", "Logging", "NIOCore",
            "NIOPosix", "NIOHTTP1",
        ]),
        "CutoverEngine": foundation.union([
            "CutoverCore", "CutoverStore", "CutoverWire", "CutoverDrivers", "CLinux", "Logging",
        ]),
        "CutoverTerminal": foundation.union(["CutoverScreen", "CTerminal"]),
        "CutoverDashboard": ["CutoverCore", "CutoverScreen"],
        "CutoverBench": foundation.union(["CutoverWire", "CLinux", "CBench", "ArgumentParser"]),
        "CutoverTestSupport": foundation.union([
            "CutoverCore", "CutoverDrivers", "CutoverScreen", "CutoverWire",
            "CutoverStore", "CutoverEngine", "Logging", "Testing",
        ]),
    ]

    @Test func modulesImportOnlyWhatTheirRoomMay() throws {
        let tree = try SourceTree()
        var complaints: [String] = []
        for (module, allowed) in Self.allowed {
            for file in tree.files(under: "Sources/\(module)/") {
                for (number, line) in file.lines.enumerated() {
                    guard let imported = Self.importedModule(line) else { continue }
                    if !allowed.contains(imported) {
                        complaints.append("\(file.path):\(number + 1): may not import \(imported)")
                    }
                }
            }
        }
        #expect(complaints.isEmpty, "\(complaints.sorted().joined(separator: "\n"))")
    }

    /// The module that a line imports, with any access level and attributes; `nil` for other lines.
    static func importedModule(_ line: String) -> String? {
        var words = line.split(separator: " ")
        while let first = words.first, first.hasPrefix("@") || isAccessLevel(first) {
            words.removeFirst()
        }
        guard words.first == "import", words.count >= 2 else { return nil }
        let isKind = ["struct", "class", "enum", "func", "var"].contains(words[1])
        let path = isKind && words.count > 2 ? words[2] : words[1]
        return path.split(separator: ".").first.map(String.init)
    }

    private static func isAccessLevel(_ word: Substring) -> Bool {
        ["public", "package", "internal", "private", "fileprivate"].contains(word)
    }
}
