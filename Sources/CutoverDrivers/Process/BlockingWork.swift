import CutoverCore
import Dispatch
import Synchronization

/// Calls that can wait for a file system, outside of every actor and of the threads that all tasks
/// share.
enum BlockingWork {
    private static let queue = DispatchQueue(
        label: "cutover.blocking-work",
        attributes: .concurrent
    )

    /// Waits for the result.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: body()) }
        }
    }

    /// Waits for the result for a while; `nil` when it takes longer, and then it is lost.
    static func run<Value: Sendable>(
        limit: Duration,
        _ body: @escaping @Sendable () -> Value
    ) async -> Value? {
        await withCheckedContinuation { continuation in
            let answer = Answer(continuation)
            queue.async { answer.give(body()) }
            DispatchQueue.global()
                .asyncAfter(deadline: .now() + .milliseconds(Int(limit.wholeMilliseconds))) {
                    answer.give(nil)
                }
        }
    }

    /// Resumes once.
    private final class Answer<Value: Sendable>: Sendable {
        private let continuation: Mutex<CheckedContinuation<Value?, Never>?>

        init(_ continuation: CheckedContinuation<Value?, Never>) {
            self.continuation = Mutex(continuation)
        }

        func give(_ value: Value?) {
            let continuation = continuation.withLock { continuation in
                defer { continuation = nil }
                return continuation
            }
            continuation?.resume(returning: value)
        }
    }
}
