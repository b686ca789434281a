import ArgumentParser
import CutoverCore

/// What the process tells its caller.
///
/// `cutover --help` lists them.
enum ExitStatus: Int32, Error {
    case done = 0
    case usage = 1
    case failed = 2
    case rolledBack = 3
    case rolledBackByOperator = 4
    case timedOut = 5
    case waiting = 6
    case refused = 7
    case engineUnavailable = 8
    case degraded = 9
    case interrupted = 130

    var code: ExitCode { ExitCode(rawValue) }

    /// How far the rollout of a service came, for whoever waits for it.
    init(of service: ServiceSnapshot) {
        guard let rollout = service.rollout else {
            self = service.isDown ? .degraded : .done
            return
        }
        guard let outcome = rollout.progress.outcome else {
            self = ExitStatus(of: rollout.progress)
            return
        }
        self = service.isDown ? .degraded : ExitStatus(of: outcome)
    }

    /// How a service stands at this moment: an outage before all else, then a rollout that is not
    /// over.
    ///
    /// What became of a rollout that is over is no matter while a release serves.
    init(standing service: ServiceSnapshot) {
        if service.isDown {
            self = .degraded
        } else if let rollout = service.rollout, rollout.progress.outcome == nil {
            self = ExitStatus(of: rollout.progress)
        } else {
            self = service.live == nil ? ExitStatus(of: service) : .done
        }
    }

    /// How services stand, and the faults that the engine reports: the worst of all.
    init(standing services: [ServiceSnapshot], faults: [String]) {
        let all = services.map(ExitStatus.init(standing:)) + (faults.isEmpty ? [] : [.degraded])
        self = all.max { $0.urgency < $1.urgency } ?? .done
    }

    fileprivate init(of progress: RolloutProgress) {
        if progress.holds.isEmpty {
            // Promoted for good as far as an operator is concerned: only the way back is still
            // warm.
            let isPromoted = [.warm, .draining].contains(progress.phase)
            self = isPromoted ? .done : .timedOut
        } else {
            self = .waiting
        }
    }

    private init(of outcome: Outcome) {
        switch outcome {
        case .promoted: self = .done
        case .failed: self = .failed
        case .rolledBack(.operatorRequest): self = .rolledBackByOperator
        case .rolledBack, .superseded: self = .rolledBack
        }
    }

    /// Of several, the one that an operator must know of first.
    private var urgency: Int {
        switch self {
        case .done: 0
        case .timedOut: 2
        case .rolledBackByOperator: 3
        case .rolledBack: 4
        case .failed: 5
        case .waiting: 6
        case .degraded: 7
        case .usage, .refused, .engineUnavailable, .interrupted: 8
        }
    }
}

extension ServiceSnapshot {
    /// Whether a rollout goes on or waits for somebody.
    var isMoving: Bool {
        guard let rollout, rollout.progress.outcome == nil else { return false }
        return ExitStatus(of: rollout.progress) != .done
    }

    /// Whether it should serve and no instance that gets requests is healthy.
    var isDown: Bool {
        let serving = sides.filter { $0.share > 0 }.flatMap(\.instances)
        let isServed = serving.contains { $0.state == .healthy || $0.state == .degraded }
        return !isServed && (live != nil || !serving.isEmpty)
    }
}
