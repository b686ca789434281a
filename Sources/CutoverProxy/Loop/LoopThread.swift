import CLinux

/// One loop on its own thread, as the control thread sees it.
final class LoopThread: Sendable {
    /// What the loop is to do.
    let commands: Mailbox<LoopCommand>

    /// What the loop counts for itself.
    let counters = CounterBlock(count: LoopCounter.allCases.count)

    /// Starts the loop, which replies `started`; throws when the system has no room for a thread.
    init(
        index: Int,
        connectionsMaximum: Int,
        memoryMaximum: Int,
        pipesMaximum: Int,
        replies: Mailbox<LoopReply>
    ) throws(ProxyFault) {
        guard let commands = Mailbox<LoopCommand>() else {
            throw ProxyFault("no descriptor is left for a loop: raise the limit of open files")
        }
        self.commands = commands
        let start = Start(
            index: index,
            connectionsMaximum: connectionsMaximum,
            memoryMaximum: memoryMaximum,
            pipesMaximum: pipesMaximum,
            commands: commands,
            replies: replies,
            counters: counters
        )
        let context = Unmanaged.passRetained(start).toOpaque()
        let result = clinux_thread_start(
            { context in
                guard let context else { return }
                Unmanaged<Start>.fromOpaque(context).takeRetainedValue().run()
            },
            context
        )
        guard result == 0 else {
            Unmanaged<Start>.fromOpaque(context).release()
            throw ProxyFault("a thread could not be started: \(systemMessage(-result))")
        }
    }

    /// What the new thread needs.
    private final class Start {
        let index: Int
        let connectionsMaximum: Int
        let memoryMaximum: Int
        let pipesMaximum: Int
        let commands: Mailbox<LoopCommand>
        let replies: Mailbox<LoopReply>
        let counters: CounterBlock

        init(
            index: Int,
            connectionsMaximum: Int,
            memoryMaximum: Int,
            pipesMaximum: Int,
            commands: Mailbox<LoopCommand>,
            replies: Mailbox<LoopReply>,
            counters: CounterBlock
        ) {
            self.index = index
            self.connectionsMaximum = connectionsMaximum
            self.memoryMaximum = memoryMaximum
            self.pipesMaximum = pipesMaximum
            self.commands = commands
            self.replies = replies
            self.counters = counters
        }

        func run() {
            guard
                var loop = Loop(
                    index: index,
                    connectionsMaximum: connectionsMaximum,
                    commands: commands,
                    replies: replies,
                    memoryMaximum: memoryMaximum,
                    pipesMaximum: pipesMaximum,
                    counters: counters
                )
            else {
                replies.post(.started(false))
                replies.post(.stopped)
                return
            }
            replies.post(.started(true))
            loop.run()
        }
    }
}
