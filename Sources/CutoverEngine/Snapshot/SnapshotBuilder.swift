import CutoverCore

/// Makes what everybody sees from what the engine knows, and from nothing else.
enum SnapshotBuilder {
    static func snapshot(of state: EngineState, at now: Timestamp) -> EngineSnapshot {
        EngineSnapshot(
            at: now,
            project: state.project,
            environment: state.environment,
            services: state.services.map { service(of: $0, at: now) },
            proxy: state.proxy,
            events: state.events,
            faults: state.faults.sorted { $0.key < $1.key }.map(\.value)
        )
    }

    private static func service(of state: ServiceState, at now: Timestamp) -> ServiceSnapshot {
        let machine = state.machine
        let configuration = state.configuration
        let availability = Verb.allCases.map { verb in
            (verb, machine.availability(of: verb, now: now))
        }
        let known = knownReleases(of: state)
        return ServiceSnapshot(
            name: state.name,
            isRolling: configuration.isRolling,
            isExternal: configuration.runtime.endpoints.isExternal,
            listen: configuration.listen,
            matches: configuration.route.matches.map(\.description),
            preview: configuration.preview,
            live: machine.liveRelease,
            liveSlot: machine.liveSlot,
            rollout: machine.rollout.map { rollout($0, of: state, at: now) },
            queued: machine.queued,
            sides: sides(of: state, at: now),
            traffic: state.traffic.all.figures,
            rateHistory: state.traffic.rateHistory,
            knownReleases: known,
            standings: standings(of: known, in: state),
            availability: Dictionary(uniqueKeysWithValues: availability),
            failedByProxy: state.traffic.failedByProxy,
            failedUncounted: state.traffic.failedUncounted
        )
    }

    private static func rollout(
        _ machine: RolloutMachine,
        of state: ServiceState,
        at now: Timestamp
    ) -> RolloutSnapshot {
        let plan = machine.plan
        var progress = machine.progress(now: now)
        if let others = othersPart(in: state) {
            progress.sentence =
                progress.holds.isEmpty
                ? "\(others); \(progress.sentence)" : "\(progress.sentence); \(others)"
        }
        var finishedAt: Timestamp?
        if case .finished(_, let at) = machine.phase {
            finishedAt = at
        }
        return RolloutSnapshot(
            id: plan.id,
            revision: machine.revision,
            stable: plan.stable?.release,
            candidate: plan.candidate,
            candidateSlot: plan.slot,
            actor: plan.actor,
            startedAt: plan.startedAt,
            finishedAt: finishedAt,
            progress: progress,
            verdict: machine.phase.verdict,
            checks: machine.checks
        )
    }

    /// The releases that were deployed or heard of, then those of the manifest, each once.
    private static func knownReleases(of state: ServiceState) -> [ReleaseName] {
        var known = state.seenReleases
        for release in state.configuration.knownReleases where !known.contains(release) {
            known.append(release)
        }
        return known
    }

    private static func standings(
        of releases: [ReleaseName],
        in state: ServiceState
    ) -> [ReleaseName: ReleaseStanding] {
        var standings: [ReleaseName: ReleaseStanding] = [:]
        for release in releases {
            let standing = ReleaseStanding(
                obstacle: state.machine.obstacle(toDeploy: release),
                setback: state.setbacks[release]
            )
            if standing != ReleaseStanding() { standings[release] = standing }
        }
        return standings
    }
}

extension RolloutPhase {
    /// The latest on the traffic that is being watched.
    ///
    /// `nil`: nothing is.
    fileprivate var verdict: Verdict? {
        switch self {
        case .awaitingPromotion(let gate): return gate.watch.verdict
        case .shifting(let shift):
            if case .soaking(_, let watch) = shift.stage {
                return watch.verdict
            }
            return nil
        case .baking(let bake): return bake.watch.verdict
        case .replacing(let replacement): return replacement.watch.verdict
        case .monitoring(let monitor): return monitor.watch.verdict
        case .starting, .verifying, .warm, .draining, .reverting, .finished: return nil
        }
    }
}
