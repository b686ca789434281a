import CutoverCore

extension RecordV1 {
    struct Plan: Codable {
        var id: RolloutID
        var service: ServiceName
        var candidate: ReleaseName
        var stable: StableRelease?
        var slot: Slot?
        var instanceCount: Int
        var strategy: Strategy
        var startTimeout: Milliseconds
        var minimumHealthyTime: Milliseconds
        var drainTimeout: Milliseconds
        var checks: [Check]
        var onAnomaly: AnomalyPolicy
        var isAnalysed: Bool
        var isRollback: Bool
        var actor: Actor
        var startedAt: Instant

        init(_ plan: RolloutPlan) {
            id = plan.id
            service = plan.service
            candidate = plan.candidate
            stable = plan.stable
            slot = plan.slot
            instanceCount = plan.instanceCount
            strategy = Strategy(plan.strategy)
            startTimeout = Milliseconds(plan.startTimeout)
            minimumHealthyTime = Milliseconds(plan.minimumHealthyTime)
            drainTimeout = Milliseconds(plan.drainTimeout)
            checks = plan.checks.map(Check.init)
            onAnomaly = plan.onAnomaly
            isAnalysed = plan.isAnalysed
            isRollback = plan.isRollback
            actor = plan.actor
            startedAt = Instant(plan.startedAt)
        }

        var value: RolloutPlan {
            RolloutPlan(
                id: id,
                service: service,
                candidate: candidate,
                stable: stable,
                slot: slot,
                instanceCount: instanceCount,
                strategy: strategy.value,
                startTimeout: startTimeout.value,
                minimumHealthyTime: minimumHealthyTime.value,
                drainTimeout: drainTimeout.value,
                checks: checks.map(\.value),
                onAnomaly: onAnomaly,
                isAnalysed: isAnalysed,
                isRollback: isRollback,
                actor: actor,
                startedAt: startedAt.value
            )
        }
    }

    struct Check: Codable {
        var name: String
        var stage: CheckStage
        /// Missing in records of the first engines.
        var longestTime: Milliseconds?

        init(_ check: PlannedCheck) {
            name = check.name
            stage = check.stage
            longestTime = check.longestTime.map(Milliseconds.init)
        }

        var value: PlannedCheck {
            PlannedCheck(name: name, stage: stage, longestTime: longestTime?.value)
        }
    }

    enum Strategy: Codable {
        case blueGreen(BlueGreen)
        case rolling(Rolling)

        init(_ strategy: StrategyConfiguration) {
            self =
                switch strategy {
                case .blueGreen(let configuration): .blueGreen(BlueGreen(configuration))
                case .rolling(let configuration): .rolling(Rolling(configuration))
                }
        }

        var value: StrategyConfiguration {
            switch self {
            case .blueGreen(let record): .blueGreen(record.value)
            case .rolling(let record): .rolling(record.value)
            }
        }
    }

    struct BlueGreen: Codable {
        var promoteAfter: Milliseconds?
        var gateExpires: Milliseconds
        var shift: [Int]
        var soak: Milliseconds
        var whenInconclusive: InconclusivePolicy
        var progressDeadline: Milliseconds
        var bake: Milliseconds
        var keepWarm: Milliseconds

        init(_ configuration: BlueGreenConfiguration) {
            promoteAfter = configuration.promoteAfter.map(Milliseconds.init)
            gateExpires = Milliseconds(configuration.gateExpires)
            shift = configuration.shift
            soak = Milliseconds(configuration.soak)
            whenInconclusive = configuration.whenInconclusive
            progressDeadline = Milliseconds(configuration.progressDeadline)
            bake = Milliseconds(configuration.bake)
            keepWarm = Milliseconds(configuration.keepWarm)
        }

        var value: BlueGreenConfiguration {
            BlueGreenConfiguration(
                promoteAfter: promoteAfter?.value,
                gateExpires: gateExpires.value,
                shift: shift,
                soak: soak.value,
                whenInconclusive: whenInconclusive,
                progressDeadline: progressDeadline.value,
                bake: bake.value,
                keepWarm: keepWarm.value
            )
        }
    }

    struct Rolling: Codable {
        var batchSize: Int
        var surge: Int
        var unavailable: Int
        var monitor: Milliseconds
        var whenInconclusive: InconclusivePolicy
        /// Ascending.
        var gateAfter: [Int]
        var gateExpires: Milliseconds
        var progressDeadline: Milliseconds

        init(_ configuration: RollingConfiguration) {
            batchSize = configuration.batchSize
            surge = configuration.surge
            unavailable = configuration.unavailable
            monitor = Milliseconds(configuration.monitor)
            whenInconclusive = configuration.whenInconclusive
            gateAfter = configuration.gateAfter.sorted()
            gateExpires = Milliseconds(configuration.gateExpires)
            progressDeadline = Milliseconds(configuration.progressDeadline)
        }

        var value: RollingConfiguration {
            RollingConfiguration(
                batchSize: batchSize,
                surge: surge,
                unavailable: unavailable,
                monitor: monitor.value,
                whenInconclusive: whenInconclusive,
                gateAfter: Set(gateAfter),
                gateExpires: gateExpires.value,
                progressDeadline: progressDeadline.value
            )
        }
    }
}
