package import CutoverCore

/// A release that the engine has heard of.
package struct ReleaseRecord: Hashable, Sendable {
    package var service: ServiceName
    package var release: ReleaseName
    package var seenAt: Timestamp
    /// `nil` while it was never deployed.
    package var lastDeployedAt: Timestamp?

    package init(
        service: ServiceName,
        release: ReleaseName,
        seenAt: Timestamp,
        lastDeployedAt: Timestamp?
    ) {
        self.service = service
        self.release = release
        self.seenAt = seenAt
        self.lastDeployedAt = lastDeployedAt
    }
}
