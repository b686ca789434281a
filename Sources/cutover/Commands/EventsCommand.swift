import ArgumentParser
import CutoverCore

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Print the newest entries of the journal, oldest first."
    )

    @OptionGroup var project: ProjectOptions

    @Argument(help: "Only this service.")
    var service: String?

    @Option(help: "How many, 1 to 200.")
    var limit = 50

    @Flag(help: "Go on with everything that happens from here.")
    var follow = false

    func validate() throws {
        guard (1...200).contains(limit) else { throw ValidationError("--limit is 1 to 200") }
    }

    func run() async throws {
        let link = try await project.attach().engine
        let service = try service.map(link.service)
        var journal = JournalText(of: service, limit: limit)
        for await snapshot in link.snapshots() {
            for line in journal.lines(of: snapshot) { print(line) }
            if !follow { return }
        }
        complain("the engine stopped, or does not answer")
        throw ExitStatus.engineUnavailable.code
    }
}
