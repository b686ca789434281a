import CutoverEngine
import Synchronization

/// A stream whose elements are work in hand from the moment that they are put in, until their
/// consumer asks for the next.
final class CountedQueue<Element: Sendable>: Sendable {
    private let work: WorkCount
    private let state = Mutex(State())

    private struct State {
        var elements: [Element] = []
        var consumer: CheckedContinuation<Element?, Never>?
        var hasDelivered = false
        var isFinished = false
    }

    init(work: WorkCount) {
        self.work = work
    }

    /// For one consumer.
    var stream: AsyncStream<Element> {
        AsyncStream { await self.next() }
    }

    func put(_ element: Element) {
        work.begin()
        let consumer = state.withLock { state in
            guard let consumer = state.consumer else {
                state.elements.append(element)
                return nil as CheckedContinuation<Element?, Never>?
            }
            state.consumer = nil
            state.hasDelivered = true
            return consumer
        }
        consumer?.resume(returning: element)
    }

    func finish() {
        let (consumer, left) = state.withLock { state in
            state.isFinished = true
            defer {
                state.consumer = nil
                state.elements = []
            }
            return (state.consumer, state.elements.count)
        }
        for _ in 0..<left {
            work.end()
        }
        consumer?.resume(returning: nil)
    }

    private func next() async -> Element? {
        let isBackForMore = state.withLock { state in
            defer { state.hasDelivered = false }
            return state.hasDelivered
        }
        if isBackForMore {
            work.end()
        }
        return await withCheckedContinuation { continuation in
            let element: Element?? = state.withLock { state in
                if let first = state.elements.first {
                    state.elements.removeFirst()
                    state.hasDelivered = true
                    return .some(first)
                }
                if state.isFinished {
                    return .some(nil)
                }
                state.consumer = continuation
                return nil
            }
            if let element {
                continuation.resume(returning: element)
            }
        }
    }
}
