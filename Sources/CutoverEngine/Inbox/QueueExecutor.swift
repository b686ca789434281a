import Dispatch

/// Runs an actor's jobs on a dispatch queue of its own.
///
/// The engine's loop waits for the disk at each commit; on a thread of the shared pool it would
/// keep every other task of a small machine waiting too.
final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label, qos: .userInitiated)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            job.runSynchronously(on: self.asUnownedSerialExecutor())
        }
    }
}
