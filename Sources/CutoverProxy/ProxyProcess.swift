import CLinux
import CutoverWire
import Glibc

/// The life of a proxy process.
package enum ProxyProcess {
    /// Runs a proxy until SIGTERM or a `shutdown` request, and returns the exit status of the
    /// process: 0, 1 when it could not start, or `ProxyExit.failedUncounted`; the reason stands on
    /// standard error.
    ///
    /// SIGPIPE is ignored, and what a terminal sends (SIGHUP, SIGINT, SIGTSTP, SIGTTIN, SIGTTOU):
    /// the process must survive the one that it is started from. Call it on the main thread before
    /// any other thread is started.
    package static func run(_ options: ProxyOptions) -> Int32 {
        // Lists of processes would show the last part of the path that was run, which may be `exe`.
        clinux_name_thread("cutover")
        for ignored in [SIGHUP, SIGINT, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE] {
            signal(ignored, SIG_IGN)
        }
        umask(0o077)
        let signals = SignalSet([SIGTERM])
        return exitStatus { () throws(ProxyFault) in
            let options = try Privileges.drop(options)
            let server = try ProxyServer(options)
            try signals.post(to: server.stopRequests, grace: options.graceMilliseconds)
            server.run()
            let failed = server.untoldFailures
            guard failed > 0 else {
                return 0
            }
            let requests = failed == 1 ? "1 request" : "\(failed) requests"
            report("ended after \(requests) had failed that no engine has counted")
            return ProxyExit.failedUncounted
        }
    }

    /// Runs a proxy that nobody controls until it is asked to end by SIGTERM, Ctrl-C or the loss of
    /// its terminal, and returns the exit status, 0 or 1 as above; a second signal ends it at once.
    ///
    /// Call it on the main thread before any other thread is started.
    package static func run(_ options: StaticProxyOptions) -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        // What its caller ignores, as nohup or a shell's `&`, it does not heed either.
        let signals = SignalSet([SIGTERM] + [SIGINT, SIGHUP].filter { !isIgnored($0) })
        return exitStatus { () throws(ProxyFault) in
            try Privileges.drop(to: options.user)
            let proxy = try StaticProxy(options)
            report(proxy.summary)
            try signals.post(to: proxy.stopRequests, grace: options.graceMilliseconds)
            proxy.run()
            let cut = proxy.cutRequests
            if cut > 0 {
                report("ended before \(cut == 1 ? "1 request was" : "\(cut) requests were") done")
            }
            return 0
        }
    }

    private static func exitStatus(_ body: () throws(ProxyFault) -> Int32) -> Int32 {
        do throws(ProxyFault) {
            return try body()
        } catch {
            report(error.description)
            return 1
        }
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}

/// Signals that end a proxy: blocked for every thread, so that one of its own can wait for them.
private struct SignalSet {
    private var signals = sigset_t()

    /// Blocks them for the calling thread and all that it starts.
    init(_ numbers: [Int32]) {
        sigemptyset(&signals)
        for number in numbers {
            sigaddset(&signals, number)
        }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Has each of them ask a proxy to end.
    func post(to stopRequests: StopRequests, grace: UInt32) throws(ProxyFault) {
        let thread = Unmanaged.passRetained(SignalThread(signals, stopRequests, grace: grace))
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
}

/// Waits for signals that every other thread has blocked.
private final class SignalThread {
    private var signals: sigset_t
    private let stopRequests: StopRequests
    private let grace: UInt32

    init(_ signals: sigset_t, _ stopRequests: StopRequests, grace: UInt32) {
        self.signals = signals
        self.stopRequests = stopRequests
        self.grace = grace
    }

    func wait() {
        while true {
            var received: Int32 = 0
            if sigwait(&signals, &received) == 0 {
                stopRequests.post(graceMilliseconds: grace)
            }
        }
    }
}
