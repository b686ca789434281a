import CutoverCore

/// What a key would act on: fixed when the key is pressed, by what stood on screen.
struct Target: Hashable, Sendable {
    let service: ServiceName
    let rollout: RolloutID?
    let revision: Int

    init(_ service: ServiceSnapshot) {
        self.service = service.name
        self.rollout = service.rollout?.id
        self.revision = service.rollout?.revision ?? 0
    }

    func command(_ action: EngineCommand.Action, actor: Actor) -> EngineCommand {
        EngineCommand(
            service: service,
            action: action,
            expected: .init(rollout: rollout, revision: revision),
            actor: actor
        )
    }
}
