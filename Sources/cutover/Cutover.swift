import ArgumentParser
import CutoverManifest
import CutoverScreen
import Foundation

@main struct Cutover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cutover",
        abstract: "Watch and drive zero-downtime deployments from a terminal.",
        discussion: """
            Without a command, the dashboard opens on the project of ./cutover.yaml.

            Exit status:
              0  done, or every service is steady
              1  wrong usage, or a manifest with faults
              2  the rollout failed before it took traffic
              3  rolled back, or another deploy took its place
              4  rolled back by an operator
              5  waited long enough; the rollout goes on
              6  waits at a gate, or is held
              7  the verb does not apply now; the reason is printed
              8  the state directory is in use, or no engine is running
              9  degraded: a service has no healthy instance, or the engine reports a fault
              130  interrupted by Ctrl-C or SIGTERM; rollouts go on, the demo is ended

            Of several services, `status` and --once give the worst. A finished rollout counts
            there only as long as nothing serves; --wait says how it ended.

            Without an engine (the dashboard, or `cutover run`) traffic is served on, but nothing
            is probed, restarted or rolled back.
            """,
        version: Version.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Watch and drive",
                subcommands: [
                    OpenDashboard.self, DeployCommand.self, PromoteCommand.self,
                    PauseCommand.self, ContinueCommand.self, RollbackCommand.self,
                    StatusCommand.self, EventsCommand.self, RequestsCommand.self, LogsCommand.self,
                    DownCommand.self,
                ]
            ),
            CommandGroup(
                name: "Set up",
                subcommands: [
                    DemoCommand.self, ValidateCommand.self, RunCommand.self, ProxyCommand.self,
                ]
            ),
            CommandGroup(
                name: "Parts of the demo",
                subcommands: [SampleServiceCommand.self, LoadGeneratorCommand.self]
            ),
        ],
        defaultSubcommand: OpenDashboard.self
    )

    /// Runs what the arguments name; wrong ones end with ``ExitStatus/usage``, not with the
    /// parser's 64.
    static func main() async {
        StandardOutput.flushLines()
        do {
            try refuseUnknownCommand(CommandLine.arguments.dropFirst().first)
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            FileHandle.standardError.write(Data("\(fullMessage(for: error))\n".utf8))
            exit(withError: ExitStatus.usage.code)
        }
    }

    /// The dashboard, which opens without a command, takes no word: one is a command that is
    /// misspelt.
    ///
    /// - Throws: a validation error with the command that was probably meant.
    static func refuseUnknownCommand(_ word: String?) throws {
        let commands = configuration.groupedSubcommands.flatMap { $0.subcommands }
        let known = commands.compactMap { $0.configuration.commandName } + ["help"]
        guard let word, !word.hasPrefix("-"), !known.contains(word) else { return }
        let meant = EditDistance.nearest(to: word, in: known)
        let hint = meant.map { "did you mean '\($0)'?" } ?? "`cutover --help` lists them"
        throw ValidationError("there is no command '\(Sanitizer.sanitize(word))'; \(hint)")
    }
}

/// The version of the program.
enum Version {
    static let current = "0.1.0"
}
