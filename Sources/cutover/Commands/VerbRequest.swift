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
        let before = try await link.rollout(of: name)
        let actor = Actor(name: "\(Actor.current().name) via command line")
        let command = EngineCommand(service: name, action: action, expected: nil, actor: actor)
        switch await link.send(command) {
        case .refused(let reason):
            complain("\(action.verb.rawValue) \(service): refused: \(reason)")
            throw ExitStatus.refused.code
        case .accepted(let deed): print("\(service): \(deed.sentence)")
        }
        if waiting.wait {
            try await Self.follow(
                name,
                from: before,
                through: link,
                limit: .seconds(waiting.timeout)
            )
        }
    }

    /// Prints each new sentence until the rollout has come to rest.
    ///
    /// A snapshot that is older than the answer still shows the rollout as it was `before`.
    private static func follow(
        _ name: ServiceName,
        from before: RolloutMark?,
        through link: any EngineLink,
        limit: Duration
    ) async throws {
        let deadline = ContinuousClock.now + limit
        var lastSentence = ""
        for await snapshot in link.snapshots() {
            guard let service = snapshot.services.first(where: { $0.name == name }),
                let rollout = service.rollout, RolloutMark(rollout) != before
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

/// A rollout and where it stood: enough to tell whether something has happened to it since.
struct RolloutMark: Hashable {
    var id: RolloutID
    var revision: Int

    init(_ rollout: RolloutSnapshot) {
        id = rollout.id
        revision = rollout.revision
    }
}

extension EngineLink {
    /// Where the rollout of a service stands, the running or the last one; `nil`: there was none.
    fileprivate func rollout(of service: ServiceName) async throws -> RolloutMark? {
        for await snapshot in snapshots() {
            return snapshot.services.first { $0.name == service }?.rollout.map(RolloutMark.init)
        }
        complain("the engine stopped")
        throw ExitStatus.engineUnavailable.code
    }
}
