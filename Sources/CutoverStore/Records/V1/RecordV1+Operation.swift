import CutoverCore

extension RecordV1 {
    struct Clock: Codable {
        var startedAt: Instant
        var duration: Milliseconds
        var endsAt: Instant

        init(_ clock: PhaseClock) {
            startedAt = Instant(clock.startedAt)
            duration = Milliseconds(clock.duration)
            endsAt = Instant(clock.endsAt)
        }

        var value: PhaseClock {
            PhaseClock(
                startedAt: startedAt.value,
                duration: duration.value,
                endsAt: endsAt.value
            )
        }
    }

    struct Operation: Codable {
        var action: Action
        var id: EffectID
        var attempt: Int
        var state: State

        enum Action: Codable {
            case launch(instances: [Instance])
            case route(traffic: Traffic)
            case drain(instances: [InstanceID], deadline: Instant)
            case stop(instances: [InstanceID])
        }

        enum State: Codable {
            case outstanding(due: Instant)
            case failed(failure: EffectFailure, retryAt: Instant)
        }

        init(_ operation: CutoverCore.Operation) {
            action =
                switch operation.action {
                case .launch(let instances): .launch(instances: instances)
                case .route(let traffic): .route(traffic: traffic)
                case .drain(let instances, let deadline):
                    .drain(instances: instances, deadline: Instant(deadline))
                case .stop(let instances): .stop(instances: instances)
                }
            id = operation.id
            attempt = operation.attempt
            state =
                switch operation.state {
                case .outstanding(let due): .outstanding(due: Instant(due))
                case .failed(let failure, let retryAt):
                    .failed(failure: failure, retryAt: Instant(retryAt))
                }
        }

        var value: CutoverCore.Operation {
            CutoverCore.Operation(
                action: action.value,
                id: id,
                attempt: attempt,
                state: state.value
            )
        }
    }
}

extension RecordV1.Operation.Action {
    var value: CutoverCore.Operation.Action {
        switch self {
        case .launch(let instances): .launch(instances)
        case .route(let traffic): .route(traffic)
        case .drain(let instances, let deadline): .drain(instances, deadline: deadline.value)
        case .stop(let instances): .stop(instances)
        }
    }
}

extension RecordV1.Operation.State {
    var value: CutoverCore.Operation.State {
        switch self {
        case .outstanding(let due): .outstanding(due: due.value)
        case .failed(let failure, let retryAt): .failed(failure, retryAt: retryAt.value)
        }
    }
}
