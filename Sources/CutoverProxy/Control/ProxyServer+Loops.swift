import CutoverWire
import Glibc

// What the control thread asks of the loops, and waits for.

extension ProxyServer {
    /// A loop that does not run would leave the connections of its sockets unanswered.
    func awaitStart() throws(ProxyFault) {
        let started = collect(for: Self.replyTimeout) { reply in
            if case .started(let runs) = reply { runs } else { false }
        }
        guard started.count == loops.count else {
            for loop in loops {
                loop.commands.post(.stop(graceMilliseconds: 0))
            }
            throw ProxyFault(
                "\(started.count) of \(loops.count) loops could start: no memory or no descriptor "
                    + "is left"
            )
        }
    }

    /// Sends a command to every loop; the ticket tells its replies from late ones of another.
    func ask(_ command: (UInt64) -> LoopCommand) -> UInt64 {
        lastTicket += 1
        for loop in loops {
            loop.commands.post(command(lastTicket))
        }
        return lastTicket
    }

    /// Waits for one reply of each loop.
    func collect(
        for timeout: Duration,
        where isAwaited: (LoopReply) -> Bool
    ) -> [LoopReply] {
        let deadline = ContinuousClock.now + timeout
        var found: [LoopReply] = []
        while found.count < loops.count, endedLoops < loops.count, ContinuousClock.now < deadline {
            found += receive().filter(isAwaited)
        }
        return found
    }

    /// Replies that come in the next moment; those that end a loop are counted.
    func receive() -> [LoopReply] {
        var entry = pollfd(fd: replies.descriptor, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, 100)
        let all = replies.takeAll()
        for case .stopped in all {
            endedLoops += 1
        }
        return all
    }
}
