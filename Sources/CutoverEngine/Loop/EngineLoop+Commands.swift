import CutoverCore
import CutoverStore

/// What operators ask for.
extension EngineLoop {
    /// Follows a command or refuses it, and writes either down with the actor before it answers.
    func follow(_ command: EngineCommand) -> CommandReply {
        guard !isStopping else {
            return .refused(reason: "the engine is stopping")
        }
        guard let index = state.index(of: command.service) else {
            return refuse(
                command,
                "there is no service \(command.service); there are: "
                    + state.services.map(\.name.rawValue).joined(separator: ", ")
            )
        }
        if let reason = reasonToWait(command.action, at: index) {
            return .refused(reason: reason)
        }
        if command.action == .rollback, state.services[index].machine.live == nil {
            withdrawTable(of: index)
        }
        let before = state.services[index].machine
        var after = before
        let id = RolloutID(rawValue: lastRollout.rawValue + 1)
        let (reply, effects) = after.handle(command, newRollout: id, now: now)
        guard case .accepted = reply else {
            if case .refused(let reason) = reply {
                return refuse(command, reason)
            }
            return reply
        }
        let transition = Transition(
            command: command,
            reply: reply,
            before: before,
            after: after,
            effects: effects,
            now: now
        )
        do throws(StoreError) {
            try commit(transition, at: index)
        } catch {
            return .refused(reason: "nothing was done: \(error)")
        }
        if after.rollout?.plan.id == id || after.queued?.id == id {
            lastRollout = id
        }
        start(effects, of: index)
        return reply.marked(after.mark(of: id))
    }

    /// Why nothing forward may be asked at this moment, whatever the machine says.
    private func reasonToWait(_ action: EngineCommand.Action, at index: Int) -> String? {
        let service = state.services[index]
        if schedule.storeRetryAt != nil, let fault = state.faults[.store] {
            return fault
        }
        switch action {
        case .promote, .continue:
            let count = service.unproven.count
            return count == 0
                ? nil
                : "the health of \(count) instances is being learned again after a restart; "
                    + "try again in a moment"
        case .deploy, .pause, .rollback:
            return nil
        }
    }

    private func refuse(_ command: EngineCommand, _ reason: String) -> CommandReply {
        note(
            JournalRow(
                service: command.service,
                rollout: command.expected?.rollout,
                kind: .refused,
                text: "\(command.action.verb.rawValue): \(reason)",
                actor: command.actor,
                event: "\(command.action)"
            )
        )
        return .refused(reason: reason)
    }
}

extension CommandReply {
    fileprivate func marked(_ mark: RolloutMark?) -> CommandReply {
        guard case .accepted(let deed, _) = self else { return self }
        return .accepted(deed, rollout: mark)
    }
}

extension ServiceMachine {
    /// The rollout that a command was about, which may have made a new one of this ID.
    fileprivate func mark(of new: RolloutID) -> RolloutMark? {
        if queued?.id == new { return RolloutMark(id: new, revision: nil) }
        return rollout.map { RolloutMark(id: $0.plan.id, revision: $0.revision) }
    }
}
