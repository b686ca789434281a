import Glibc

/// A process with everything that it started: its session, and what left that but kept the
/// environment.
struct ProcessFamily {
    let leader: ProcessHandle
    /// The entry of the environment that the leader got and its children inherit.
    let mark: String
    /// The leader is our own child, and was not reaped: its ID is its own even when it is over.
    let isUnreapedChild: Bool

    /// Those that run, the leader among them, each held.
    ///
    /// Membership is proven. While the leader holds its ID, a session of that number is its own.
    /// After that the number may be a stranger's, and only the mark counts.
    func members() -> [ProcessHandle] {
        var inSession: [ProcessHandle] = []
        var marked: [ProcessHandle] = []
        let own = getpid()
        for stat in ProcessTable.all() {
            // Nothing older can be a descendant, which spares reading most environments.
            guard stat.startTime >= leader.startTime, !stat.isOver, stat.processID != own else {
                continue
            }
            let isInSession = stat.session == leader.processID
            let isMarked =
                !isInSession && ProcessTable.environment(of: stat.processID, holds: mark)
            guard isInSession || isMarked,
                let handle = ProcessHandle(
                    processID: stat.processID,
                    startTime: stat.startTime
                )
            else {
                continue
            }
            if isMarked {
                marked.append(handle)
            } else {
                inSession.append(handle)
            }
        }
        // Asked last: it was true while the list was read.
        guard isUnreapedChild || !leader.hasExited else {
            return marked
                + inSession.filter { ProcessTable.environment(of: $0.processID, holds: mark) }
        }
        return marked + inSession
    }

    /// Asks all to end; one that is stopped is continued, so that it can.
    func terminate() {
        for member in members() {
            member.send(SIGTERM)
            member.send(SIGCONT)
        }
    }

    /// Waits until none runs; returns early when the task is cancelled.
    func ended() async {
        while !Task.isCancelled {
            let members = members()
            if members.isEmpty {
                break
            }
            for member in members {
                await member.exited()
            }
        }
    }

    /// Ends all by force, also those that appear meanwhile.
    ///
    /// - Returns: Why some still run, after a wait of at most `patience`; `nil` when all are gone.
    func kill(patience: Duration = .seconds(5)) async -> String? {
        let deadline = ContinuousClock.now + patience
        while true {
            let members = members()
            if members.isEmpty {
                return nil
            }
            var refusal: SystemError?
            for member in members {
                refusal = member.send(SIGKILL) ?? refusal
            }
            guard ContinuousClock.now < deadline else {
                let ids = members.map { String($0.processID) }.joined(separator: ", ")
                let cause = refusal.map { ": \($0)" } ?? ", perhaps waiting for a device"
                return "process \(ids) does not end by SIGKILL\(cause)"
            }
            await withTaskGroup { group in
                group.addTask {
                    for member in members {
                        await member.exited()
                    }
                }
                // Short, so that a fork which came between the list and the signal is found.
                group.addTask { try? await ContinuousClock().sleep(for: .milliseconds(200)) }
                await group.next()
                group.cancelAll()
            }
        }
    }
}
