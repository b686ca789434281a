import CLinux
import Glibc

/// The life of a proxy process.
package enum ProxyProcess {
    /// Runs a proxy until SIGTERM or a `shutdown` request, and returns the exit status of the
    /// process: 0, or 1 when it could not start; the reason stands on standard error.
    ///
    /// SIGHUP, SIGINT, SIGTSTP and SIGPIPE are ignored: the process is started from a terminal that
    /// it must survive. Call it on the main thread before any other thread is started.
    package static func run(_ options: ProxyOptions) -> Int32 {
        for ignored in [SIGHUP, SIGINT, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE] {
            signal(ignored, SIG_IGN)
        }
        var terminating = sigset_t()
        sigemptyset(&terminating)
        sigaddset(&terminating, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &terminating, nil)
        umask(0o077)
        do throws(ProxyFault) {
            let options = try Privileges.drop(options)
            let server = try ProxyServer(options)
            try SignalThread.start(server.stopRequests, grace: options.graceMilliseconds)
            server.run()
            return 0
        } catch {
            report(error.description)
            return 1
        }
    }
}

/// Waits for SIGTERM, which every other thread has blocked.
private final class SignalThread {
    private let stopRequests: StopRequests
    private let grace: UInt32

    private init(_ stopRequests: StopRequests, grace: UInt32) {
        self.stopRequests = stopRequests
        self.grace = grace
    }

    static func start(_ stopRequests: StopRequests, grace: UInt32) throws(ProxyFault) {
        let thread = Unmanaged.passRetained(SignalThread(stopRequests, grace: grace))
        let result = clinux_thread_start(
            { context in
                guard let context else { return }
                Unmanaged<SignalThread>.fromOpaque(context).takeRetainedValue().wait()
            },
            thread.toOpaque()
        )
        guard result == 0 else {
            thread.release()
            throw ProxyFault("a thread could not be started: \(systemMessage(-result))")
        }
    }

    private func wait() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        while true {
            var received: Int32 = 0
            if sigwait(&signals, &received) == 0 {
                stopRequests.post(graceMilliseconds: grace)
            }
        }
    }
}
