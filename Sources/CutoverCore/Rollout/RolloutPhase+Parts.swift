extension RolloutPhase {
    package var name: PhaseName {
        switch self {
        case .starting: .starting
        case .verifying: .verifying
        case .awaitingPromotion: .awaitingPromotion
        case .shifting: .shifting
        case .baking: .baking
        case .warm: .warm
        case .draining: .draining
        case .replacing: .replacing
        case .monitoring: .monitoring
        case .reverting: .reverting
        case .finished: .finished
        }
    }

    /// The step or batch that the phase belongs to; 0 where there is none.
    package var index: Int {
        switch self {
        case .shifting(let shift): shift.step
        case .replacing(let replacement): replacement.batch
        case .monitoring(let monitor): monitor.batch
        case .awaitingPromotion(let gate): gate.batch ?? 0
        case .starting, .verifying, .baking, .warm, .draining, .reverting, .finished: 0
        }
    }

    /// The operation that is waited for, or that is to be tried again.
    package var operation: Operation? {
        switch self {
        case .starting(let starting): return starting.operation
        case .shifting(let shift):
            switch shift.stage {
            case .applying(let operation): return operation
            case .soaking: return nil
            }
        case .draining(let operation): return operation
        case .replacing(let replacement): return replacement.operation
        case .reverting(let reversal): return reversal.operation
        case .verifying, .awaitingPromotion, .baking, .warm, .monitoring, .finished: return nil
        }
    }

    /// Puts another attempt, or another state of the same one, in the operation's place.
    mutating func replaceOperation(_ operation: Operation) {
        switch self {
        case .starting(var starting):
            starting.operation = operation
            self = .starting(starting)
        case .shifting(var shift):
            shift.stage = .applying(operation)
            self = .shifting(shift)
        case .draining:
            self = .draining(operation)
        case .replacing(var replacement):
            replacement.operation = operation
            self = .replacing(replacement)
        case .reverting(var reversal):
            reversal.operation = operation
            self = .reverting(reversal)
        case .verifying, .awaitingPromotion, .baking, .warm, .monitoring, .finished:
            break
        }
    }

    /// The runs of checks that belong to the phase.
    package var checkRuns: [CheckRun] {
        switch self {
        case .verifying(let verification): [verification.run]
        case .baking(let bake): bake.checks.map { [$0] } ?? []
        case .monitoring(let monitor): monitor.checks
        case .starting, .awaitingPromotion, .shifting, .warm, .draining, .replacing, .reverting,
            .finished:
            []
        }
    }

    mutating func replaceCheckRun(_ id: EffectID, by run: CheckRun) {
        switch self {
        case .verifying(var verification):
            verification.run = run
            self = .verifying(verification)
        case .baking(var bake):
            bake.checks = run
            self = .baking(bake)
        case .monitoring(var monitor):
            monitor.checks = monitor.checks.map { $0.id == id ? run : $0 }
            self = .monitoring(monitor)
        case .starting, .awaitingPromotion, .shifting, .warm, .draining, .replacing, .reverting,
            .finished:
            break
        }
    }

    /// The watch over the candidate's traffic.
    ///
    /// `nil` where it has none, or is past being judged.
    var watch: Watch? {
        get {
            switch self {
            case .awaitingPromotion(let gate): return gate.batch == nil ? nil : gate.watch
            case .shifting(let shift):
                switch shift.stage {
                case .applying: return nil
                case .soaking(_, let watch): return watch
                }
            case .baking(let bake): return bake.watch
            case .replacing(let replacement): return replacement.watch
            case .monitoring(let monitor): return monitor.watch
            case .starting, .verifying, .warm, .draining, .reverting, .finished: return nil
            }
        }
        set {
            guard let newValue else { return }
            switch self {
            case .awaitingPromotion(var gate):
                gate.watch = newValue
                self = .awaitingPromotion(gate)
            case .shifting(var shift):
                if case .soaking(let clock, _) = shift.stage {
                    shift.stage = .soaking(clock, newValue)
                    self = .shifting(shift)
                }
            case .baking(var bake):
                bake.watch = newValue
                self = .baking(bake)
            case .replacing(var replacement):
                replacement.watch = newValue
                self = .replacing(replacement)
            case .monitoring(var monitor):
                monitor.watch = newValue
                self = .monitoring(monitor)
            case .starting, .verifying, .warm, .draining, .reverting, .finished:
                break
            }
        }
    }

    /// Whether an anomaly of the candidate holds the rollout or sends it back.
    var isWatched: Bool {
        switch self {
        case .shifting, .baking, .replacing, .monitoring: true
        case .awaitingPromotion(let gate): gate.batch != nil
        case .starting, .verifying, .warm, .draining, .reverting, .finished: false
        }
    }
}
