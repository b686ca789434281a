/// How much of what instances write is kept.
package struct LogLimits: Hashable, Sendable {
    /// A log of more bytes than this begins anew.
    package var bytes: Int
    /// Files of one instance: the one that grows and the older ones, at least 2.
    package var files: Int
    /// Instances of a service whose logs are kept, those that run not counted.
    package var instances: Int

    package init(bytes: Int = 10 << 20, files: Int = 3, instances: Int = 20) {
        self.bytes = bytes
        self.files = files
        self.instances = instances
    }
}
