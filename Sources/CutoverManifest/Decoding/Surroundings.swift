import Foundation

/// What the machine has, as far as a manifest names it.
///
/// Nothing of it is an error: a directory, a file or a program may be put there before the next
/// rollout.
package struct Surroundings: Sendable {
    package var isDirectory: @Sendable (String) -> Bool
    package var isReadable: @Sendable (String) -> Bool
    /// Whether a file can be executed.
    package var isExecutable: @Sendable (String) -> Bool
    /// Directories in which a program without `/` is looked up.
    package var searchPath: [String]

    package init(
        isDirectory: @escaping @Sendable (String) -> Bool,
        isReadable: @escaping @Sendable (String) -> Bool,
        isExecutable: @escaping @Sendable (String) -> Bool,
        searchPath: [String]
    ) {
        self.isDirectory = isDirectory
        self.isReadable = isReadable
        self.isExecutable = isExecutable
        self.searchPath = searchPath
    }

    /// This machine, as this user sees it.
    package static var current: Surroundings {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return Surroundings(
            isDirectory: { path in
                var isDirectory: ObjCBool = false
                return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
                    && isDirectory.boolValue
            },
            isReadable: { FileManager.default.isReadableFile(atPath: $0) },
            isExecutable: { FileManager.default.isExecutableFile(atPath: $0) },
            searchPath: path.split(separator: ":").map(String.init)
        )
    }

    /// Whether the program of a command can be started from this directory.
    func finds(_ program: String, from directory: String) -> Bool {
        if program.hasPrefix("/") {
            return isExecutable(program)
        }
        if program.contains("/") {
            return isExecutable(directory + "/" + program)
        }
        return searchPath.contains { isExecutable($0 + "/" + program) }
    }
}

extension ManifestScan {
    /// The path, from the manifest's directory if it is relative.
    func absolute(_ path: String) -> String {
        if path.hasPrefix("/") {
            return path
        }
        var relative = path[...]
        while relative.hasPrefix("./") {
            relative = relative.dropFirst(2).drop { $0 == "/" }
        }
        if relative.isEmpty || relative == "." {
            return directory
        }
        return directory == "/" ? "/\(relative)" : "\(directory)/\(relative)"
    }
}
