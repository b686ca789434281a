import CutoverCore

/// What a command that waits for one rollout makes of each snapshot.
///
/// Another rollout of the service is never taken for it: neither an older one that is ending, nor a
/// newer one that took its place.
struct RolloutWait {
    let service: ServiceName
    /// The rollout as the command left it.
    let mark: RolloutMark
    private var wasQueued = false
    private var lastLine = ""

    init(for mark: RolloutMark, of service: ServiceName) {
        self.service = service
        self.mark = mark
    }

    /// What a snapshot brings.
    struct Finding: Equatable {
        /// To be printed; `nil`: nothing new.
        var line: String?
        /// `nil`: it goes on.
        var status: ExitStatus?
    }

    mutating func look(at snapshot: EngineSnapshot) -> Finding {
        guard let service = snapshot.services.first(where: { $0.name == service }),
            let rollout = service.rollout
        else { return Finding() }
        if rollout.id < mark.id { return lookBefore(rollout, of: service) }
        guard rollout.id == mark.id else {
            let line =
                "rollout \(mark.id.rawValue) is over: \(rollout.actor.name) began rollout "
                + "\(rollout.id.rawValue) of \(rollout.candidate)"
            return Finding(line: line, status: .rolledBack)
        }
        guard rollout.revision >= mark.revision ?? 0 else { return Finding() }
        let progress = rollout.progress
        let line = news("\(progress.phase.rawValue): \(progress.sentence)")
        let status = ExitStatus(of: service)
        let goesOn = status == .timedOut || status == .waiting && progress.opensByItself
        return Finding(line: line, status: goesOn ? nil : status)
    }

    /// An older rollout still runs, or is all that this snapshot knows.
    private mutating func lookBefore(
        _ rollout: RolloutSnapshot,
        of service: ServiceSnapshot
    ) -> Finding {
        if let queued = service.queued, queued.id == mark.id {
            wasQueued = true
            let progress = rollout.progress
            return Finding(
                line: news(
                    "\(queued.release) is next; \(rollout.candidate) first: "
                        + "\(progress.phase.rawValue): \(progress.sentence)"
                )
            )
        }
        // A queued deploy begins in the very moment in which the rollout before it ends.
        let isOver = mark.revision == nil && rollout.progress.outcome != nil
        guard wasQueued || isOver else { return Finding() }
        let other = service.queued.map { "\($0.actor.name) asked for \($0.release)" }
        return Finding(
            line: "the deploy was left out: \(other ?? "a rollback or another deploy came first")",
            status: .rolledBack
        )
    }

    private mutating func news(_ line: String) -> String? {
        guard line != lastLine else { return nil }
        lastLine = line
        return line
    }
}

extension RolloutProgress {
    /// Whether all that holds it is a gate that opens at a set time.
    fileprivate var opensByItself: Bool {
        holds.allSatisfy { hold in
            if case .gate(_, .some, _) = hold { true } else { false }
        }
    }
}
