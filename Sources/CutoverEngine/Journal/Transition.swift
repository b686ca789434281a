import CutoverCore
import CutoverStore

/// One change of a service's machine: what is committed before anything of it is performed.
struct Transition {
    let cause: Cause
    let before: ServiceMachine
    let after: ServiceMachine
    let effects: [RolloutEffect]
    let now: Timestamp

    enum Cause {
        case event(RolloutEvent)
        case command(EngineCommand, CommandReply)
    }

    init(
        event: RolloutEvent,
        before: ServiceMachine,
        after: ServiceMachine,
        effects: [RolloutEffect],
        now: Timestamp
    ) {
        cause = .event(event)
        self.before = before
        self.after = after
        self.effects = effects
        self.now = now
    }

    init(
        command: EngineCommand,
        reply: CommandReply,
        before: ServiceMachine,
        after: ServiceMachine,
        effects: [RolloutEffect],
        now: Timestamp
    ) {
        cause = .command(command, reply)
        self.before = before
        self.after = after
        self.effects = effects
        self.now = now
    }

    /// Another rollout runs than before.
    var startsRollout: Bool {
        after.rollout != nil && after.rollout?.plan.id != before.rollout?.plan.id
    }

    var endsRollout: Bool {
        before.rollout?.outcome == nil && endOfPreviousRollout?.outcome != nil
    }

    /// The rollout of `before` as it is after this change, also when another one took its place in
    /// the same step.
    ///
    /// `nil`: there was none.
    var endOfPreviousRollout: RolloutMachine? {
        guard let old = before.rollout else {
            return nil
        }
        guard startsRollout else {
            return after.rollout
        }
        return after.replaced ?? old
    }

    /// The rollouts whose rows must be written.
    var changedRollouts: [RolloutMachine] {
        var changed: [RolloutMachine] = []
        if startsRollout, let ended = endOfPreviousRollout, ended != before.rollout {
            changed.append(ended)
        }
        if let rollout = after.rollout, rollout != before.rollout {
            changed.append(rollout)
        }
        return changed
    }

    /// The release that a rollout of this change deploys.
    var deployedReleases: [ReleaseRecord] {
        guard startsRollout, let plan = after.rollout?.plan else {
            return []
        }
        return [
            ReleaseRecord(
                service: plan.service,
                release: plan.candidate,
                seenAt: now,
                lastDeployedAt: now
            )
        ]
    }
}

extension RolloutEffect {
    /// `nil` for what is not answered.
    var id: EffectID? {
        switch self {
        case .startInstances(let id, _), .applyTraffic(let id, _), .drain(let id, _, _),
            .stopInstances(let id, _), .runChecks(let id, _, _):
            id
        case .refuse, .recordFault: nil
        }
    }
}
