import Synchronization

/// How much the engine has in hand: messages not yet handled and effects not yet answered.
///
/// It is raised before a piece of work is started, so that zero means that nothing will happen
/// until the alarm rings or somebody asks. Tests wait for it where they would otherwise sleep.
package final class WorkCount: Sendable {
    private let state = Mutex(State())

    private struct State {
        var count = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    package init() {}

    package func begin() {
        state.withLock { $0.count += 1 }
    }

    package func end() {
        let waiters = state.withLock { state in
            state.count -= 1
            guard state.count == 0 else {
                return [CheckedContinuation<Void, Never>]()
            }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters {
            waiter.resume()
        }
    }

    /// Returns when nothing is in hand.
    package func idle() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.count == 0 {
                    return true
                }
                state.waiters.append(continuation)
                return false
            }
            if isIdle {
                continuation.resume()
            }
        }
    }
}
