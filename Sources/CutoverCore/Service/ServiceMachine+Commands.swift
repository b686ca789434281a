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
            return follow(.promote, .promote(actor), now: now)
        case .pause:
            return follow(.pause, .pause(actor), now: now)
        case .continue:
            return follow(.continue, .continue(actor), now: now)
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

    /// Why a release cannot be deployed at this moment.
    ///
    /// `nil`: a deploy of it would be followed.
    package func obstacle(toDeploy release: ReleaseName) -> DeployObstacle? {
        if queued?.release == release { return .next }
        guard let rollout, isRunning else { return release == live?.release ? .live : nil }
        let isReverting = rollout.phase.name == .reverting
        if release == rollout.plan.candidate, !isReverting {
            return rollout.phase.isDone ? .live : .rollingOut
        }
        if release == rollout.plan.stable?.release {
            return isReverting ? .comingBack : .returnTarget
        }
        return nil
    }

    // MARK: - Refusals

    private func refusal(of action: EngineCommand.Action) -> String? {
        switch action {
        case .deploy(let release): obstacle(toDeploy: release)?.reason(for: release)
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
            return refusalOfReturn
        }
    }

    /// Why no rollback begins where no rollout runs.
    ///
    /// After a way back, and after a release that never served, it would leave the release that is
    /// well: whoever presses the key once more means the one that was sent away.
    private var refusalOfReturn: String? {
        guard let live else { return "nothing is deployed" }
        guard let previous else { return "no release before \(live.release) is known" }
        let further = "deploy \(previous) to go further"
        switch rollout?.outcome {
        case .rolledBack, .superseded: return "\(live.release) is back already; \(further)"
        case .failed: return "\(live.release) serves as before; \(further)"
        case .promoted, nil: return nil
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
        now: Timestamp
    ) -> (reply: CommandReply, effects: [RolloutEffect]) {
        let fact = rollout?.fact(of: verb) ?? ""
        let isPastAnomaly = rollout?.holds.contains(where: \.isAnomaly) ?? false
        let effects = advance(event, now: now)
        let inverse: Deed.Inverse? =
            switch verb {
            case .pause: Deed.Inverse(.continue, "goes on")
            case .continue where !isPastAnomaly: Deed.Inverse(.pause, "holds it again")
            case .continue, .promote, .deploy, .rollback: wayBack
            }
        return (.accepted(Deed(fact, inverse: inverse)), effects)
    }

    private mutating func deploy(
        _ release: ReleaseName,
        as id: RolloutID,
        by actor: Actor,
        now: Timestamp
    ) -> (reply: CommandReply, effects: [RolloutEffect]) {
        guard isRunning, let running = rollout else {
            let effects = begin(release, as: id, by: actor, isRollback: false, now: now)
            let fact = rollout?.beginning ?? ""
            return (.accepted(Deed(fact, inverse: wayBack)), effects)
        }
        let other = queued.map { " instead of \($0.release)" } ?? ""
        let fact = "\(release) \(running.fact(of: .deploy))\(other)"
        queued = QueuedDeploy(id: id, release: release, actor: actor)
        let effects = advance(.supersede(by: release, actor), now: now)
        return (.accepted(Deed(fact, inverse: wayBack)), effects)
    }

    private mutating func rollBack(
        as id: RolloutID,
        by actor: Actor,
        now: Timestamp
    ) -> (reply: CommandReply, effects: [RolloutEffect]) {
        if cancelsQueued, let queued, let rollout {
            self.queued = nil
            let fact = "left \(queued.release) out, \(rollout.returnTarget) stays"
            let inverse = Deed.Inverse(.deploy, "asks for \(queued.release) again")
            return (.accepted(Deed(fact, inverse: inverse)), [])
        }
        if isRunning, let running = rollout {
            // What was asked for next went with the rollout that it was to replace.
            let other = queued.map { "; \($0.release) is no longer next" } ?? ""
            queued = nil
            let effects = advance(.rollback(actor), now: now)
            let inverse = Deed.Inverse(.deploy, "tries \(running.plan.candidate) again")
            let fact = running.fact(of: .rollback) + other
            return (.accepted(Deed(fact, inverse: inverse)), effects)
        }
        guard let previous else { return (.refused(reason: "nothing to go back to"), []) }
        let effects = begin(previous, as: id, by: actor, isRollback: true, now: now)
        let fact = "rollback to \(rollout?.beginning ?? "\(previous)")"
        return (.accepted(Deed(fact, inverse: wayBack)), effects)
    }

    // MARK: - Words

    /// What a rollback comes to from here; `nil` where it would be refused.
    private var wayBack: Deed.Inverse? {
        guard refusal(of: Verb.rollback) == nil else { return nil }
        if cancelsQueued, let queued {
            return Deed.Inverse(.rollback, "leaves \(queued.release) out")
        }
        let words = isRunning ? rollout?.wayBack : previous.map { "starts \($0) again" }
        return words.map { Deed.Inverse(.rollback, $0) }
    }

    /// What a verb that is possible would do.
    private func effect(of verb: Verb) -> String {
        if verb == .rollback, cancelsQueued, let queued, let rollout {
            return "leaves \(queued.release) out and stays with \(rollout.returnTarget)"
        }
        if let rollout, isRunning { return rollout.effect(of: verb) }
        switch verb {
        case .rollback:
            let release = previous?.rawValue ?? ""
            if configuration.runtime.endpoints.isExternal {
                return "waits for \(instanceCount) of \(release)\(idleSlot), which somebody else "
                    + "starts, then moves \(release) from 0 to 100 %, without gate and checks"
            }
            return "starts \(instanceCount) of \(release) again, then moves \(release) from 0 to "
                + "100 %, without gate and checks"
        case .deploy: return effectOfDeploy
        case .promote, .pause, .continue: return ""
        }
    }

    /// Where the next release comes, as ` in green`; empty without slots.
    private var idleSlot: String {
        switch configuration.strategy {
        case .blueGreen: " in \((live?.slot?.other ?? .blue).rawValue)"
        case .rolling: ""
        }
    }

    private var effectOfExternalDeploy: String {
        let others = "which somebody else starts"
        guard let live else {
            return "waits for \(instanceCount) of the first release\(idleSlot), \(others); it "
                + "takes all traffic"
        }
        switch configuration.strategy {
        case .blueGreen:
            return "waits for \(instanceCount)\(idleSlot), \(others), beside \(live.release), "
                + "which keeps 100 %"
        case .rolling(let rolling):
            let size = min(rolling.batchSize, configuration.instanceCount)
            return "takes \(instanceCount) of \(live.release) out of rotation, \(size) at a time, "
                + "for somebody else to replace"
        }
    }

    private var effectOfDeploy: String {
        if configuration.runtime.endpoints.isExternal { return effectOfExternalDeploy }
        guard let live else {
            return "starts \(instanceCount) of the first release, which takes all traffic"
        }
        switch configuration.strategy {
        case .blueGreen:
            return "starts \(instanceCount)\(idleSlot) beside \(live.release), which keeps 100 %"
        case .rolling(let rolling):
            let size = min(rolling.batchSize, configuration.instanceCount)
            return "replaces \(instanceCount) of \(live.release), \(size) at a time"
        }
    }

    private var instanceCount: String {
        let count = configuration.instanceCount
        return "\(count) instance\(count == 1 ? "" : "s")"
    }
}
