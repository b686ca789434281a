import CutoverCore

/// Healthy instances whose processes ended while no engine ran.
extension EngineLoop {
    /// The process of a healthy instance ended while no engine ran, as all do when the machine is
    /// started again.
    ///
    /// Told at once, the first instances that are back would make those of the other release look
    /// dead. So its rollout stands until the instance is healthy again, or surely is not.
    func processWasLost(_ id: InstanceID, of index: Int, evidence: String) {
        let loss = HostedInstance.Loss(
            evidence: evidence,
            until: now + state.services[index].configuration.health.startTimeout
        )
        state.services[index].updateInstance(id) { $0.loss = loss }
        state.services[index].unproven.insert(id)
        _ = backOff(id, of: index)
    }

    /// An instance that was lost is healthy again.
    ///
    /// One that takes requests goes on as if nothing had been. For any other its healthy time
    /// begins anew.
    func lossEnded(_ id: InstanceID, of index: Int) {
        guard let loss = state.services[index].instances[id]?.loss else {
            return
        }
        state.services[index].updateInstance(id) { $0.loss = nil }
        if !state.services[index].givesRequests(to: id) {
            tell(.instanceUnhealthy(id, evidence: loss.evidence), to: state.services[index].name)
        }
    }

    /// Tells of the instances that did not come back in time.
    func expireLosses(of index: Int) {
        for (id, instance) in state.services[index].instances {
            guard let loss = instance.loss, loss.until <= now else {
                continue
            }
            state.services[index].updateInstance(id) { $0.loss = nil }
            tell(.instanceUnhealthy(id, evidence: loss.evidence), to: state.services[index].name)
            prove(id, at: index)
        }
    }
}
