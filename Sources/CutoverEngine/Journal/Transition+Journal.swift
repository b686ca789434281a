import CutoverCore
import CutoverStore

/// The words of the journal: what happened, then where it led.
extension Transition {
    /// The rows of this change.
    ///
    /// The first one holds the event and what the machine wants done.
    var journal: [JournalRow] {
        var rows = [causeRow] + faultRows
        if let ended = endOfPreviousRollout, before.rollout?.outcome == nil,
            let outcome = ended.outcome
        {
            rows.append(
                row(.finished, outcome.summary(candidate: ended.plan.candidate), of: ended.plan.id)
            )
        }
        if let rollout = after.rollout, rollout.outcome == nil {
            rows += phaseRows(of: rollout)
        }
        var result = rows.compactMap(\.self)
        if result.isEmpty {
            result = [stepRow]
        }
        result[0].event = eventText
        result[0].effects = effects.map { "\($0)" }
        return result
    }

    private var eventText: String {
        switch cause {
        case .event(let event): "\(event)"
        case .command(let command, _): "\(command.action)"
        }
    }

    private var causeRow: JournalRow? {
        switch cause {
        case .command(let command, let reply): commandRow(command, reply)
        case .event(let event): eventRow(event)
        }
    }

    private func commandRow(_ command: EngineCommand, _ reply: CommandReply) -> JournalRow {
        let text =
            switch reply {
            case .accepted(let deed, _): deed.fact
            case .refused(let reason): reason
            }
        let kind: JournalEntry.Kind =
            switch command.action {
            case .deploy: .deploy
            case .promote: .promote
            case .pause: .pause
            case .continue: .continue
            case .rollback: .rollback
            }
        return row(kind, text, by: command.actor)
    }

    private func eventRow(_ event: RolloutEvent) -> JournalRow? {
        switch event {
        case .instanceHealthy(let id):
            row(.healthy, "\(name(of: id)) answers its probes")
        case .instanceUnhealthy(let id, let evidence):
            row(.unhealthy, "\(name(of: id)): \(evidence)")
        case .instanceFailed(let id, let evidence):
            row(.exited, "\(name(of: id)) given up: \(evidence)")
        case .effectSucceeded(let id):
            successRow(id)
        case .effectFailed(_, let failure):
            row(.fault, failure.message)
        case .checkFinished(_, let result):
            row(.check, "\(result.name) \(result.passed ? "passed" : "failed"): \(result.summary)")
        // What a verdict or a deadline leads to is told by the phase and the holds.
        case .verdict, .tick:
            nil
        case .promote(let actor), .pause(let actor), .continue(let actor), .rollback(let actor),
            .supersede(_, let actor):
            row(.phase, "\(event)", by: actor)
        }
    }

    private func successRow(_ id: EffectID) -> JournalRow? {
        for effect in before.outstandingEffects where effect.id == id {
            switch effect {
            case .startInstances(_, let instances):
                return row(.phase, "\(listed(instances.map(\.name))) started")
            case .applyTraffic(_, let traffic):
                return row(.shift, traffic.sentence(after: before.traffic))
            case .drain(_, let ids, _):
                return row(.drained, "\(names(of: ids)) drained, 0 requests in flight")
            case .stopInstances(_, let ids):
                return row(.stopped, "\(names(of: ids)) stopped")
            case .runChecks, .refuse, .recordFault:
                return nil
            }
        }
        return nil
    }

    private var faultRows: [JournalRow] {
        effects.compactMap { effect in
            if case .recordFault(let text) = effect { row(.fault, text) } else { nil }
        }
    }

    /// Where the rollout has come to, and what holds it there that did not before.
    private func phaseRows(of rollout: RolloutMachine) -> [JournalRow] {
        let progress = rollout.progress(now: now)
        let old = startsRollout ? nil : before.rollout?.progress(now: now)
        var rows = progress.holds
            .filter { hold in !(old?.holds ?? []).contains { $0.isSame(as: hold) } }
            .compactMap { rollout.arrival(at: $0) }
            .map { row(.anomaly, $0) }
        // The row of a command says itself what came of it.
        if case .command = cause { return rows }
        if startsRollout {
            rows.append(row(.deploy, rollout.beginning, by: rollout.plan.actor))
        } else if progress.phase != old?.phase || progress.place != old?.place {
            rows.append(row(.phase, rollout.arrival))
        }
        return rows
    }

    /// What was begun on the way, where nothing else is to be told.
    private var stepRow: JournalRow {
        let texts = effects.compactMap { effect -> String? in
            switch effect {
            case .startInstances(_, let instances):
                "start of \(listed(instances.map(\.name))) begun"
            case .applyTraffic(_, let traffic):
                "asked for \(traffic.sentence(after: traffic))"
            case .drain(_, let ids, _): "drain of \(names(of: ids)) begun"
            case .stopInstances(_, let ids): "stop of \(names(of: ids)) begun"
            case .runChecks(_, _, let names): "checks begun: \(listed(names))"
            case .refuse, .recordFault: nil
            }
        }
        return row(.phase, texts.first ?? after.rollout?.position ?? "")
    }

    private func row(
        _ kind: JournalEntry.Kind,
        _ text: String,
        of rollout: RolloutID? = nil,
        by actor: Actor = .engine
    ) -> JournalRow {
        JournalRow(
            service: after.configuration.name,
            rollout: rollout ?? after.rollout?.plan.id,
            kind: kind,
            text: text,
            actor: actor
        )
    }

    private func name(of id: InstanceID) -> String {
        let entries = before.instances + after.instances
        return entries.first { $0.id == id }?.instance.name ?? id.key
    }

    private func names(of ids: [InstanceID]) -> String {
        listed(ids.map { name(of: $0) })
    }

    /// Names one after the other, or the first and the last where they are too many for a line.
    private func listed(_ names: [String]) -> String {
        guard names.count > 6, let first = names.first, let last = names.last else {
            return names.joined(separator: ", ")
        }
        return "\(first) to \(last) (\(names.count))"
    }
}

extension RolloutProgress {
    /// The title of the step that the rollout is at.
    fileprivate var place: String? {
        steps.first { $0.state == .current || $0.state == .held }?.title
    }
}

extension Hold {
    /// Whether it is for the same reason, whenever it began.
    fileprivate func isSame(as other: Hold) -> Bool {
        switch (self, other) {
        case (.anomaly(let left, _), .anomaly(let right, _)): left == right
        case (.deadline, .deadline), (.operator, .operator), (.gate, .gate): true
        case (.anomaly, _), (.deadline, _), (.operator, _), (.gate, _): false
        }
    }
}
