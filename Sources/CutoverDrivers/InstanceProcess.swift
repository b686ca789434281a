package import CutoverCore
package import CutoverWire

/// The process behind an instance, recorded so that a later engine can prove that it is the same
/// one.
package struct InstanceProcess: Hashable, Sendable {
    package var id: InstanceID
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
    /// Where it is told to listen, and where the proxy and the probes reach it.
    package var address: SocketAddress
    /// Absolute path of the file that gets its output.
    package var logPath: String
    package var startedAt: Timestamp

    package init(
        id: InstanceID,
        processID: Int32,
        startTime: UInt64,
        bootID: String,
        token: String,
        address: SocketAddress,
        logPath: String,
        startedAt: Timestamp
    ) {
        self.id = id
        self.processID = processID
        self.startTime = startTime
        self.bootID = bootID
        self.token = token
        self.address = address
        self.logPath = logPath
        self.startedAt = startedAt
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
