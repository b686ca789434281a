package import CutoverCore

/// What is remembered of an instance: enough to find its process again, or to show why it ended.
package struct InstanceRecord: Hashable, Sendable {
    package var instance: Instance
    package var service: ServiceName
    /// `nil` before it was first started.
    package var process: ProcessRecord?
    package var restarts: Int
    /// It was stopped on purpose or given up, and is kept for its evidence alone.
    package var isStopped: Bool
    package var evidence: InstanceEvidence

    package init(
        instance: Instance,
        service: ServiceName,
        process: ProcessRecord?,
        restarts: Int,
        isStopped: Bool,
        evidence: InstanceEvidence
    ) {
        self.instance = instance
        self.service = service
        self.process = process
        self.restarts = restarts
        self.isStopped = isStopped
        self.evidence = evidence
    }
}

/// What stands behind an instance.
package struct ProcessRecord: Hashable, Sendable {
    /// `nil`: somebody else runs it.
    package var identity: Identity?
    /// Where it listens: `127.0.0.1:9101` or `unix:/path`.
    package var address: String
    package var logPath: String
    package var startedAt: Timestamp

    package init(
        identity: Identity?,
        address: String,
        logPath: String,
        startedAt: Timestamp
    ) {
        self.identity = identity
        self.address = address
        self.logPath = logPath
        self.startedAt = startedAt
    }

    /// A process, so that no other one is ever taken for it: a bare process ID is used again by the
    /// kernel.
    package struct Identity: Hashable, Sendable {
        package var processID: Int32
        /// Field 22 of `/proc/PID/stat`: ticks from boot to its start.
        package var startTicks: UInt64
        /// `/proc/sys/kernel/random/boot_id` of the boot in which it was started.
        package var bootID: String
        /// In the environment of the process and of everything that it starts.
        package var token: String

        package init(processID: Int32, startTicks: UInt64, bootID: String, token: String) {
            self.processID = processID
            self.startTicks = startTicks
            self.bootID = bootID
            self.token = token
        }
    }
}
