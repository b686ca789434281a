import CLinux
import Synchronization

/// One thread that waits for the end of every process that is held.
final class ExitWatcher: Sendable {
    static let shared = ExitWatcher(epoll: clinux_epoll_create())

    private let epoll: Int32
    let hasThread = Atomic<Bool>(false)
    private let watches = Mutex<[UInt64: Watch]>([:])
    private let lastToken = Atomic<UInt64>(0)

    private struct Watch {
        var pidfd: Int32
        var body: @Sendable () -> Void
    }

    /// Takes over an epoll instance, or the error number that there is none for, below 0: without
    /// one, each end is polled for.
    init(epoll: Int32) {
        self.epoll = epoll
        guard epoll >= 0 else {
            return
        }
        // The thread and the watcher live as long as the process: the reference is never given
        // back.
        let context = Unmanaged.passRetained(self).toOpaque()
        let result = clinux_thread_start(
            { context in
                if let context {
                    Unmanaged<ExitWatcher>.fromOpaque(context).takeUnretainedValue().run()
                }
            },
            context
        )
        hasThread.store(result == 0, ordering: .sequentiallyConsistent)
    }

    /// Calls `body` once, on the watcher's thread, when the process behind `pidfd` is over.
    ///
    /// `body` keeps whatever owns the descriptor: it must stay open until then.
    func watch(_ pidfd: Int32, _ body: @escaping @Sendable () -> Void) {
        let token = lastToken.wrappingAdd(1, ordering: .relaxed).newValue
        watches.withLock { $0[token] = Watch(pidfd: pidfd, body: body) }
        let isWatched =
            hasThread.load(ordering: .sequentiallyConsistent)
            && clinux_epoll_add(epoll, pidfd, CLINUX_IN, 0, token) == 0
        if !isWatched {
            poll(pidfd, token)
        }
    }

    /// Without memory for a watch the end is noticed late, but it is noticed.
    private func poll(_ pidfd: Int32, _ token: UInt64) {
        Task {
            while clinux_pidfd_is_over(pidfd) == 0 {
                try? await ContinuousClock().sleep(for: .milliseconds(100))
            }
            finish(token)
        }
    }

    private func finish(_ token: UInt64) {
        guard let watch = watches.withLock({ $0.removeValue(forKey: token) }) else {
            return
        }
        // A pidfd stays readable for ever: one that is left here would wake the thread without end.
        _ = clinux_epoll_remove(epoll, watch.pidfd)
        watch.body()
    }

    private func run() {
        var events = [clinux_event](repeating: clinux_event(), count: 64)
        while true {
            let count = clinux_epoll_wait(epoll, &events, Int32(events.count), -1)
            for event in events.prefix(max(0, Int(count))) {
                finish(event.token)
            }
        }
    }
}
