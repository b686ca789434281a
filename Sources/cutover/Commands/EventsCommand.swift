import ArgumentParser
import CutoverCore
import CutoverScreen
import Foundation

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Print the newest entries of the journal, oldest first."
    )

    @OptionGroup var project: ProjectOptions

    @Argument(help: "Only this service.")
    var service: String?

    @Option(help: "How many, up to 200.")
    var limit = 50

    @Flag(help: "Go on with what happens from here.")
    var follow = false

    func run() async throws {
        let link = try await project.attach().engine
        var last: Int64 = 0
        for await snapshot in link.snapshots() {
            let entries = snapshot.events.filter { entry in
                entry.sequence > last && (service == nil || entry.service?.rawValue == service)
            }
            for entry in entries.prefix(max(1, limit)).reversed() { print(Self.line(entry)) }
            last = max(last, snapshot.events.first?.sequence ?? 0)
            if !follow { return }
        }
    }

    private static func line(_ entry: JournalEntry) -> String {
        let date = Date(timeIntervalSince1970: Double(entry.at.milliseconds) / 1000)
        let service = entry.service?.rawValue ?? "-"
        let text =
            "\(date.ISO8601Format()) \(entry.kind.rawValue) \(service) \(entry.text) "
            + "(\(entry.actor.name))"
        return Sanitizer.sanitize(text)
    }
}
