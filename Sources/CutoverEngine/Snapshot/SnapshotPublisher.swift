import CutoverCore
import Synchronization

/// Hands the newest snapshot to every subscriber; a slow one misses the ones between.
final class SnapshotPublisher: Sendable {
    private let state = Mutex(State())

    private struct State {
        var latest: EngineSnapshot?
        var nextSubscriber = 0
        var subscribers: [Int: AsyncStream<EngineSnapshot>.Continuation] = [:]
        var isFinished = false
    }

    /// The newest snapshot.
    ///
    /// `nil` before the engine has made its first.
    var latest: EngineSnapshot? {
        state.withLock(\.latest)
    }

    /// Begins with the newest snapshot; ends when the engine stops.
    func subscribe() -> AsyncStream<EngineSnapshot> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: EngineSnapshot.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let number: Int? = state.withLock { state in
            if let latest = state.latest {
                continuation.yield(latest)
            }
            guard !state.isFinished else {
                return nil
            }
            state.nextSubscriber += 1
            state.subscribers[state.nextSubscriber] = continuation
            return state.nextSubscriber
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.remove(number)
        }
        return stream
    }

    func publish(_ snapshot: EngineSnapshot) {
        let subscribers = state.withLock { state in
            state.latest = snapshot
            return Array(state.subscribers.values)
        }
        for subscriber in subscribers {
            subscriber.yield(snapshot)
        }
    }

    func finish() {
        let subscribers = state.withLock { state in
            state.isFinished = true
            defer { state.subscribers = [:] }
            return Array(state.subscribers.values)
        }
        for subscriber in subscribers {
            subscriber.finish()
        }
    }

    private func remove(_ number: Int) {
        // Dropped outside the lock: the end of a continuation calls back into this type.
        _ = state.withLock { $0.subscribers.removeValue(forKey: number) }
    }
}
