package import CutoverCore
package import CutoverWire

/// What stands behind an instance, recorded so that a later engine finds it again.
package struct InstanceProcess: Hashable, Sendable {
    package var id: InstanceID
    /// What proves that a process is the one that was started.
    ///
    /// `nil`: somebody else runs it, and its address is all that is known.
    package var identity: ProcessIdentity?
    /// Where it is told to listen, and where the proxy and the probes reach it.
    package var address: SocketAddress
    /// Absolute path of the file that gets its output; empty where somebody else runs it.
    package var logPath: String
    package var startedAt: Timestamp

    package init(
        id: InstanceID,
        identity: ProcessIdentity?,
        address: SocketAddress,
        logPath: String,
        startedAt: Timestamp
    ) {
        self.id = id
        self.identity = identity
        self.address = address
        self.logPath = logPath
        self.startedAt = startedAt
    }
}

/// One process of this machine, so that a later engine can prove that it is the same one.
package struct ProcessIdentity: Hashable, Sendable {
    package var processID: Int32
    /// Clock ticks from the machine's start, field 22 of `/proc/PID/stat`.
    ///
    /// With the process ID and the boot ID it names one process for ever.
    package var startTime: UInt64
    /// `/proc/sys/kernel/random/boot_id`: another one means that no process of the record lives.
    package var bootID: String
    /// Random, in the environment of the process as `CUTOVER_PROCESS` and so in that of its
    /// children: the proof that a process that left its group is its own.
    package var token: String

    package init(processID: Int32, startTime: UInt64, bootID: String, token: String) {
        self.processID = processID
        self.startTime = startTime
        self.bootID = bootID
        self.token = token
    }
}

/// What became of a record of an earlier engine.
package enum Adoption: Hashable, Sendable {
    /// The same process runs, and is held.
    case running
    /// It is gone; the text says how that is known.
    case gone(reason: String)
}

/// What is known of an instance.
package struct InstanceInspection: Hashable, Sendable {
    package var process: InstanceProcess
    package var state: State

    package init(process: InstanceProcess, state: State) {
        self.process = process
        self.state = state
    }

    package enum State: Hashable, Sendable {
        case running
        /// Asked to stop, and not gone yet.
        case stopping
        case exited(ExitStatus)
    }
}
