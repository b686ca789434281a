import CLinux
import Glibc
import Synchronization

/// Ctrl-C and its like end everything that was started.
enum Interruption {
    private static let directory = Mutex<TemporaryDirectory?>(nil)
    private static let isEnding = Atomic(false)

    /// Waits for signals on a thread of its own; call it before any other thread is started.
    static func endEverything(removing directory: TemporaryDirectory) throws(BenchFault) {
        self.directory.withLock { $0 = directory }
        var signals = signals
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let result = clinux_thread_start({ _ in Interruption.wait() }, nil)
        guard result == 0 else { throw .system(-result, "a thread for signals") }
    }

    /// Leaves the end of the process to a signal, when one came: what fails then fails for it.
    static func standAside() {
        while isEnding.load(ordering: .relaxed) { pause() }
    }

    private static var signals: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        return signals
    }

    private static func wait() {
        var signals = signals
        var received: Int32 = 0
        guard sigwait(&signals, &received) == 0 else { return }
        isEnding.store(true, ordering: .relaxed)
        ChildProcess.endAll()
        directory.withLock { $0?.remove() }
        _exit(128 + received)
    }
}
