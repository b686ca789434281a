import CutoverCore
import CutoverEngine
import CutoverManifest
import Foundation

/// An engine of another process that has answered.
struct Attachment {
    var engine: RunningEngine
    var stateDirectory: String
    /// What an operator should know of it.
    ///
    /// `nil`: nothing.
    var warning: String?
}

extension ProjectOptions {
    /// The engine of the project, for commands that need one to run.
    ///
    /// - Throws: the exit status, after the reason was printed.
    func attach() async throws -> Attachment {
        do {
            let attachment = try await find()
            if let warning = attachment.warning { complain(warning) }
            return attachment
        } catch let error as ControlError {
            complain("\(error)")
            throw ExitStatus.engineUnavailable.code
        }
    }

    /// Finds the engine of the project.
    ///
    /// A manifest that is broken, renamed or gone keeps nobody from an engine that runs: rollback
    /// must work while somebody edits. With `--state` it is not even read.
    ///
    /// - Throws: `ControlError` when no engine answers; the exit status, after the reason was
    ///   printed, when it is not known which one to ask.
    func find() async throws -> Attachment {
        if let state { return try await Self.attachment(in: Self.absolute(state), warning: nil) }
        let result = Manifest.load(path: file)
        guard let configuration = result.configuration else {
            let warning =
                "\(file) cannot be used as it is (`cutover validate` says why); the engine goes on "
                + "with what it has read before"
            if let found = await adopted(besides: nil, warning: warning) { return found }
            FileHandle.standardError.write(Data(result.report.utf8))
            throw ExitStatus.usage.code
        }
        let directory = stateHome.directory(of: configuration.project)
        try refuseForeign(directory)
        do {
            let isCurrent =
                (AdoptedManifest(in: directory)?.digest ?? result.digest) == result.digest
            let warning =
                "\(file) has changed since the engine read it; that counts from the engine's next "
                + "start on"
            return try await Self.attachment(in: directory, warning: isCurrent ? nil : warning)
        } catch ControlError.noEngine(let path) {
            let warning =
                "\(file) is called project \(configuration.project) by now; its engine still runs "
                + "under the name before"
            if let found = await adopted(besides: directory, warning: warning) { return found }
            throw ControlError.noEngine(path: path)
        }
    }

    /// An engine that has read this very file, in whatever directory it has its state.
    private func adopted(besides directory: String?, warning: String) async -> Attachment? {
        for other in stateHome.directories(adoptedFrom: manifest) where other != directory {
            if let found = try? await Self.attachment(in: other, warning: warning) { return found }
        }
        return nil
    }

    private static func attachment(
        in directory: String,
        warning: String?
    ) async throws -> Attachment {
        Attachment(
            engine: try await RunningEngine.attach(to: directory),
            stateDirectory: directory,
            warning: warning
        )
    }
}
