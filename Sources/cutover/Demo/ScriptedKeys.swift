import CutoverCore
import CutoverDashboard
import CutoverDemo
import Synchronization

/// Presses the keys of a script as a person would: one at a time, when what it waits for is there.
final class ScriptedKeys: Sendable {
    private let script: DemoScript
    private let fault = Mutex<String?>(nil)

    init(_ script: DemoScript) {
        self.script = script
    }

    /// The step that could not be done.
    ///
    /// `nil`: all were.
    var failure: String? { fault.withLock { $0 } }

    /// A person's pace: beyond the guard against keys that answer a dialog nobody has read.
    private static let pace = Duration.milliseconds(400)

    func press(into queue: InputQueue, following link: any EngineLink) async {
        for step in script.steps {
            switch step {
            case .press(let key):
                try? await Task.sleep(for: Self.pace)
                queue.post(.keys([key]))
            case .after(let duration): try? await Task.sleep(for: duration)
            case .wait(let service, let goal):
                guard await isMet(goal, by: service, through: link) else {
                    fault.withLock { $0 = "\(service) was not \(goal) within a minute" }
                    return
                }
            }
            if Task.isCancelled { return }
        }
    }

    private func isMet(
        _ goal: DemoScript.Goal,
        by name: ServiceName,
        through link: any EngineLink
    ) async -> Bool {
        let deadline = ContinuousClock.now + .seconds(60)
        for await snapshot in link.snapshots() {
            let service = snapshot.services.first { $0.name == name }
            if goal.isMet(by: service?.rollout) { return true }
            if ContinuousClock.now >= deadline { return false }
        }
        return false
    }
}
