/// Who gets the requests of a service: the one thing that a rollout moves.
///
/// A table with weight must name at least one instance that gets it; the proxy refuses another.
package struct Traffic: Hashable, Codable, Sendable {
    package var stable: TrafficSide?
    package var candidate: TrafficSide?

    package init(stable: TrafficSide?, candidate: TrafficSide?) {
        self.stable = stable
        self.candidate = candidate
    }

    /// Both sides, stable first, without the missing ones.
    package var sides: [TrafficSide] { [stable, candidate].compactMap(\.self) }
}

/// The instances of one release that are in rotation, and the share that they get together.
package struct TrafficSide: Hashable, Codable, Sendable {
    package var release: ReleaseName
    package var slot: Slot?
    /// Get requests.
    ///
    /// An instance of the release that is not listed gets no new request.
    package var rotation: [InstanceID]
    /// Share of the public requests, relative to the other side's: percent in blue-green, number of
    /// instances in rolling.
    ///
    /// 0 with a non-empty rotation is reachable on the preview only.
    package var weight: Int

    package init(release: ReleaseName, slot: Slot?, rotation: [InstanceID], weight: Int) {
        self.release = release
        self.slot = slot
        self.rotation = rotation
        self.weight = weight
    }
}
