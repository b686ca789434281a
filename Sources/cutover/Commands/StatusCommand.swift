import ArgumentParser
import CutoverCore

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Print where every service stands; the exit status sums it up."
    )

    @OptionGroup var project: ProjectOptions

    @Argument(help: "Only this service.")
    var service: String?

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Print again whenever something changes, until every rollout ended.")
    var watch = false

    func run() async throws {
        let link = try await project.attach().engine
        let service = try service.map(link.service)
        var last = ""
        for await snapshot in link.snapshots() {
            let services = snapshot.services.filter {
                service == nil || $0.name == service
            }
            let text = try Self.text(snapshot, services, json: json)
            if text != last { print(text) }
            last = text
            let isOver = services.allSatisfy { !$0.isMoving }
            if !watch || isOver {
                let status = ExitStatus(standing: services, faults: snapshot.faults)
                if status == .done { return }
                throw status.code
            }
        }
        complain("the engine stopped")
        throw ExitStatus.engineUnavailable.code
    }

    private static func text(
        _ snapshot: EngineSnapshot,
        _ services: [ServiceSnapshot],
        json: Bool
    ) throws -> String {
        if json { return try StatusJSON(snapshot, services).text }
        return StatusText(snapshot, services).text
    }
}
