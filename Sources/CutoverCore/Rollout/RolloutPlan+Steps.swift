extension RolloutPlan {
    var isFirstDeployment: Bool { stable == nil }

    /// The candidate's share in percent, step by step, ending with 100.
    ///
    /// A first deployment has nothing to share with, a rollback is not tried out, and a first
    /// deployment of a rolling service takes its traffic in one step too.
    package var shiftSteps: [Int] {
        switch strategy {
        case .blueGreen(let configuration):
            isFirstDeployment || isRollback ? [100] : configuration.shift
        case .rolling: [100]
        }
    }

    /// How the batches run, unless all instances start at once.
    var rolling: RollingConfiguration? {
        switch strategy {
        case .blueGreen: nil
        case .rolling(let configuration): isFirstDeployment ? nil : configuration
        }
    }

    /// How many batches a rolling rollout has; 0 for any other.
    package var batchCount: Int {
        guard let rolling else { return 0 }
        return (instanceCount + rolling.batchSize - 1) / rolling.batchSize
    }

    /// How many instances of the candidate serve when a batch is done.
    func target(ofBatch batch: Int) -> Int {
        min(batch * (rolling?.batchSize ?? instanceCount), instanceCount)
    }

    /// The names of the checks of a stage, in the order of the manifest.
    ///
    /// A rollback has none.
    func checkNames(_ stage: CheckStage) -> [String] {
        isRollback ? [] : checks.filter { $0.stage == stage }.map(\.name)
    }

    /// Whether the candidate is put on the preview before it takes traffic.
    ///
    /// A first deployment without checks goes straight on: nobody gets to look at it.
    var usesPreview: Bool {
        !isRollback && (!isFirstDeployment || !checkNames(.beforePromotion).isEmpty)
    }

    /// What an anomaly does.
    ///
    /// A rollback never goes back by a verdict: it came from there.
    var anomalyPolicy: AnomalyPolicy { isRollback ? .hold : onAnomaly }

    var soak: Duration {
        switch strategy {
        case .blueGreen(let configuration): isRollback ? .zero : configuration.soak
        case .rolling: .zero
        }
    }

    var bake: Duration {
        switch strategy {
        case .blueGreen(let configuration): configuration.bake
        case .rolling: .zero
        }
    }

    var keepWarm: Duration {
        switch strategy {
        case .blueGreen(let configuration): configuration.keepWarm
        case .rolling: .zero
        }
    }

    var promoteAfter: Duration? {
        switch strategy {
        case .blueGreen(let configuration): configuration.promoteAfter
        case .rolling: nil
        }
    }

    var gateExpires: Duration {
        switch strategy {
        case .blueGreen(let configuration): configuration.gateExpires
        case .rolling(let configuration): configuration.gateExpires
        }
    }

    var progressDeadline: Duration {
        switch strategy {
        case .blueGreen(let configuration): configuration.progressDeadline
        case .rolling(let configuration): configuration.progressDeadline
        }
    }

    var whenInconclusive: InconclusivePolicy {
        switch strategy {
        case .blueGreen(let configuration): configuration.whenInconclusive
        case .rolling(let configuration): configuration.whenInconclusive
        }
    }

    /// The table that is in force when the rollout begins.
    ///
    /// `nil` on a first deployment.
    var initialTraffic: Traffic? {
        guard let stable, !stable.instances.isEmpty else { return nil }
        let rotation = stable.instances.map(\.id)
        let weight =
            switch strategy {
            case .blueGreen: 100
            case .rolling: rotation.count
            }
        return Traffic(
            stable: TrafficSide(
                release: stable.release,
                slot: stable.slot,
                rotation: rotation,
                weight: weight
            ),
            candidate: nil
        )
    }

    func firstPhase(now: Timestamp) -> RolloutPhase {
        guard rolling != nil else {
            let clock = PhaseClock(startingAt: now, for: startTimeout)
            return .starting(Starting(operation: nil, clock: clock))
        }
        return .replacing(
            Replacement(
                batch: 1,
                operation: nil,
                start: nil,
                deadline: PhaseClock(startingAt: now, for: progressDeadline),
                watch: Watch(since: now)
            )
        )
    }
}
