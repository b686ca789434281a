import CutoverCore
import Foundation

/// A verb of the command line, as it is sent to the engine that runs.
struct VerbRequest {
    var service: String
    var action: EngineCommand.Action

    /// Sends the verb, prints the answer, and waits for the rollout where that is asked for.
    ///
    /// - Throws: the exit status, when it is not 0.
    func perform(on options: ProjectOptions, waiting: WaitOptions) async throws {
        let project = try options.load()
        let name = ServiceName(rawValue: service)
        guard project.configuration.services.contains(where: { $0.name == name }) else {
            let known = project.configuration.services.map(\.name.rawValue)
            complain(
                "no service '\(service)' in \(project.manifest): \(known.joined(separator: ", "))"
            )
            throw ExitStatus.usage.code
        }
        let link = try await RunningEngine.attach(to: project)
        let actor = Actor(name: "\(Actor.current().name) via command line")
        let command = EngineCommand(service: name, action: action, expected: nil, actor: actor)
        switch await link.send(command) {
        case .refused(let reason):
            complain("\(action.verb.rawValue) \(service): refused: \(reason)")
            throw ExitStatus.refused.code
        case .accepted(let sentence): print("\(service): \(sentence)")
        }
        if waiting.wait {
            try await Self.follow(name, through: link, limit: .seconds(waiting.timeout))
        }
    }

    /// Prints each new sentence until the rollout has come to rest.
    private static func follow(
        _ name: ServiceName,
        through link: any EngineLink,
        limit: Duration
    ) async throws {
        let deadline = ContinuousClock.now + limit
        var lastSentence = ""
        for await snapshot in link.snapshots() {
            guard let service = snapshot.services.first(where: { $0.name == name }),
                let rollout = service.rollout
            else { continue }
            if rollout.progress.sentence != lastSentence {
                lastSentence = rollout.progress.sentence
                print("\(name): \(rollout.progress.phase.rawValue): \(lastSentence)")
            }
            let status = ExitStatus(of: service)
            if status != .timedOut || ContinuousClock.now >= deadline {
                if status == .done { return }
                throw status.code
            }
        }
        complain("the engine stopped before the rollout ended")
        throw ExitStatus.engineUnavailable.code
    }
}
