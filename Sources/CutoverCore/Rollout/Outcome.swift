/// How a rollout ended: exactly one.
package enum Outcome: Hashable, Codable, Sendable {
    /// The candidate serves.
    case promoted
    /// The stable release serves again, after traffic was moved back or an operator gave up.
    case rolledBack(RollbackReason)
    /// A newer deploy took its place; the stable release serves.
    case superseded(by: ReleaseName)
    /// The candidate never took traffic; the stable release served all along.
    case failed(RollbackReason)
}

/// Why a rollout went back.
package enum RollbackReason: Hashable, Codable, Sendable {
    case operatorRequest(Actor)
    /// With the evidence against the first that was not healthy.
    case startTimeout(evidence: String? = nil)
    /// With the evidence of the first that failed.
    case instancesFailed(String)
    case gateExpired
    case anomaly(Anomaly)
    case superseded(by: ReleaseName)
    case effectFailed(String)
}
