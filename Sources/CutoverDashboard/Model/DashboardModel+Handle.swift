package import CutoverCore

extension DashboardModel {
    /// Takes in one thing that happened and says what is to be done about it.
    ///
    /// `now` is on the same clock as ``EngineSnapshot/at``.
    package mutating func handle(
        _ input: DashboardInput,
        now: Timestamp
    ) -> [DashboardCommand] {
        self.now = max(self.now, now)
        var commands: [DashboardCommand] = []
        switch input {
        case .keys(let keys):
            commands = handle(keys)
        case .snapshot(let snapshot):
            commands = take(snapshot)
        case .reply(let reply, let command):
            take(reply, to: command)
        case .log(let instance, let service, let lines):
            if instance == self.instance?.id, service == self.service?.name {
                logLines = lines
            }
        case .disconnected(let reason):
            disconnection = reason
        case .notice(let text):
            say(.done, text.safe)
        case .drawn:
            noteDrawn()
        case .resized(let size):
            self.size = size
        case .tick:
            commands = readLog()
        }
        if let message, self.now - message.at > Message.lifetime {
            self.message = nil
        }
        return commands
    }

    mutating func say(_ severity: Message.Severity, _ text: String) {
        message = Message(severity: severity, text: text, at: now)
    }

    // MARK: - The engine's side

    private mutating func take(_ snapshot: EngineSnapshot) -> [DashboardCommand] {
        disconnection = nil
        // An engine that repeats itself tells nothing new.
        if latest.map({ $0.at < snapshot.at }) ?? true {
            receivedAt = now
        }
        latest = snapshot
        keepSelection()
        reviewModal()
        return announce(Problem.all(in: snapshot, now: now)) + retitle(snapshot)
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
        switch reply {
        case .accepted(let sentence, _):
            say(.done, sentence.safe)
        case .refused(let reason):
            let verb = command.action.verb.rawValue
            say(.refused, "\(verb) \(command.service.safe) refused: \(reason.safe)")
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

    /// Asks for the log that is on screen.
    func readLog() -> [DashboardCommand] {
        guard case .log = page, let service, let instance else { return [] }
        return [.readLog(instance.id, of: service.name)]
    }

    private mutating func retitle(_ snapshot: EngineSnapshot) -> [DashboardCommand] {
        let held = snapshot.services.filter { service in
            service.liveRollout.map { !$0.progress.holds.isEmpty } ?? false
        }
        var words = "cutover \(snapshot.project.safeName)"
        if let first = held.first {
            words = "cutover: \(held.count) HELD \(first.name.safe)"
        }
        guard words != title else { return [] }
        title = words
        return [.setTitle(words)]
    }
}
