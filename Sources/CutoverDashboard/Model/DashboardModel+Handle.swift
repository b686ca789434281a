package import CutoverCore

extension DashboardModel {
    /// Takes in one thing that happened and says what is to be done about it.
    ///
    /// `now` is the machine's time. An engine that is ahead of it, as its snapshots tell, is
    /// followed: countdowns are on the engine's clock.
    package mutating func handle(
        _ input: DashboardInput,
        now: Timestamp
    ) -> [DashboardCommand] {
        self.now = max(self.now, now + engineLead)
        var commands: [DashboardCommand] = []
        switch input {
        case .keys(let keys):
            commands = handle(keys)
        case .snapshot(let snapshot):
            commands = take(snapshot)
        case .reply(let reply, let command):
            take(reply, to: command)
        case .log(let instance, let service, let lines):
            take(log: lines, of: instance, service)
        case .disconnected(let reason):
            disconnection = reason
        case .notice(let text):
            say(.done, text.safe)
        case .drawn:
            noteDrawn()
        case .resumed:
            noteResumed()
        case .resized(let size):
            self.size = size
        case .tick:
            break
        }
        commands += readLog()
        if let message, self.now - message.at > Message.lifetime || isOvertaken(message) {
            self.message = nil
        }
        return commands
    }

    mutating func say(
        _ severity: Message.Severity,
        _ text: String,
        of subject: Message.Subject? = nil
    ) {
        message = Message(severity: severity, text: text, at: now, subject: subject)
    }

    /// Facts that came later say something else, and advice is worth more than what was done.
    private func isOvertaken(_ message: Message) -> Bool {
        guard let subject = message.subject,
            let rollout = latestService(subject.service)?.rollout
        else { return false }
        return subject.isOvertaken(by: rollout, since: message.at)
    }

    /// Hands a command over, and says so until the reply is there.
    mutating func send(_ command: EngineCommand, _ words: String) -> [DashboardCommand] {
        let subject = Message.Subject(command)
        say(.done, "sent: \(words)", of: subject)
        sentAt[subject] = now
        return [.send(command)]
    }

    // MARK: - The engine's side

    private mutating func take(_ snapshot: EngineSnapshot) -> [DashboardCommand] {
        disconnection = nil
        if snapshot.at > now {
            engineLead += snapshot.at - now
            now = snapshot.at
        }
        // An engine that repeats itself tells nothing new.
        if latest.map({ $0.at < snapshot.at }) ?? true {
            receivedAt = now
        }
        latest = snapshot
        for service in snapshot.services {
            let known = ProxyFailures(count: service.failedByProxy, knownSince: now)
            failures[service.name, default: known].note(service.failedByProxy, at: now)
        }
        keepSelection()
        reviewModal()
        let problems = Problem.all(in: snapshot, failures: failures, now: now)
        return announce(problems) + retitle(snapshot)
    }

    /// Rings once for each new problem, and forgets those that are over.
    private mutating func announce(_ problems: [Problem]) -> [DashboardCommand] {
        let current = Set(problems.map(\.id))
        let isNew = !current.isSubset(of: announcedProblems)
        announcedProblems = current
        acknowledged.formIntersection(current)
        return isNew ? [.bell] : []
    }

    private mutating func take(_ reply: CommandReply, to command: EngineCommand) {
        let subject = Message.Subject(command)
        // What happened while the reply was on its way has overtaken it already.
        let since = sentAt.removeValue(forKey: subject) ?? now
        switch reply {
        case .accepted where suspension?.pauses.contains(command) ?? false:
            break
        case .accepted(let deed, _):
            let text = "\(command.service.safe): \(deed.safe)"
            message = Message(severity: .done, text: text, at: since, subject: subject)
        case .refused(let reason):
            let verb = command.action.verb.rawValue
            let text = "\(verb) \(command.service.safe) refused: \(reason.safe)"
            message = Message(severity: .refused, text: text, at: since, subject: subject)
        }
    }

    private mutating func noteDrawn() {
        shown = service.map { Target($0) }
        switch modal {
        case .confirmation(var confirmation):
            confirmation.noteShown(now)
            modal = .confirmation(confirmation)
        case .quit(var question):
            question.noteShown(now)
            modal = .quit(question)
        case .deploy, .themes, .filter, nil:
            break
        }
    }

    private mutating func retitle(_ snapshot: EngineSnapshot) -> [DashboardCommand] {
        var words = "cutover \(snapshot.project.safeName)"
        for stop in [Stop.held, .paused, .gate] {
            let stopped = snapshot.services.filter { $0.stop == stop }
            guard let first = stopped.first else { continue }
            words = "cutover: \(stopped.count) \(stop.word) \(first.name.safe)"
            break
        }
        guard words != title else { return [] }
        title = words
        return [.setTitle(words)]
    }
}
