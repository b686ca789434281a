import CutoverCore

extension SnapshotBuilder {
    /// Blue then green; stable then candidate for a rolling service.
    ///
    /// Sides without an instance are left out; stopped instances are shown beside the living ones
    /// of their release.
    static func sides(of state: ServiceState, at now: Timestamp) -> [SideSnapshot] {
        let isRolling = state.configuration.isRolling
        let groups = Dictionary(grouping: state.instances.values) { instance in
            SideKey(release: instance.instance.release, slot: instance.instance.slot)
        }
        let sides = groups.map { key, instances in
            side(key, instances: instances, of: state, at: now)
        }
        return sides.filter { isShown($0, in: state) }.sorted { first, second in
            let (one, other) = (order(of: first, isRolling), order(of: second, isRolling))
            return one == other ? first.release < second.release : one < other
        }
    }

    private static func order(of side: SideSnapshot, _ isRolling: Bool) -> Int {
        if isRolling {
            return side.role == .stable ? 0 : 1
        }
        return side.slot == .blue ? 0 : 1
    }

    private struct SideKey: Hashable {
        var release: ReleaseName
        var slot: Slot?
    }

    private static func side(
        _ key: SideKey,
        instances: [HostedInstance],
        of state: ServiceState,
        at now: Timestamp
    ) -> SideSnapshot {
        let shown = shown(instances, of: state).map { instance in
            self.instance(instance, of: state, at: now)
        }
        return SideSnapshot(
            role: role(of: key.release, in: state),
            slot: key.slot,
            release: key.release,
            share: share(of: key, in: state.table),
            traffic: sum(shown.map(\.traffic), of: key.release, in: state, at: now),
            rateHistory: state.traffic.releaseRates[key.release] ?? [],
            instances: shown
        )
    }

    /// Stopped ones that others have replaced come last, and not at all once the rollout is over.
    private static func shown(
        _ instances: [HostedInstance],
        of state: ServiceState
    ) -> [HostedInstance] {
        let sorted = instances.sorted { $0.instance.id < $1.instance.id }
        let wanted = sorted.filter { $0.activity != .stopped }
        guard !wanted.isEmpty else {
            return sorted
        }
        return state.machine.isRunning
            ? wanted + sorted.filter { $0.activity == .stopped } : wanted
    }

    /// The last attempt's stopped instances stay on screen until the next begins, unless a living
    /// release has taken their slot or, where there are no slots, the whole service.
    private static func isShown(_ side: SideSnapshot, in state: ServiceState) -> Bool {
        guard side.instances.allSatisfy({ $0.state == .stopped }) else {
            return true
        }
        guard side.slot != nil else {
            return state.machine.rollout?.outcome != .promoted
        }
        return !state.instances.values.contains { other in
            other.instance.slot == side.slot && other.instance.release != side.release
                && other.activity != .stopped
        }
    }

    private static func role(of release: ReleaseName, in state: ServiceState) -> SideSnapshot.Role {
        guard let rollout = state.machine.rollout, rollout.plan.candidate == release else {
            return .stable
        }
        switch rollout.outcome {
        case .promoted: return .stable
        case nil, .rolledBack, .superseded, .failed: return .candidate
        }
    }

    private static func share(of key: SideKey, in table: Traffic?) -> Int {
        let sides = table?.sides ?? []
        let total = sides.reduce(0) { $0 + $1.weight }
        let weight = sides.filter { $0.release == key.release && $0.slot == key.slot }
            .reduce(0) { $0 + $1.weight }
        return total > 0 ? (weight * 100 + total / 2) / total : 0
    }

    /// Counts are the sum of the instances', quantiles those of all their requests together.
    private static func sum(
        _ figures: [TrafficFigures],
        of release: ReleaseName,
        in state: ServiceState,
        at now: Timestamp
    ) -> TrafficFigures {
        var sum = state.traffic.releases[release]?.figures ?? TrafficFigures()
        sum.total = figures.reduce(0) { $0 + $1.total }
        sum.errors = figures.reduce(0) { $0 + $1.errors }
        sum.inFlight = figures.reduce(0) { $0 + $1.inFlight }
        return sum
    }
}

extension ServiceConfiguration {
    var isRolling: Bool {
        switch strategy {
        case .blueGreen: false
        case .rolling: true
        }
    }
}
