/// One rollout: a value with one total function.
///
/// It decides *when*: everything that happens is told to it with ``handle(_:now:)``, which answers
/// with what is to be done. Nothing else changes it, and it reads no clock. Whoever runs it
/// persists it before performing what it answered, tells it every result, and sends
/// ``RolloutEvent/tick`` at ``nextDeadline``.
package struct RolloutMachine: Hashable, Sendable {
    package let plan: RolloutPlan
    package internal(set) var phase: RolloutPhase
    /// Why it does not advance: the operator's, an anomaly's, a deadline's hold, at most one of each.
    /// The gate's hold and a failed check's are parts of their phases.
    package internal(set) var holds: [Hold]
    /// What is known of every instance of both releases.
    package internal(set) var roster: Roster
    /// What is known of the proxy's table for the service.
    package internal(set) var traffic: TrafficRecord
    /// The sequence number of the last effect that had an ID. 0 before the first.
    package internal(set) var lastEffect: Int
    /// Rises with each change of phase, step, batch or hold: commands are bound to it.
    package internal(set) var revision: Int

    /// Restores a rollout from its parts, as they were read from another one.
    package init(
        plan: RolloutPlan,
        phase: RolloutPhase,
        holds: [Hold],
        roster: Roster,
        traffic: TrafficRecord,
        lastEffect: Int,
        revision: Int
    ) {
        self.plan = plan
        self.phase = phase
        self.holds = holds
        self.roster = roster
        self.traffic = traffic
        self.lastEffect = lastEffect
        self.revision = revision
    }
}
