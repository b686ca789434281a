import ArgumentParser
import CutoverCore
import CutoverManifest
import Foundation

/// Which project a command is about: the same options for every command.
struct ProjectOptions: ParsableArguments {
    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: ArgumentHelp("The manifest.", valueName: "path")
    )
    var file = "cutover.yaml"

    @Option(
        help: ArgumentHelp(
            "The state directory. Default: $XDG_STATE_HOME/cutover/PROJECT.",
            valueName: "directory"
        )
    )
    var state: String?

    /// Reads the manifest; its faults are printed, all of them.
    ///
    /// - Throws: ``ExitStatus/usage`` when it has errors.
    func load() throws -> Project {
        let result = Manifest.load(path: file)
        if !result.diagnostics.isEmpty {
            FileHandle.standardError.write(Data(result.report.utf8))
        }
        guard let configuration = result.configuration else { throw ExitStatus.usage.code }
        return Project(
            manifest: URL(filePath: file).standardizedFileURL.path,
            stateDirectory: stateDirectory(of: configuration.project),
            configuration: configuration
        )
    }

    private func stateDirectory(of project: String) -> String {
        if let state { return URL(filePath: state).standardizedFileURL.path }
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? "/"
        let base = environment["XDG_STATE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
        return "\(base ?? "\(home)/.local/state")/cutover/\(project)"
    }
}

/// A manifest that was read, and where its engine keeps its state.
struct Project: Sendable {
    /// Absolute.
    var manifest: String
    /// Absolute.
    var stateDirectory: String
    var configuration: ProjectConfiguration
}
