extension ServiceMachine {
    /// Follows an operator's command, or refuses it with the reason.
    ///
    /// - Parameters:
    ///   - command: bound to what the operator saw, if it says so.
    ///   - newRollout: the ID for a rollout, should the command begin one now or later. Greater
    ///     than any that a rollout or ``queued`` has had; one that was not needed may be passed
    ///     again.
    ///   - now: when.
    /// - Returns: what became of the command, and the effects to perform once the new state is
    ///   durable.
    package mutating func handle(
        _ command: EngineCommand,
        newRollout: RolloutID,
        now: Timestamp
    ) -> (reply: CommandReply, effects: [RolloutEffect]) {
        replaced = nil
        if let reason = staleness(of: command) ?? refusal(of: command.action) {
            return (.refused(reason: reason), [])
        }
        let actor = command.actor
        switch command.action {
        case .deploy(let release):
            return deploy(release, as: newRollout, by: actor, now: now)
        case .promote:
            return follow(.promote, .promote(actor), undo: "rollback returns", now: now)
        case .pause:
            return follow(.pause, .pause(actor), undo: "continue goes on", now: now)
        case .continue:
            return follow(.continue, .continue(actor), undo: "pause holds it again", now: now)
        case .rollback:
            return rollBack(as: newRollout, by: actor, now: now)
        }
    }

    /// Whether a verb would be followed at this moment, with what it would do, or why it would not.
    ///
    /// For ``Verb/deploy`` it says what a deploy of a new release would do; whether a certain
    /// release is admitted is only known with its name.
    package func availability(of verb: Verb, now: Timestamp) -> VerbAvailability {
        if let reason = refusal(of: verb) { return .refused(reason: reason) }
        return .possible(effect: effect(of: verb))
    }

    /// Why a deploy of a release would be refused.
    ///
    /// `nil`: it would be followed.
    package func refusal(ofDeploy release: ReleaseName) -> String? {
        if queued?.release == release { return "\(release) is already next" }
        guard let rollout, isRunning else {
            return release == live?.release ? "\(release) is already live" : nil
        }
        let isReverting = rollout.phase.name == .reverting
        if release == rollout.plan.candidate, !isReverting {
            return rollout.phase.isDone
                ? "\(release) is already live" : "\(release) is already being rolled out"
        }
        if release == rollout.plan.stable?.release {
            return isReverting
                ? "\(release) is already coming back"
                : "\(release) is what rollback returns to: roll back"
        }
        return nil
    }

    // MARK: - Refusals

    private func refusal(of action: EngineCommand.Action) -> String? {
        switch action {
        case .deploy(let release): refusal(ofDeploy: release)
        case .promote, .pause, .continue, .rollback: refusal(of: action.verb)
        }
    }

    private func refusal(of verb: Verb) -> String? {
        switch verb {
        case .deploy: return nil
        case .promote, .pause, .continue:
            guard let rollout, isRunning else { return "no rollout is running" }
            return rollout.refusal(of: verb)
        case .rollback:
            if let rollout, isRunning {
                return cancelsQueued ? nil : rollout.refusal(of: verb)
            }
            guard previous == nil else { return nil }
            return live.map { "no release before \($0.release) is known" } ?? "nothing is deployed"
        }
    }

    /// Whether rollback means: stay with what the rollout goes back to, without the deploy behind
    /// it.
    private var cancelsQueued: Bool {
        queued != nil && rollout?.phase.name == .reverting
    }

    /// A command whose target has moved on is refused, so that nobody promotes what was not seen.
    private func staleness(of command: EngineCommand) -> String? {
        guard let expected = command.expected else { return nil }
        guard expected.rollout == rollout?.plan.id else {
            let seen = expected.rollout.map { "rollout \($0.rawValue)" } ?? "no rollout"
            guard let rollout else { return "\(seen) was on screen, and there is none: look again" }
            return "\(seen) was on screen, and it is rollout \(rollout.plan.id.rawValue) of "
                + "\(rollout.plan.candidate) by now: look again"
        }
        switch command.action {
        case .promote, .continue:
            guard let rollout, rollout.revision != expected.revision else { return nil }
            return
                "\(rollout.plan.candidate) has moved on to \(rollout.phase.name.rawValue) since: "
                + "look again"
        case .deploy, .pause, .rollback:
            return nil
        }
    }

    // MARK: - Following

    /// Passes a command on to the running rollout.
    private mutating func follow(
        _ verb: Verb,
        _ event: RolloutEvent,
        undo: String,
        now: Timestamp
    ) -> (reply: CommandReply, effects: [RolloutEffect]) {
        let effect = effect(of: verb)
        return (.accepted("\(effect); \(undo)"), advance(event, now: now))
    }

    private mutating func deploy(
        _ release: ReleaseName,
        as id: RolloutID,
        by actor: Actor,
        now: Timestamp
    ) -> (reply: CommandReply, effects: [RolloutEffect]) {
        guard isRunning, let running = rollout else {
            let effects = begin(release, as: id, by: actor, isRollback: false, now: now)
            return (.accepted("\(release) starts; rollback discards it"), effects)
        }
        let effect = running.effect(of: .deploy)
        let other = queued.map { " instead of \($0.release)" } ?? ""
        queued = QueuedDeploy(id: id, release: release, actor: actor)
        let effects = advance(.supersede(by: release, actor), now: now)
        return (.accepted("\(release) is next\(other): \(effect)"), effects)
    }

    private mutating func rollBack(
        as id: RolloutID,
        by actor: Actor,
        now: Timestamp
    ) -> (reply: CommandReply, effects: [RolloutEffect]) {
        let effect = effect(of: .rollback)
        if cancelsQueued {
            queued = nil
            return (.accepted(effect), [])
        }
        if isRunning {
            // What was asked for next went with the rollout that it was to replace.
            let other = queued.map { "; \($0.release) is no longer next" } ?? ""
            queued = nil
            let reply = CommandReply.accepted("\(effect)\(other); deploy tries again")
            return (reply, advance(.rollback(actor), now: now))
        }
        guard let previous else { return (.refused(reason: "nothing to go back to"), []) }
        let effects = begin(previous, as: id, by: actor, isRollback: true, now: now)
        return (.accepted(effect), effects)
    }

    /// What a verb that is possible would do.
    private func effect(of verb: Verb) -> String {
        if verb == .rollback, cancelsQueued, let queued, let rollout {
            return "leaves \(queued.release) out and stays with \(rollout.returnTarget)"
        }
        if let rollout, isRunning { return rollout.effect(of: verb) }
        switch verb {
        case .rollback:
            let count = configuration.instanceCount
            let instances = "\(count) instance\(count == 1 ? "" : "s")"
            return "starts \(instances) of \(previous?.rawValue ?? "") again and sends all traffic "
                + "to it, without gate and checks"
        case .deploy: return "starts the new release beside \(live?.release.rawValue ?? "nothing")"
        case .promote, .pause, .continue: return ""
        }
    }
}
