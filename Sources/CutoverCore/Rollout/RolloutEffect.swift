/// Something that the machine wants done: comparable data, idempotent for its ID.
///
/// An effect that is answered carries an ``EffectID``; the answer comes back as an event with it.
/// What a driver owes the machine:
/// - Effects that name the same instance are performed in the order in which they were asked for.
/// - A table with an older ID than the one in force is refused, never applied.
/// - A drain ends without cutting anything as soon as a newer table puts its instances in rotation.
/// - No health of an instance is told after it was told to stop.
/// - After a restart the health of every instance is told before the first tick.
package enum RolloutEffect: Hashable, Sendable {
    /// Starts those that do not run. Succeeds when every one has a process; health is told apart.
    case startInstances(EffectID, [Instance])
    /// Succeeds when the table is durable and live on every thread of the proxy.
    case applyTraffic(EffectID, Traffic)
    /// Succeeds when no request is in flight on them. At the deadline the rest is cut and counted,
    /// and the effect succeeds too.
    case drain(EffectID, [InstanceID], deadline: Timestamp)
    /// Succeeds when every one is gone: SIGTERM, grace, SIGKILL.
    case stopInstances(EffectID, [InstanceID])
    /// Each named check is answered by ``RolloutEvent/checkFinished(_:_:)``.
    case runChecks(EffectID, CheckStage, [String])
    /// Tells the operator why a command was not followed.
    case refuse(Verb, reason: String)
    /// A surprise from outside: recorded and counted, not believed.
    case recordFault(String)
}
