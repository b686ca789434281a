package import CutoverCore

/// Plays the directives of a transcript to a service machine and writes down what it answers.
///
/// `service ...` sets the scene and is read by whoever makes the stage.
///
/// Commands: `deploy RELEASE`, `promote`, `pause`, `continue`, `rollback`; `as REVISION VERB` binds
/// one to what was on screen. What happens: `ok` (every outstanding effect succeeds), `fail WORDS`
/// (the first one fails, and was not applied), `doubt WORDS` (it fails and may have been applied),
/// `healthy NAMES`, `unhealthy NAME WORDS`, `crash NAME WORDS`, `check NAME pass`, `check NAME fail
/// WORDS`, `verdict CONCLUSION`, `wait DURATION` (with every tick that falls due), `restart` (of
/// the engine). `verbs` shows what could be done.
package struct TranscriptStage: Sendable {
    package private(set) var service: ServiceMachine
    var now = Timestamp(milliseconds: 0)
    private var lastRollout = 0
    var lastShown = ""

    package init(service: ServiceMachine) {
        self.service = service
        lastRollout = service.live == nil ? 0 : 1
    }

    private static let actor = Actor(name: "alice")

    /// Plays one line.
    ///
    /// - Parameter line: a directive with its arguments.
    /// - Returns: what came of it: the reply, the effects, and where the rollout stands if that
    /// changed.
    package mutating func play(_ line: String) -> [String] {
        let words = line.split(separator: " ").map(String.init)
        guard let verb = words.first else { return [] }
        let arguments = Array(words.dropFirst())
        let rest = arguments.joined(separator: " ")
        switch verb {
        case "service": return []
        case "deploy": return command(.deploy(ReleaseName(rawValue: rest)))
        case "promote": return command(.promote)
        case "pause": return command(.pause)
        case "continue": return command(.continue)
        case "rollback": return command(.rollback)
        case "as": return bound(arguments)
        case "ok": return answerAll()
        case "fail": return fail(rest, mayHaveBeenApplied: false)
        case "doubt": return fail(rest, mayHaveBeenApplied: true)
        case "healthy": return arguments.flatMap { tell($0) { .instanceHealthy($0) } } + shown()
        case "unhealthy", "crash": return lose(verb, arguments)
        case "check": return check(arguments)
        case "verdict": return judge(rest)
        case "wait": return wait(rest)
        case "restart": return restart()
        case "verbs": return Verb.allCases.map(availability)
        default: return ["no such directive: \(verb)"]
        }
    }

    // MARK: - Commands

    private mutating func command(
        _ action: EngineCommand.Action,
        expected: EngineCommand.Expectation? = nil
    ) -> [String] {
        lastRollout += 1
        let (reply, effects) = service.handle(
            EngineCommand(
                service: service.configuration.name,
                action: action,
                expected: expected,
                actor: Self.actor
            ),
            newRollout: RolloutID(rawValue: lastRollout),
            now: now
        )
        let answer =
            switch reply {
            case .accepted(let deed, _): deed.sentence
            case .refused(let reason): "refused: \(reason)"
            }
        return [answer] + effects.map(words) + shown()
    }

    private mutating func bound(_ arguments: [String]) -> [String] {
        let expected = EngineCommand.Expectation(
            rollout: service.rollout?.plan.id,
            revision: arguments.first.flatMap { Int($0) } ?? 0
        )
        switch arguments.last {
        case "promote": return command(.promote, expected: expected)
        case "continue": return command(.continue, expected: expected)
        case "rollback": return command(.rollback, expected: expected)
        default: return ["no such verb"]
        }
    }

    private func availability(of verb: Verb) -> String {
        switch service.availability(of: verb, now: now) {
        case .possible(let effect): "\(verb.rawValue): \(effect)"
        case .refused(let reason): "\(verb.rawValue) is refused: \(reason)"
        }
    }

    // MARK: - Observations

    private mutating func handle(_ event: RolloutEvent) -> [String] {
        service.handle(event, now: now).map(words)
    }

    private mutating func tell(
        _ name: String,
        _ event: (InstanceID) -> RolloutEvent
    ) -> [String] {
        guard let entry = service.instances.last(where: { $0.instance.name == name }) else {
            return ["no such instance: \(name)"]
        }
        return handle(event(entry.id))
    }

    private mutating func lose(_ verb: String, _ arguments: [String]) -> [String] {
        let evidence = arguments.dropFirst().joined(separator: " ")
        return tell(arguments.first ?? "") { id in
            verb == "crash"
                ? .instanceFailed(id, evidence: evidence)
                : .instanceUnhealthy(id, evidence: evidence)
        } + shown()
    }

    private mutating func answerAll() -> [String] {
        let ids = service.outstandingEffects.compactMap(\.answered)
        return ids.flatMap { handle(.effectSucceeded($0)) } + shown()
    }

    private mutating func fail(_ message: String, mayHaveBeenApplied: Bool) -> [String] {
        guard let id = service.outstandingEffects.lazy.compactMap(\.answered).first else {
            return ["nothing is outstanding"]
        }
        let failure = EffectFailure(message: message, mayHaveBeenApplied: mayHaveBeenApplied)
        return handle(.effectFailed(id, failure)) + shown()
    }

    private mutating func check(_ arguments: [String]) -> [String] {
        let name = arguments.first ?? ""
        let passed = arguments.dropFirst().first == "pass"
        let result = CheckResult(
            name: name,
            passed: passed,
            summary: arguments.dropFirst(2).joined(separator: " "),
            tries: 1,
            duration: .milliseconds(5)
        )
        for case .runChecks(let id, _, let names) in service.outstandingEffects
        where names.contains(name) {
            return handle(.checkFinished(id, result)) + shown()
        }
        return ["no such check runs: \(name)"]
    }

    private mutating func judge(_ word: String) -> [String] {
        guard let conclusion = Conclusion(rawValue: word), let since = service.rollout?.watchedSince
        else { return ["nothing is judged"] }
        let requests = conclusion == .inconclusive ? 14 : 120
        let finding = Finding(
            metric: .errorRate,
            conclusion: conclusion,
            candidate: conclusion == .fail ? 0.075 : 0.002,
            stable: 0.001,
            limit: 0.05,
            candidateRequests: requests,
            stableRequests: 480,
            requiredRequests: 50
        )
        let verdict = Verdict(
            conclusion: conclusion,
            findings: [finding],
            window: .seconds(30),
            windowStart: since,
            at: now
        )
        return handle(.verdict(verdict)) + shown()
    }

    private mutating func wait(_ duration: String) -> [String] {
        guard let seconds = Int(duration.dropLast()) else { return ["no such duration"] }
        let end = now + .seconds(duration.hasSuffix("m") ? seconds * 60 : seconds)
        var lines: [String] = []
        while let deadline = service.nextDeadline, deadline <= end {
            now = deadline
            lines += handle(.tick)
        }
        now = end
        return lines + shown()
    }

    /// The engine has lost everything but the machine.
    private mutating func restart() -> [String] {
        service.outstandingEffects.map { "again " + words($0) } + shown()
    }
}
