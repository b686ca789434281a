import Foundation

/// Files beside the sources of the harness.
enum Support {
    static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: name).path
    }
}

/// The program under test: what `swift build` has put beside the test bundle.
enum Product {
    static let path: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        let folder = URL(filePath: bundle ?? "").deletingLastPathComponent()
        return folder.appending(path: "cutover").path
    }()

    /// Runs a command of it to its end, outside of any project.
    static func run(
        _ arguments: String...,
        environment: [String: String] = Environment.plain,
        directory: URL? = nil
    ) async throws -> Program.Result {
        try await Program.run(
            path,
            arguments,
            environment: environment,
            directory: directory
        )
    }
}
