/// One piece of work outside that a phase waits for, through every attempt at it.
///
/// Each attempt has its own ``EffectID``. A failed one is repeated after a back-off, and one that
/// nobody answers is repeated too, so that no lost answer can hold a rollout for ever.
package struct Operation: Hashable, Sendable {
    package var action: Action
    /// Of the latest attempt.
    package var id: EffectID
    /// From 1.
    package var attempt: Int
    package var state: State

    package init(action: Action, id: EffectID, attempt: Int, state: State) {
        self.action = action
        self.id = id
        self.attempt = attempt
        self.state = state
    }

    /// What is done.
    package enum Action: Hashable, Sendable {
        case launch([Instance])
        case route(Traffic)
        case drain([InstanceID], deadline: Timestamp)
        case stop([InstanceID])
    }

    /// Where the latest attempt stands.
    package enum State: Hashable, Sendable {
        /// Asked for. Without an answer at `due` it counts as failed.
        case outstanding(due: Timestamp)
        /// To be asked for again at `retryAt`, under another ID.
        case failed(EffectFailure, retryAt: Timestamp)
    }
}

extension Operation {
    /// The effect of an attempt that has no answer yet.
    var outstandingEffect: RolloutEffect? {
        switch state {
        case .outstanding: effect
        case .failed: nil
        }
    }

    /// The effect of the latest attempt.
    var effect: RolloutEffect {
        switch action {
        case .launch(let instances): .startInstances(id, instances)
        case .route(let traffic): .applyTraffic(id, traffic)
        case .drain(let ids, let deadline): .drain(id, ids, deadline: deadline)
        case .stop(let ids): .stopInstances(id, ids)
        }
    }

    /// Why the latest attempt failed, while the next one is waited for.
    var failure: EffectFailure? {
        switch state {
        case .outstanding: nil
        case .failed(let failure, _): failure
        }
    }

    /// When the operation wants to be looked at again.
    var wakesAt: Timestamp {
        switch state {
        case .outstanding(let due): due
        case .failed(_, let retryAt): retryAt
        }
    }

    /// Whether `id` names the attempt that is waited for.
    func awaits(_ id: EffectID) -> Bool {
        self.id == id && outstandingEffect != nil
    }

    /// Doubles from one second to half a minute.
    ///
    /// Without chance: one engine asks one driver.
    static func backOff(after attempt: Int) -> Duration {
        .seconds(min(1 << min(attempt - 1, 5), 30))
    }
}
