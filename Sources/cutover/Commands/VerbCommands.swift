import ArgumentParser
import CutoverCore
import CutoverManifest

struct DeployCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Start a rollout of a release."
    )

    @OptionGroup var project: ProjectOptions
    @OptionGroup var waiting: WaitOptions

    @Argument(help: "The service.")
    var service: String

    @Argument(help: "The release.")
    var release: String

    func validate() throws {
        guard NameRule.release.admits(release) else {
            throw ValidationError("a release is called by \(NameRule.release.text)")
        }
    }

    func run() async throws {
        let verb = VerbRequest(service: service, action: .deploy(ReleaseName(rawValue: release)))
        try await verb.perform(on: project, waiting: waiting)
    }
}

struct PromoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Cross the gate, or go on to the next step or batch without waiting."
    )

    @OptionGroup var project: ProjectOptions
    @OptionGroup var waiting: WaitOptions

    @Argument(help: "The service.")
    var service: String

    func run() async throws {
        let verb = VerbRequest(service: service, action: .promote)
        try await verb.perform(on: project, waiting: waiting)
    }
}

struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Stop every forward transition, at once."
    )

    @OptionGroup var project: ProjectOptions

    @Argument(help: "The service.")
    var service: String

    func run() async throws {
        let verb = VerbRequest(service: service, action: .pause)
        try await verb.perform(on: project, waiting: WaitOptions.none)
    }
}

struct ContinueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "continue",
        abstract: "Lift a pause or an anomaly hold."
    )

    @OptionGroup var project: ProjectOptions
    @OptionGroup var waiting: WaitOptions

    @Argument(help: "The service.")
    var service: String

    func run() async throws {
        let verb = VerbRequest(service: service, action: .continue)
        try await verb.perform(on: project, waiting: waiting)
    }
}

struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Go back to the stable release, in every phase."
    )

    @OptionGroup var project: ProjectOptions
    @OptionGroup var waiting: WaitOptions

    @Argument(help: "The service.")
    var service: String

    func run() async throws {
        let verb = VerbRequest(service: service, action: .rollback)
        try await verb.perform(on: project, waiting: waiting)
    }
}
