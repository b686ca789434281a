/// One service at one instant.
package struct ServiceSnapshot: Hashable, Codable, Sendable {
    package var name: ServiceName
    package var isRolling: Bool
    /// Whether somebody else starts and stops its instances.
    package var isExternal: Bool
    /// The public address, `HOST:PORT`.
    package var listen: String
    /// Which requests there are its own, as ``RequestMatch`` writes them; none: all that no other
    /// service claims.
    package var matches: [String]
    package var preview: String?
    /// `nil` before the first deployment is promoted.
    package var live: ReleaseName?
    package var liveSlot: Slot?
    /// The running rollout, or the last one that ended.
    ///
    /// `nil` before the first.
    package var rollout: RolloutSnapshot?
    /// The deploy that begins as soon as the running rollout has ended.
    package var queued: QueuedDeploy?
    /// Blue then green; for a rolling service stable then candidate.
    ///
    /// An empty side is left out.
    package var sides: [SideSnapshot]
    /// Over both sides.
    package var traffic: TrafficFigures
    /// Requests per second, one value a second, oldest first, at most 120.
    package var rateHistory: [Double]
    /// What the deploy form offers, newest first.
    package var knownReleases: [ReleaseName]
    /// Of the known releases those of which there is something to say.
    package var standings: [ReleaseName: ReleaseStanding]
    package var availability: [Verb: VerbAvailability]
    /// Answers that the proxy itself gave because it found no way to serve: 502, 503 and 504.
    package var failedByProxy: UInt64
    /// A proxy died since the engine began: more may have failed than was counted.
    package var failedUncounted: Bool

    package init(
        name: ServiceName,
        isRolling: Bool,
        isExternal: Bool = false,
        listen: String,
        matches: [String] = [],
        preview: String?,
        live: ReleaseName?,
        liveSlot: Slot?,
        rollout: RolloutSnapshot?,
        queued: QueuedDeploy? = nil,
        sides: [SideSnapshot],
        traffic: TrafficFigures,
        rateHistory: [Double],
        knownReleases: [ReleaseName],
        standings: [ReleaseName: ReleaseStanding] = [:],
        availability: [Verb: VerbAvailability],
        failedByProxy: UInt64,
        failedUncounted: Bool = false
    ) {
        self.name = name
        self.isRolling = isRolling
        self.isExternal = isExternal
        self.listen = listen
        self.matches = matches
        self.preview = preview
        self.live = live
        self.liveSlot = liveSlot
        self.rollout = rollout
        self.queued = queued
        self.sides = sides
        self.traffic = traffic
        self.rateHistory = rateHistory
        self.knownReleases = knownReleases
        self.standings = standings
        self.availability = availability
        self.failedByProxy = failedByProxy
        self.failedUncounted = failedUncounted
    }
}

/// One release of a service with its instances and its share of the traffic.
package struct SideSnapshot: Hashable, Codable, Sendable {
    package var role: Role
    /// `nil` for a rolling service.
    package var slot: Slot?
    package var release: ReleaseName
    /// Percent of the public requests that it gets by the table in force, 0 to 100.
    package var share: Int
    package var traffic: TrafficFigures
    /// Its part of ``ServiceSnapshot/rateHistory``, second by second; the newest is the last too.
    package var rateHistory: [Double]
    package var instances: [InstanceSnapshot]

    package init(
        role: Role,
        slot: Slot?,
        release: ReleaseName,
        share: Int,
        traffic: TrafficFigures,
        rateHistory: [Double] = [],
        instances: [InstanceSnapshot]
    ) {
        self.role = role
        self.slot = slot
        self.release = release
        self.share = share
        self.traffic = traffic
        self.rateHistory = rateHistory
        self.instances = instances
    }

    package typealias Role = ReleaseRole
}

/// Counts and rates of something that gets requests.
package struct TrafficFigures: Hashable, Codable, Sendable {
    /// Requests begun since it exists.
    package var total: UInt64
    /// Answers with status 500 and above, and requests that it left without a complete answer.
    package var errors: UInt64
    package var inFlight: Int
    /// Requests per second over the last seconds.
    package var rate: Double
    /// Errors as a share of requests over the last seconds, 0 to 1.
    package var errorRate: Double
    /// Milliseconds over the last seconds; `nil` without a request.
    package var p50: Double?
    package var p99: Double?

    package init(
        total: UInt64 = 0,
        errors: UInt64 = 0,
        inFlight: Int = 0,
        rate: Double = 0,
        errorRate: Double = 0,
        p50: Double? = nil,
        p99: Double? = nil
    ) {
        self.total = total
        self.errors = errors
        self.inFlight = inFlight
        self.rate = rate
        self.errorRate = errorRate
        self.p50 = p50
        self.p99 = p99
    }
}
