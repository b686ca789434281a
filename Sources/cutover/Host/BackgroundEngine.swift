import Foundation

/// An engine without a terminal, in a process of its own that outlives this one.
enum BackgroundEngine {
    /// - Throws: Foundation's error, when the process cannot be started.
    static func start(_ project: Project) throws {
        let process = Process()
        // Its own session: a terminal that goes takes nobody along.
        process.executableURL = URL(filePath: "/usr/bin/setsid")
        process.arguments = [
            "--fork", Executable.path, "run", "--file", project.manifest,
            "--state", project.stateDirectory,
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
    }
}
