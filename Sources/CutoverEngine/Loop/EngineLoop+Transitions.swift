import CutoverCore
import CutoverStore
import Logging

/// Persist, then act: the only places where a machine changes.
extension EngineLoop {
    /// Tells a service's machine what happened, commits, and starts what it answers.
    ///
    /// An event that cannot be committed waits, with everything that comes after it: nothing has
    /// been performed, traffic stays where it is, and the machine has not heard of it.
    func tell(_ event: RolloutEvent, to service: ServiceName) {
        guard let index = state.index(of: service) else {
            return
        }
        let service = state.services[index]
        guard service.deferred.isEmpty, service.unproven.isEmpty else {
            state.services[index].deferEvent(event)
            return
        }
        if !perform(event, at: index) {
            state.services[index].deferEvent(event)
        }
    }

    /// Returns false when nothing happened, because the store could not be written.
    private func perform(_ event: RolloutEvent, at index: Int) -> Bool {
        let before = state.services[index].machine
        var after = before
        let effects = after.handle(event, now: now)
        if effects.isEmpty, after.isSame(as: before) {
            state.services[index].machine = after
            return true
        }
        if case .verdict = event, effects.isEmpty, after.revision == before.revision {
            // The numbers behind a watch change with every count, and nothing is done because of
            // them: they are written with the next commit.
            state.services[index].machine = after
            return true
        }
        let transition = Transition(
            event: event,
            before: before,
            after: after,
            effects: effects,
            now: now
        )
        do throws(StoreError) {
            try commit(transition, at: index)
        } catch {
            return false
        }
        start(effects, of: index)
        return true
    }

    /// Writes a transition and then makes it true in memory.
    func commit(_ transition: Transition, at index: Int) throws(StoreError) {
        let (before, after) = (transition.before, transition.after)
        var commit = StoreCommit(at: transition.now)
        if ServiceRecord(after) != ServiceRecord(before) {
            commit.services = [ServiceRecord(after)]
        }
        commit.rollouts = transition.changedRollouts
        commit.releases = transition.deployedReleases
        commit.journal = transition.journal
        let forgotten = transition.startsRollout ? state.services[index].forgettable(after) : []
        commit.removedInstances = forgotten
        try write(&commit)
        state.services[index].machine = after
        state.services[index].forget(forgotten)
        for release in commit.releases {
            state.services[index].noteRelease(release.release)
        }
        schedule.wake(by: after.nextDeadline)
        if transition.endsRollout {
            if let ended = transition.endOfPreviousRollout {
                state.services[index].noteEnd(of: ended)
            }
            dropTableOfNothing(at: index)
            pruneStore()
        }
    }

    /// Tries the events that could not be committed, oldest first.
    func performDeferred() {
        for index in state.services.indices where state.services[index].unproven.isEmpty {
            while let event = state.services[index].deferred.first {
                guard perform(event, at: index) else {
                    return
                }
                state.services[index].deferred.removeFirst()
            }
        }
    }

    /// Tells every machine whose time has come.
    func tick() {
        guard schedule.storeRetryAt == nil else {
            return
        }
        for index in state.services.indices
        where state.services[index].deferred.isEmpty && state.services[index].unproven.isEmpty {
            if let deadline = state.services[index].machine.nextDeadline, deadline <= now {
                tell(.tick, to: state.services[index].name)
            }
        }
    }

    /// Gives up the effects that the service's machine no longer waits for.
    func cancelAbandonedEffects(of index: Int) {
        let service = state.services[index]
        let outstanding = Set(service.machine.outstandingEffects.compactMap(\.id))
        tables.pending.removeAll { change in
            change.service == service.name && !outstanding.contains(change.effect)
        }
        for (id, effect) in effects
        where effect.service == service.name && effect.endsWithPhase && !outstanding.contains(id) {
            effect.task.cancel()
            effects[id] = nil
        }
    }
}

extension ServiceMachine {
    /// Nothing changed but the instant at which it was last told something.
    func isSame(as other: ServiceMachine) -> Bool {
        guard live == other.live, previous == other.previous, queued == other.queued else {
            return false
        }
        guard let rollout, let old = other.rollout else {
            return rollout == other.rollout
        }
        let settled = RolloutMachine(
            plan: rollout.plan,
            phase: rollout.phase,
            holds: rollout.holds,
            roster: rollout.roster,
            traffic: rollout.traffic,
            checkResults: rollout.checkResults,
            lastEffect: rollout.lastEffect,
            lastInstance: rollout.lastInstance,
            revision: rollout.revision,
            furthestStep: rollout.furthestStep,
            settledAt: old.settledAt
        )
        return settled == old
    }

    /// Of the rollout that runs, or ran last.
    var revision: Int { rollout?.revision ?? 0 }
}
