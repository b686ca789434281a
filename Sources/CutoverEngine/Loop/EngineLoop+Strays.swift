import CutoverCore
import CutoverDrivers
import CutoverStore

/// Instances that run and that no rollout knows any more.
extension EngineLoop {
    /// Stops an instance that no rollout knows, such as one whose start came through when it had
    /// been given up.
    func stopStray(_ id: InstanceID, of service: ServiceName) {
        if let index = state.index(of: service) {
            state.services[index].updateInstance(id) { instance in
                instance.activity = .stopping
                instance.nextProbeAt = nil
                instance.stopRetryAt = nil
            }
        }
        let (runtime, inbox) = (drivers.runtime, inbox)
        inbox.work.begin()
        Task {
            _ = await Self.stop(id, of: service, grace: .zero, runtime: runtime, inbox: inbox)
            inbox.work.end()
        }
    }

    /// Tries again to stop what could not be stopped.
    func stopStrays(of index: Int) {
        for (id, instance) in state.services[index].instances {
            if let due = instance.stopRetryAt, due <= now {
                stopStray(id, of: state.services[index].name)
            }
        }
    }

    /// A rollout hears of it as of the failure of its effect; of a stray instance nobody else does.
    func stopFailed(_ id: InstanceID, of index: Int, _ error: DriverError) {
        let service = state.services[index]
        guard !service.machine.instances.contains(where: { $0.id == id }),
            let instance = service.instances[id]
        else {
            return
        }
        let fault = "\(service.name): \(instance.instance.name) of no rollout still runs: \(error)"
        if state.faults[.stray(id)] != fault {
            state.faults[.stray(id)] = fault
            note(
                JournalRow(service: service.name, rollout: id.rollout, kind: .fault, text: fault)
            )
        }
        state.services[index].updateInstance(id) { $0.stopRetryAt = now + .seconds(5) }
    }
}
