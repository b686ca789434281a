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
        let link = try await RunningEngine.attach(to: project.load())
        var last = ""
        for await snapshot in link.snapshots() {
            let services = snapshot.services.filter {
                service == nil || $0.name.rawValue == service
            }
            guard !services.isEmpty else {
                complain("no service '\(service ?? "")'")
                throw ExitStatus.usage.code
            }
            let text = try Self.text(snapshot, services, json: json)
            if text != last { print(text) }
            last = text
            let statuses = services.map(ExitStatus.init(of:))
            let worst = statuses.max { $0.urgency < $1.urgency } ?? .done
            if !watch || !statuses.contains(.timedOut) && !statuses.contains(.waiting) {
                if worst == .done { return }
                throw worst.code
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

extension ExitStatus {
    /// Of several services, the one that an operator must know of first.
    fileprivate var urgency: Int {
        switch self {
        case .done: 0
        case .timedOut: 2
        case .rolledBackByOperator: 3
        case .rolledBack: 4
        case .failed: 5
        case .waiting: 6
        case .degraded: 7
        case .usage, .refused, .engineUnavailable, .interrupted: 8
        }
    }
}
