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

    /// What the state of one service amounts to.
    init(of service: ServiceSnapshot) {
        let instances = service.sides.filter { $0.share > 0 }.flatMap(\.instances)
        let isServed = instances.contains { $0.state == .healthy || $0.state == .degraded }
        guard let rollout = service.rollout else {
            self = instances.isEmpty || isServed ? .done : .degraded
            return
        }
        switch rollout.progress.outcome {
        case .none where !rollout.progress.holds.isEmpty: self = .waiting
        case .none:
            // Promoted for good as far as an operator is concerned: only the way back is still
            // warm.
            let isPromoted = [.warm, .draining].contains(rollout.progress.phase)
            self = isPromoted ? .done : .timedOut
        case .promoted, .superseded: self = isServed ? .done : .degraded
        case .failed: self = .failed
        case .rolledBack(.operatorRequest): self = .rolledBackByOperator
        case .rolledBack: self = .rolledBack
        }
    }
}
