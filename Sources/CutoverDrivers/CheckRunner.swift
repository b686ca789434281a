package import CutoverCore
package import CutoverWire

/// Validates a release through its address.
package protocol CheckRunner: Sendable {
    /// Runs a check with its retries. A fault of any kind is a check that did not pass. A cancelled
    /// one ends soon, with its command.
    func run(_ check: CheckConfiguration, on subject: CheckSubject) async -> CheckReport
}

/// What a check is about; a command gets it in its environment.
package struct CheckSubject: Hashable, Sendable {
    /// `CUTOVER_SERVICE`.
    package var service: ServiceName
    /// `CUTOVER_ADDRESS`, such as `127.0.0.1:8081`: the preview before promotion, the service
    /// after.
    package var address: SocketAddress
    /// `CUTOVER_CANDIDATE`.
    package var candidate: ReleaseName
    /// `CUTOVER_STABLE`, empty when there is none.
    package var stable: ReleaseName?
    /// `CUTOVER_SLOT`, empty for a rolling service.
    package var slot: Slot?
    /// Absolute path where a command runs.
    package var directory: String
    /// More variables for a command; `${release}` and `${slot}` stand for the candidate's, and a
    /// value with what one instance has for itself, such as `${port}`, is left out.
    package var environment: [String: String]
    /// Absolute path of a file of `KEY=value` lines for a command.
    ///
    /// `nil`: none.
    package var environmentFile: String?

    package init(
        service: ServiceName,
        address: SocketAddress,
        candidate: ReleaseName,
        stable: ReleaseName?,
        slot: Slot?,
        directory: String,
        environment: [String: String],
        environmentFile: String? = nil
    ) {
        self.service = service
        self.address = address
        self.candidate = candidate
        self.stable = stable
        self.slot = slot
        self.directory = directory
        self.environment = environment
        self.environmentFile = environmentFile
    }
}

/// What a check found, with its output.
package struct CheckReport: Hashable, Sendable {
    package var result: CheckResult
    /// What the last try wrote, or the body that it got: the last 64 KiB, as bytes read as UTF-8,
    /// with control characters still in it.
    package var output: String

    package init(result: CheckResult, output: String) {
        self.result = result
        self.output = output
    }
}
