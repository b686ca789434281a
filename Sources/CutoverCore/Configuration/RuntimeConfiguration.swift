/// How an instance of a service is run as a process, or where somebody else runs it.
///
/// `${port}` or `${socket}`, `${address}`, `${release}`, `${instance}` and `${slot}` are replaced
/// in the command and in the values of the environment, which also gets `PORT` or `SOCKET`,
/// `RELEASE`, `INSTANCE` and `SLOT`.
package struct RuntimeConfiguration: Hashable, Sendable {
    /// Program and arguments, never a shell line.
    ///
    /// At least one element, and none where somebody else starts the instances.
    package var command: [String]
    /// Absolute: the manifest resolves it against its own folder.
    package var directory: String
    package var environment: [String: String]
    /// Absolute path of a file of `KEY=value` lines, read at each start.
    ///
    /// `nil`: none.
    package var environmentFile: String?
    package var endpoints: InstanceEndpoints
    /// From SIGTERM to SIGKILL.
    package var stopGrace: Duration
    package var restart: RestartConfiguration

    package init(
        command: [String],
        directory: String,
        environment: [String: String],
        environmentFile: String?,
        endpoints: InstanceEndpoints,
        stopGrace: Duration,
        restart: RestartConfiguration
    ) {
        self.command = command
        self.directory = directory
        self.environment = environment
        self.environmentFile = environmentFile
        self.endpoints = endpoints
        self.stopGrace = stopGrace
        self.restart = restart
    }
}

/// When a crashed instance is started again, and when it is given up.
package struct RestartConfiguration: Hashable, Sendable {
    /// The wait before the first restart; it doubles up to `maximumDelay`.
    package var initialDelay: Duration
    package var maximumDelay: Duration
    /// This many exits within `window` are a crash loop.
    package var limit: Int
    package var window: Duration

    package init(
        initialDelay: Duration = .milliseconds(500),
        maximumDelay: Duration = .seconds(30),
        limit: Int = 5,
        window: Duration = .seconds(60)
    ) {
        self.initialDelay = initialDelay
        self.maximumDelay = maximumDelay
        self.limit = limit
        self.window = window
    }
}
