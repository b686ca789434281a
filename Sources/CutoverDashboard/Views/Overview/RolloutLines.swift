import CutoverCore
import CutoverScreen

/// The rows above the grid that say where a rollout stands and why it does not go on.
struct RolloutLines {
    let service: ServiceSnapshot
    let now: Timestamp
    let glyphs: Glyphs

    // MARK: - Why it waits

    /// The one sentence, in at most `limit` rows.
    func sentence(width: Int, limit: Int) -> [Line] {
        guard let progress = service.rollout?.progress, !progress.sentence.isEmpty else {
            return []
        }
        let (sign, role): (String, Role)
        switch progress.outcome {
        case nil:
            let stop = Stop(progress.holds)
            let isHeld = stop == .held || stop == .paused
            (sign, role) = isHeld ? (glyphs.held, .stepHeld) : (glyphs.stepNow, .text)
        case .promoted: (sign, role) = (glyphs.stepDone, .text)
        case .superseded: (sign, role) = (glyphs.stepTodo, .text)
        case .rolledBack, .failed: (sign, role) = (glyphs.stepFailed, .stepFailed)
        }
        let room = width - sign.displayWidth - 2
        let rows = wrapped(
            words(of: progress),
            width: room,
            limit: limit,
            ellipsis: glyphs.ellipsis
        )
        let indent = String(repeating: " ", count: sign.displayWidth + 2)
        return rows.enumerated().map { index, text in
            var line = Line(index == 0 ? " \(sign) " : indent, role)
            line.add(text, role)
            return line
        }
    }

    /// The sentence, with the age of what it says was found: the figures of now stand elsewhere.
    private func words(of progress: RolloutProgress) -> String {
        let sentence = progress.sentence.safe
        let prefix = "held: "
        guard let since = progress.holds.first?.faultSince, sentence.hasPrefix(prefix) else {
            return sentence
        }
        return "held \(Figures.age(now - since)) ago: " + sentence.dropFirst(prefix.count)
    }

    // MARK: - How long

    private var remaining: Duration? { service.rollout?.progress.countdown?.left(at: now) }

    /// Such as `bake 03:14 left`.
    private var countdownWords: String? {
        guard let countdown = service.rollout?.progress.countdown, let remaining else { return nil }
        let title = countdown.title.safeName.truncated(to: 16, ellipsis: glyphs.ellipsis)
        return "\(title) \(Figures.clock(remaining)) left"
    }

    func countdown(width: Int) -> Line? {
        guard let countdown = service.rollout?.progress.countdown, let remaining,
            let words = countdownWords
        else { return nil }
        let isStopped = countdown.endsAt == nil
        let role: Role = isStopped ? .stepHeld : .stepNow
        var line = Line(" \(words)", role)
        line.add(" of \(Figures.clock(countdown.total)) ", .muted)
        var ending = Line(isStopped ? " clock stopped" : "", .stepHeld)
        if !countdown.then.isEmpty {
            ending.add(isStopped ? ", then " : " then ", .muted)
            ending.add(countdown.then.safe, .muted)
        }
        let bar = min(max(width - line.width - ending.width - 1, 8), 40)
        let total = Double(max(countdown.total.wholeMilliseconds, 1))
        let passed = 1 - Double(remaining.wholeMilliseconds) / total
        line.add(ProgressBar.line(passed, width: bar, glyphs: glyphs, role: role))
        line.add(ending)
        return line
    }

    // MARK: - Who gets the traffic

    func split(width: Int) -> Line {
        let (left, right) = service.split
        var line = Line(" \(port) ", .muted)
        var ending = Line()
        if !service.isRolling {
            line.add("BLUE \(left)% ", .blue)
            ending.add(" \(right)% GREEN", .green)
        } else if service.isFirstDeployment {
            ending.add(" \(right)% NEW", .green)
        } else if service.sides.count < 2, service.liveRollout == nil {
            line.add("ALL \(left)% ", .blue)
        } else {
            line.add("OLD \(left)% ", .blue)
            if service.sides.count > 1 { ending.add(" \(right)% NEW", .green) }
        }
        ending.add(" ")
        let bar = max(width - line.width - ending.width, 0)
        line.add(SplitBar.line(left: left, right: right, width: bar, glyphs: glyphs))
        line.add(ending)
        return line
    }

    /// The port alone, such as `:8080`, where the address is long.
    private var port: String {
        let listen = service.listen.safeName
        guard let colon = listen.lastIndex(of: ":") else {
            return listen.truncated(to: 12, ellipsis: glyphs.ellipsis)
        }
        return String(listen[colon...]).truncated(to: 8, ellipsis: glyphs.ellipsis)
    }
}

extension RolloutProgress.Countdown {
    /// What is left of it; `nil` when the engine did not say.
    func left(at now: Timestamp) -> Duration? {
        endsAt.map { $0 - now } ?? remaining
    }
}

extension Hold {
    /// Since when an anomaly or a deadline holds.
    fileprivate var faultSince: Timestamp? {
        switch self {
        case .anomaly(_, let since), .deadline(let since): since
        case .operator, .gate: nil
        }
    }
}
