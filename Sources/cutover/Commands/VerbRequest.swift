import CutoverCore
import CutoverScreen
import Foundation

/// A verb of the command line, as it is sent to the engine that runs.
struct VerbRequest {
    var service: String
    var action: EngineCommand.Action

    /// Sends the verb, prints the answer, and waits for the rollout where that is asked for.
    ///
    /// - Throws: the exit status, when it is not 0.
    func perform(on options: ProjectOptions, waiting: WaitOptions) async throws {
        let link = try await options.attach().engine
        let name = try link.service(service)
        let actor = Actor(name: "\(Actor.current().name) via command line")
        let command = EngineCommand(service: name, action: action, expected: nil, actor: actor)
        let mark: RolloutMark?
        switch await link.send(command) {
        case .refused(let reason):
            complain("\(action.verb.rawValue) \(service): refused: \(reason)")
            throw ExitStatus.refused.code
        case .accepted(let deed, let rollout):
            print("\(service): \(deed.sentence)")
            mark = rollout
        }
        guard waiting.wait, let mark else { return }
        var wait = RolloutWait(for: mark, of: name)
        let status = await Self.follow(&wait, through: link, limit: .seconds(waiting.limit))
        if status != .done { throw status.code }
    }

    /// Prints what the rollout does until it has come to rest or the time is over.
    private static func follow(
        _ wait: inout RolloutWait,
        through link: any EngineLink,
        limit: Duration
    ) async -> ExitStatus {
        let deadline = ContinuousClock.now + limit
        for await snapshot in link.snapshots(for: limit) {
            let finding = wait.look(at: snapshot)
            if let line = finding.line { print(Sanitizer.sanitize("\(wait.service): \(line)")) }
            if let status = finding.status { return status }
        }
        if ContinuousClock.now >= deadline { return .timedOut }
        complain("the engine stopped, or does not answer, before the rollout ended")
        return .engineUnavailable
    }
}

extension EngineLink {
    /// What ``snapshots()`` gives, for so long at the most, whether or not any comes.
    fileprivate func snapshots(for limit: Duration) -> AsyncStream<EngineSnapshot> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let following = Task {
                for await snapshot in snapshots() { continuation.yield(snapshot) }
                continuation.finish()
            }
            let clock = Task {
                try await Task.sleep(for: limit)
                continuation.finish()
            }
            continuation.onTermination = { _ in
                following.cancel()
                clock.cancel()
            }
        }
    }
}
