import CutoverCore
import CutoverDrivers

/// The engine's one ordered queue: whatever happens goes through it, and one loop takes it out.
struct Inbox: Sendable {
    let messages: AsyncStream<EngineMessage>
    let work: WorkCount
    private let continuation: AsyncStream<EngineMessage>.Continuation

    init(work: WorkCount) {
        self.work = work
        (messages, continuation) = AsyncStream.makeStream(of: EngineMessage.self)
    }

    /// Returns false when the engine has stopped: the message will not be handled.
    ///
    /// The count is raised here and lowered by the loop when it has handled the message.
    @discardableResult
    func send(_ message: EngineMessage) -> Bool {
        work.begin()
        guard case .enqueued = continuation.yield(message) else {
            work.end()
            return false
        }
        return true
    }

    /// Has the record of a process written; returns when it is on disk.
    func record(_ process: InstanceProcess, of service: ServiceName) async throws {
        let result = await withCheckedContinuation { continuation in
            if !send(.recordProcess(process, service, continuation)) {
                continuation.resume(
                    returning: .failure(ProcessNotRecorded(description: "the engine has stopped"))
                )
            }
        }
        try result.get()
    }

    /// Takes no more messages; those that came in before are still handled.
    func finish() {
        continuation.finish()
    }
}
