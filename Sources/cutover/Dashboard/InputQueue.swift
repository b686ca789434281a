import CutoverDashboard
import CutoverTerminal
import Synchronization

/// What other threads have to tell the dashboard, in order, until the terminal's thread takes it.
///
/// Only the newest snapshot is kept: a slow terminal must not make a queue grow.
final class InputQueue: Sendable {
    private let inputs = Mutex<[DashboardInput]>([])
    private let waker = Mutex<TerminalWaker?>(nil)

    /// Must be called before anything waits for the terminal.
    func attach(_ waker: TerminalWaker) {
        self.waker.withLock { $0 = waker }
    }

    func post(_ input: DashboardInput) {
        inputs.withLock { inputs in
            if case .snapshot = input {
                inputs.removeAll { if case .snapshot = $0 { true } else { false } }
            }
            inputs.append(input)
        }
        waker.withLock { $0 }?.wake()
    }

    func takeAll() -> [DashboardInput] {
        inputs.withLock { inputs in
            defer { inputs = [] }
            return inputs
        }
    }
}
