import CutoverCore
import CutoverDashboard
import CutoverEngine

/// What becomes of the engine when the dashboard that hosts it goes.
struct Departing {
    var project: Project
    var link: any EngineLink
    /// `nil`: another process hosts the engine, and nothing becomes of it.
    var host: EngineHost?

    /// Instances and traffic go on in every case; this is about rollouts.
    func leave(_ ending: DashboardSession.Ending) async throws {
        guard let host else { return }
        switch ending {
        case .quit(.atOnce), .quit(.holding): await host.stop()
        case .quit(.inBackground), .quit(.rollingBack): try await handOver(from: host)
        case .hangup: try await followPolicy(host)
        case .terminated: await host.stop()
        }
    }

    /// The terminal is gone: nobody can be asked.
    private func followPolicy(_ host: EngineHost) async throws {
        switch project.configuration.onDisconnect {
        case .hold: await tellLiveRollouts(.pause)
        case .continue: break
        case .rollback: await tellLiveRollouts(.rollback)
        }
        try await handOver(from: host)
    }

    private func tellLiveRollouts(_ action: EngineCommand.Action) async {
        for await snapshot in link.snapshots() {
            for service in snapshot.services {
                guard case .possible = service.availability[action.verb],
                    let rollout = service.rollout, rollout.progress.outcome == nil
                else { continue }
                let command = EngineCommand(
                    service: service.name,
                    action: action,
                    expected: nil,
                    actor: Actor(name: "disconnect policy")
                )
                _ = await link.send(command)
            }
            return
        }
    }

    /// The state directory is free for a moment; instances and proxy do not notice.
    private func handOver(from host: EngineHost) async throws {
        await host.stop()
        try BackgroundEngine.start(project)
    }
}
