import CutoverCore

/// One service as the engine holds it: the machine that decides, and what the machine need not
/// know.
struct ServiceState {
    var machine: ServiceMachine
    /// Of every release, also the stopped ones of the last rollout, for their evidence.
    var instances: [InstanceID: HostedInstance] = [:]
    /// No instance wants to be probed or started again before this instant.
    ///
    /// `nil`: none wants to.
    var nextWake: Timestamp?
    var traffic: ServiceTraffic
    /// Newest first.
    var seenReleases: [ReleaseName] = []
    /// Releases whose last rollout came to nothing.
    ///
    /// Since this engine began, and by the last rollout before.
    var setbacks: [ReleaseName: ReleaseStanding.Setback] = [:]
    /// What the proxy has confirmed.
    ///
    /// `nil`: the service has no route.
    var table: Traffic?
    /// A table that was asked for and may be in force although nobody confirmed it.
    ///
    /// Until that is settled, tables sent for other reasons say the same: traffic never goes back
    /// and forth.
    var doubtful: Traffic?
    /// The first request of a switch is being waited for.
    var awaitedSwitch: AwaitedSwitch?
    /// Events that could not be committed, oldest first.
    ///
    /// While there are any, others queue behind them.
    var deferred: [RolloutEvent] = []
    /// Adopted instances whose health is not known yet: until it is, time does not count.
    var unproven: Set<InstanceID> = []

    init(_ configuration: ServiceConfiguration, now: Timestamp) {
        machine = ServiceMachine(configuration: configuration)
        traffic = ServiceTraffic(
            since: now,
            window: configuration.analysis?.window ?? TrafficHistory.shownWindow,
            quantile: configuration.analysis?.latencyQuantile ?? 0.99
        )
    }

    var name: ServiceName { machine.configuration.name }

    var configuration: ServiceConfiguration { machine.configuration }

    /// Traffic moves or is about to: figures are read often.
    var isChanging: Bool {
        guard let rollout = machine.rollout else {
            return false
        }
        switch rollout.phase {
        case .finished, .warm: return false
        case .starting, .verifying, .awaitingPromotion, .shifting, .baking, .draining, .replacing,
            .monitoring, .reverting:
            return true
        }
    }
}
