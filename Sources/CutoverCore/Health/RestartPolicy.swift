/// When a process that ended by itself is started again, and when it is a crash loop.
///
/// Each wait is twice the one before, up to the longest; a process that lived for the whole window
/// begins anew with the shortest.
package struct RestartPolicy: Hashable, Sendable {
    private let configuration: RestartConfiguration
    /// The last exits within the window, oldest first, at most `limit`.
    private var exits: [Timestamp] = []

    package init(configuration: RestartConfiguration) {
        self.configuration = configuration
    }

    /// What follows an exit.
    package struct Decision: Hashable, Sendable {
        package var restartAt: Timestamp
        /// `limit` exits within the window: whoever waits for the instance should not.
        package var isCrashLoop: Bool
    }

    package mutating func processEnded(at now: Timestamp) -> Decision {
        exits.removeAll { $0 <= now - configuration.window }
        exits.append(now)
        if exits.count > configuration.limit { exits.removeFirst() }
        let isCrashLoop = exits.count >= configuration.limit
        let delay = isCrashLoop ? configuration.maximumDelay : delay(before: exits.count)
        return Decision(restartAt: now + delay, isCrashLoop: isCrashLoop)
    }

    /// The wait after the given exit within the window, from 1.
    private func delay(before exit: Int) -> Duration {
        var delay = configuration.initialDelay
        for _ in 1..<max(exit, 1) {
            if delay >= configuration.maximumDelay { break }
            delay *= 2
        }
        return min(delay, configuration.maximumDelay)
    }
}
