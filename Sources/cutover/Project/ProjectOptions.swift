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
            "The state directory. Default: cutover/PROJECT in $XDG_STATE_HOME or ~/.local/state.",
            valueName: "directory"
        )
    )
    var state: String?

    /// Reads the manifest for an engine of this process; its faults are printed, all of them.
    ///
    /// - Throws: ``ExitStatus/usage`` when it has errors, ``ExitStatus/engineUnavailable`` when the
    ///   state directory is another manifest's.
    func load() throws -> Project {
        let result = Manifest.load(path: file)
        if !result.diagnostics.isEmpty {
            FileHandle.standardError.write(Data(result.report.utf8))
        }
        guard let configuration = result.configuration else { throw ExitStatus.usage.code }
        if let state {
            return Project(manifest, in: Self.absolute(state), configuration, result.digest)
        }
        let directory = stateHome.directory(of: configuration.project)
        try refuseForeign(directory)
        return Project(manifest, in: directory, configuration, result.digest)
    }

    /// The manifest's absolute path.
    var manifest: String { Self.absolute(file) }

    var stateHome: StateHome { StateHome(environment: ProcessInfo.processInfo.environment) }

    static func absolute(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path }

    /// Two manifests must not drive one another's services, whatever their projects are called.
    func refuseForeign(_ directory: String) throws {
        guard let owner = AdoptedManifest(in: directory)?.path, owner != manifest,
            FileManager.default.fileExists(atPath: owner)
        else { return }
        complain(
            "\(directory) belongs to \(owner), another project of the same name; write another "
                + "`project:` into \(manifest), or give --state"
        )
        throw ExitStatus.engineUnavailable.code
    }
}

/// A manifest that was read, and where its engine keeps its state.
struct Project: Sendable {
    /// Absolute.
    var manifest: String
    /// Absolute.
    var stateDirectory: String
    var configuration: ProjectConfiguration
    /// Of the manifest's text.
    var digest: String

    init(
        _ manifest: String,
        in stateDirectory: String,
        _ configuration: ProjectConfiguration,
        _ digest: String
    ) {
        self.manifest = manifest
        self.stateDirectory = stateDirectory
        self.configuration = configuration
        self.digest = digest
    }
}
