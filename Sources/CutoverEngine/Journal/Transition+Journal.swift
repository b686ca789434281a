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
            result = [row(.phase, after.rollout?.progress(now: now).sentence ?? "")]
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
            case .accepted(let sentence, _): sentence
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
            row(.healthy, "\(name(of: id)) is healthy")
        case .instanceUnhealthy(let id, let evidence):
            row(.unhealthy, "\(name(of: id)) is unhealthy: \(evidence)")
        case .instanceFailed(let id, let evidence):
            row(.exited, "\(name(of: id)) is given up: \(evidence)")
        case .effectSucceeded(let id):
            successRow(id)
        case .effectFailed(_, let failure):
            row(.fault, failure.message)
        case .checkFinished(_, let result):
            row(.check, "\(result.name): \(result.passed ? "passed" : "failed"), \(result.summary)")
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
                return row(.phase, "started \(instances.map(\.name).joined(separator: ", "))")
            case .applyTraffic(_, let traffic):
                return row(.shift, traffic.sentence)
            case .drain(_, let ids, _):
                return row(.drained, "\(names(of: ids)) drained: no request in flight")
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

    /// A new phase, and holds that were not there before.
    private func phaseRows(of rollout: RolloutMachine) -> [JournalRow] {
        let progress = rollout.progress(now: now)
        let old = startsRollout ? nil : before.rollout?.progress(now: now)
        var rows: [JournalRow] = []
        for case .anomaly(let anomaly, _) in progress.holds
        where !(before.rollout?.holds ?? []).contains(where: { $0.isAnomaly(anomaly) }) {
            rows.append(row(.anomaly, anomaly.summary))
        }
        let step = progress.steps.first { $0.state == .current || $0.state == .held }
        let oldStep = old?.steps.first { $0.state == .current || $0.state == .held }
        if progress.phase != old?.phase || step?.title != oldStep?.title {
            rows.append(row(.phase, progress.sentence))
        }
        return rows
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
        ids.map { name(of: $0) }.joined(separator: ", ")
    }
}
