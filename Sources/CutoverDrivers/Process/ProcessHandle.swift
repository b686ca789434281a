import CLinux
import Glibc
import Synchronization

/// Holds one process by a pidfd: whatever is done through it can reach no other process, even when
/// the ID is used again.
final class ProcessHandle: Sendable {
    let processID: Int32
    let startTime: UInt64
    private let pidfd: Int32
    private let state = Mutex(State())

    private struct State {
        var isWatched = false
        var hasExited = false
        var waiters: [Int: @Sendable () -> Void] = [:]
        var nextWaiter = 0
        var status: ExitStatus?
    }

    /// Takes hold of a process; `nil` when there is none with this ID and start time that still
    /// runs.
    convenience init?(processID: Int32, startTime: UInt64) {
        guard let handle = Self.hold(processID) else {
            return nil
        }
        // The order is the proof: first the pidfd, then the start time of whatever has the ID, then
        // the fact that the process of the pidfd still runs, so that the ID was its own all the
        // while.
        guard let stat = ProcessTable.stat(of: processID), stat.startTime == startTime,
            !stat.isOver, clinux_pidfd_is_over(handle) == 0
        else {
            close(handle)
            return nil
        }
        self.init(processID: processID, startTime: startTime, pidfd: handle)
    }

    /// Takes hold of a child that was not reaped, so that its ID is its own even if it is over.
    convenience init?(child processID: Int32) {
        guard let handle = Self.hold(processID) else {
            return nil
        }
        guard let stat = ProcessTable.stat(of: processID) else {
            close(handle)
            return nil
        }
        self.init(processID: processID, startTime: stat.startTime, pidfd: handle)
    }

    private init(processID: Int32, startTime: UInt64, pidfd: Int32) {
        self.processID = processID
        self.startTime = startTime
        self.pidfd = pidfd
    }

    deinit {
        close(pidfd)
    }

    private static func hold(_ processID: Int32) -> Int32? {
        // 0 and below would mean groups in calls that take IDs.
        guard processID > 0 else {
            return nil
        }
        let pidfd = clinux_pidfd_open(processID)
        return pidfd >= 0 ? pidfd : nil
    }

    /// It is over, whether reaped or not.
    var hasExited: Bool { clinux_pidfd_is_over(pidfd) == 1 }

    /// Sends a signal; `nil` when it was sent or the process is over, else why it could not be.
    @discardableResult
    func send(_ signal: Int32) -> SystemError? {
        let result = clinux_pidfd_send_signal(pidfd, signal)
        return result < 0 && result != -ESRCH ? SystemError(code: -result) : nil
    }

    /// Collects the exit status of a process that is over; `unknown` when it is the child of
    /// another.
    ///
    /// After this the ID may be used again. Every call after the first gives the same answer.
    func reap() -> ExitStatus {
        state.withLock { state in
            if let status = state.status {
                return status
            }
            var result = clinux_exit()
            let status: ExitStatus =
                if clinux_pidfd_reap(pidfd, &result) < 0 || result.hasExited == 0 {
                    .unknown
                } else if result.signalled == 1 {
                    .signalled(result.code)
                } else {
                    .exited(code: result.code)
                }
            state.status = status
            return status
        }
    }

    /// Waits for the end; returns early when the task is cancelled.
    func exited() async {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Cancelled before: the handler below found no waiter to wake.
                onExit(waiter) { continuation.resume() }
                if Task.isCancelled {
                    wake(waiter)
                }
            }
        } onCancel: {
            wake(waiter)
        }
    }

    /// Calls `body` once when the process is over, at once if it is already.
    func onExit(_ body: @escaping @Sendable () -> Void) {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        onExit(waiter, body)
    }

    private func onExit(_ waiter: Int, _ body: @escaping @Sendable () -> Void) {
        let (isOver, mustWatch) = state.withLock { state in
            if state.hasExited {
                return (true, false)
            }
            state.waiters[waiter] = body
            defer { state.isWatched = true }
            return (false, !state.isWatched)
        }
        if isOver {
            body()
        } else if mustWatch {
            ExitWatcher.shared.watch(pidfd) { self.wakeAll() }
        }
    }

    private func wake(_ waiter: Int) {
        state.withLock { $0.waiters.removeValue(forKey: waiter) }?()
    }

    private func wakeAll() {
        let waiters = state.withLock { state in
            state.hasExited = true
            defer { state.waiters = [:] }
            return state.waiters
        }
        for (_, body) in waiters.sorted(by: { $0.key < $1.key }) {
            body()
        }
    }
}
