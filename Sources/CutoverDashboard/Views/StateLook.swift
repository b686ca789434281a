import CutoverCore
import CutoverScreen

extension InstanceState {
    func glyph(_ glyphs: Glyphs) -> String {
        switch self {
        case .starting: glyphs.starting
        case .warming: glyphs.warming
        case .healthy: glyphs.healthy
        case .degraded: glyphs.degraded
        case .unhealthy: glyphs.unhealthy
        case .draining: glyphs.draining
        case .stopped: glyphs.stopped
        }
    }

    var role: Role {
        switch self {
        case .starting: .starting
        case .warming: .warming
        case .healthy: .healthy
        case .degraded: .degraded
        case .unhealthy: .unhealthy
        case .draining: .draining
        case .stopped: .stopped
        }
    }

    var word: String {
        switch self {
        case .healthy: "up"
        case .unhealthy: "down"
        case .starting, .warming, .degraded, .draining, .stopped: rawValue
        }
    }
}

extension InstanceState {
    /// Neither simply up nor gone.
    var needsLook: Bool {
        switch self {
        case .starting, .warming, .degraded, .unhealthy, .draining: true
        case .healthy, .stopped: false
        }
    }
}

extension RolloutProgress.StepState {
    func glyph(_ glyphs: Glyphs) -> String {
        switch self {
        case .todo: glyphs.stepTodo
        case .current: glyphs.stepNow
        case .held: glyphs.stepHeld
        case .done: glyphs.stepDone
        case .failed: glyphs.stepFailed
        }
    }

    var role: Role {
        switch self {
        case .todo: .stepTodo
        case .current: .stepNow
        case .held: .stepHeld
        case .done: .stepDone
        case .failed: .stepFailed
        }
    }
}

extension Conclusion {
    func glyph(_ glyphs: Glyphs) -> String {
        switch self {
        case .pass: glyphs.pass
        case .fail: glyphs.fail
        case .inconclusive: glyphs.inconclusive
        }
    }

    var role: Role {
        switch self {
        case .pass: .gateOk
        case .fail: .gateBad
        case .inconclusive: .muted
        }
    }
}

/// Where a service stands, in a glyph, a word or two, and the role of both.
struct Standing {
    let glyph: String
    let word: String
    /// Such as `3/5`; empty outside of a rollout.
    let step: String
    let role: Role

    init(_ service: ServiceSnapshot, glyphs: Glyphs) {
        guard let rollout = service.liveRollout else {
            step = ""
            (glyph, word, role) = Self.atRest(service, glyphs)
            return
        }
        let steps = rollout.progress.steps
        let current = steps.firstIndex { $0.state == .current || $0.state == .held }
        step = current.map { "\($0 + 1)/\(steps.count)" } ?? ""
        if let word = Self.held(rollout.progress.holds) {
            self.word = word
            glyph = glyphs.held
            role = .stepHeld
            return
        }
        let phase = rollout.progress.phase
        word = phase.word
        switch phase {
        case .reverting: (glyph, role) = (glyphs.draining, .draining)
        case .draining: (glyph, role) = (glyphs.draining, .draining)
        case .warm: (glyph, role) = (glyphs.healthy, .healthy)
        default: (glyph, role) = (glyphs.stepNow, .stepNow)
        }
    }

    private static func atRest(
        _ service: ServiceSnapshot,
        _ glyphs: Glyphs
    ) -> (String, String, Role) {
        let serving = service.serving
        if serving.all > 0, serving.up < serving.all {
            return serving.up == 0
                ? (glyphs.unhealthy, "all down", .unhealthy)
                : (glyphs.degraded, "\(serving.up)/\(serving.all) up", .degraded)
        }
        switch service.rollout?.progress.outcome {
        case .rolledBack: return (glyphs.stepFailed, "rolled back", .stepFailed)
        case .failed: return (glyphs.stepFailed, "failed", .stepFailed)
        case .superseded, .promoted, nil: break
        }
        if service.live == nil { return (glyphs.stopped, "no release", .stopped) }
        return (glyphs.healthy, "steady", .healthy)
    }

    /// The hold that an operator has to answer; a gate waits as planned.
    private static func held(_ holds: [Hold]) -> String? {
        switch Stop(holds) {
        case .held: holds.contains(where: \.isAnomaly) ? "anomaly" : "deadline"
        case .paused: "paused"
        case .gate, nil: nil
        }
    }
}

/// Why a rollout stands still, by the gravest of its holds.
enum Stop: Hashable {
    /// As planned.
    case gate
    /// By an operator.
    case paused
    /// By an anomaly or a deadline.
    case held

    /// `nil` when nothing holds.
    init?(_ holds: [Hold]) {
        guard !holds.isEmpty else { return nil }
        self = .gate
        for hold in holds {
            switch hold {
            case .anomaly, .deadline:
                self = .held
                return
            case .operator: self = .paused
            case .gate: break
            }
        }
    }

    var word: String {
        switch self {
        case .gate: "waits"
        case .paused: "paused"
        case .held: "HELD"
        }
    }
}

extension ServiceSnapshot {
    /// Why its rollout stands still; `nil` when it goes on, or there is none.
    var stop: Stop? { liveRollout.flatMap { Stop($0.progress.holds) } }
}

extension PhaseName {
    /// The phase in a word that fits the table.
    var word: String {
        switch self {
        case .starting: "starting"
        case .verifying: "verify"
        case .awaitingPromotion: "gate"
        case .shifting: "shift"
        case .baking: "bake"
        case .warm: "warm"
        case .draining: "drain"
        case .replacing: "batch"
        case .monitoring: "watch"
        case .reverting: "reverting"
        case .finished: "finished"
        }
    }
}
