import CutoverCore
import CutoverDashboard
import CutoverEngine
import CutoverScreen
import Foundation

/// What becomes of the engine when the dashboard that hosts it goes.
struct Departing {
    var project: Project
    var link: any EngineLink
    /// `nil`: another process hosts the engine, and nothing becomes of it.
    var host: EngineHost?
    var glyphs: Glyphs

    /// Instances and traffic go on in every case; this is about rollouts.
    func leave(_ ending: DashboardSession.Ending) async throws {
        guard let host else { return }
        switch ending {
        case .quit(.atOnce), .quit(.holding), .terminated:
            let last = await newest()
            await host.stop()
            tell(last, driver: .nobody)
        case .quit(.inBackground), .quit(.rollingBack):
            let last = await newest()
            try await handOver(from: host)
            if let driver = await backgroundEngine() { tell(last, driver: driver) }
        case .hangup: try await followPolicy(host)
        }
    }

    /// A state of after this moment, so that what was sent last is in it.
    ///
    /// `nil`: there was none within a second, and leaving does not wait for words.
    private func newest() async -> EngineSnapshot? {
        let asked = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        return await withTaskGroup(of: EngineSnapshot?.self) { group in
            group.addTask {
                for await snapshot in link.snapshots() {
                    let isLive = snapshot.services.compactMap(\.rollout)
                        .contains { $0.progress.outcome == nil }
                    if !isLive || snapshot.at > asked { return snapshot }
                }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(1))
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private func tell(_ snapshot: EngineSnapshot?, driver: Farewell.Driver) {
        guard let snapshot else { return }
        let text = Farewell(snapshot, driver: driver, glyphs: glyphs).text
        if !text.isEmpty { print(text) }
    }

    /// Waits until the engine in the background answers; `nil`, after it was said, if none does.
    private func backgroundEngine() async -> Farewell.Driver? {
        let client = ControlClient(stateDirectory: project.stateDirectory)
        let log = "\(project.stateDirectory)/engine.log"
        for _ in 0..<100 {
            if let processID = try? client.engineProcess() {
                return .background(processID: processID, log: log)
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
        complain("the engine in the background did not answer within 5 s; see \(log)")
        return nil
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
