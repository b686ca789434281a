import Dispatch
import Synchronization

/// Hands the newest of some values from tasks to one thread that waits for it.
final class Handoff<Value: Sendable>: Sendable {
    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)

    private struct State {
        var value: Value?
        var isFinished = false
        /// The semaphore was raised and the thread has not come yet.
        var isSignalled = false
    }

    /// Replaces a value that was not taken.
    func put(_ value: Value) {
        signal { $0.value = value }
    }

    /// No value comes any more.
    func finish() {
        signal { $0.isFinished = true }
    }

    private func signal(_ change: (inout State) -> Void) {
        let mustSignal = state.withLock { state in
            change(&state)
            defer { state.isSignalled = true }
            return !state.isSignalled
        }
        if mustSignal {
            filled.signal()
        }
    }

    /// Waits for the newest value; `nil` when there will be none.
    func take() -> Value? {
        while true {
            filled.wait()
            let (value, isFinished): (Value?, Bool) = state.withLock { state in
                defer { state.value = nil }
                // The end stays visible to the next call.
                state.isSignalled = state.isFinished
                return (state.value, state.isFinished)
            }
            if isFinished {
                filled.signal()
            }
            if value != nil || isFinished {
                return value
            }
        }
    }
}
