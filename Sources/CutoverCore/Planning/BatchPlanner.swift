/// Decides which instances are replaced next: a pure function of what is seen.
///
/// The machine decides *when* and remembers *why*; the planner remembers nothing. Asked again after
/// each step, it ends with `target` incoming instances in rotation and the outgoing ones that they
/// replace gone. The same planner goes forward (candidate in, stable out) and back.
package struct BatchPlanner: Hashable, Sendable {
    /// How many instances the service should have.
    package var wanted: Int
    /// How many more may be alive meanwhile.
    package var surge: Int
    /// How many may be missing from the rotation meanwhile.
    package var unavailable: Int
    /// How many incoming instances serve when the batch is done.
    package var target: Int
    /// In the order in which they were made, without those that are gone.
    package var incoming: [Member]
    package var outgoing: [Member]

    package init(
        wanted: Int,
        surge: Int,
        unavailable: Int,
        target: Int,
        incoming: [Member],
        outgoing: [Member]
    ) {
        self.wanted = wanted
        self.surge = surge
        self.unavailable = unavailable
        self.target = target
        self.incoming = incoming
        self.outgoing = outgoing
    }

    /// One instance as the planner sees it.
    package struct Member: Hashable, Sendable {
        package var id: InstanceID
        package var health: Health
        package var rotation: Rotation

        package init(id: InstanceID, health: Health, rotation: Rotation) {
            self.id = id
            self.health = health
            self.rotation = rotation
        }
    }

    package enum Health: Hashable, Sendable {
        /// Starts, or is not healthy for long enough.
        case pending
        case ready
        case unhealthy
        /// Given up.
        case failed
        /// Told to stop, not seen gone.
        case stopping
    }

    package enum Rotation: Hashable, Sendable {
        case outside
        /// In one of the tables that may be in force and not in another.
        case uncertain
        case inside
    }

    /// The next thing to do.
    package enum Step: Hashable, Sendable {
        case start(Int)
        /// One table that puts the first in rotation and takes the second out.
        case rotate(into: [InstanceID], outOf: [InstanceID])
        /// They are out of rotation: drain, then stop them.
        case retire([InstanceID])
        /// For instances to become ready, or well again.
        case wait
        case done
    }
}

extension BatchPlanner {
    package var nextStep: Step {
        let idle = outgoing.filter { $0.rotation == .outside } + incoming.filter(\.isSpent)
        if !idle.isEmpty { return .retire(idle.map(\.id)) }

        let additions = Array(
            incoming.filter { $0.health == .ready && $0.rotation != .inside }
                .prefix(max(target - serving.count, 0))
        )
        let canStart = startable > 0
        let isWaiting = incoming.contains { $0.health == .pending }
        let removals = removable(
            adding: additions.count,
            mayTakeHealthy: !additions.isEmpty || (!canStart && !isWaiting)
        )
        if !additions.isEmpty || !removals.isEmpty {
            return .rotate(into: additions.map(\.id), outOf: removals.map(\.id))
        }
        if canStart { return .start(startable) }
        if serving.count >= target, outgoing.count <= keptOutgoing { return .done }
        return .wait
    }

    /// Incoming instances that stay in rotation.
    private var serving: [Member] {
        incoming.filter { $0.rotation == .inside && $0.health != .failed && $0.health != .stopping }
    }

    /// Outgoing instances that the batch leaves alone.
    private var keptOutgoing: Int { max(wanted - target, 0) }

    /// At least one: a rotation is never empty, whatever the plan allows.
    private var minimumAvailable: Int { max(wanted - unavailable, 1) }

    /// Without it a service of one instance could not be replaced at all.
    private var effectiveSurge: Int { wanted > unavailable ? surge : max(surge, 1) }

    private var startable: Int {
        let hopeful = incoming.filter { $0.health != .failed && $0.health != .stopping }
        let room = wanted + effectiveSurge - incoming.count - outgoing.count
        return max(min(target - hopeful.count, room), 0)
    }

    /// The members that the next table can do without, the useless ones first.
    ///
    /// Taking out what does not answer costs nothing; taking out a healthy one must leave enough.
    private func removable(adding additions: Int, mayTakeHealthy: Bool) -> [Member] {
        let dead = incoming.filter { $0.health == .failed && $0.rotation != .outside }
        var kept = serving.count + additions + outgoing.count
        var available =
            additions + (serving + outgoing).count { $0.health == .ready }
        var budget = max(outgoing.count - keptOutgoing, 0)
        var removals: [Member] = kept > 0 ? dead : []
        let bySickness =
            outgoing.filter { $0.health != .ready } + outgoing.filter { $0.health == .ready }
        for member in bySickness where budget > 0 && kept > 1 {
            if member.health == .ready {
                guard mayTakeHealthy, available > minimumAvailable else { continue }
                available -= 1
            }
            removals.append(member)
            budget -= 1
            kept -= 1
        }
        return removals
    }
}

extension BatchPlanner.Member {
    /// An incoming instance that came to nothing, out of rotation: to be removed like an outgoing
    /// one.
    var isSpent: Bool {
        switch health {
        case .failed, .stopping: rotation == .outside
        case .pending, .ready, .unhealthy: false
        }
    }
}
