import CutoverCore
import CutoverDrivers
import CutoverWire

extension SnapshotBuilder {
    /// What the rollout waits for that somebody else has to do: to put releases where its instances
    /// are to be.
    ///
    /// `nil`: nothing.
    static func othersPart(in state: ServiceState) -> String? {
        let absent = state.instances.values
            .filter { instance in
                instance.activity == .running && instance.process?.identity == nil
                    && !instance.hasServed && !instance.health.isHealthy
            }
            .sorted { $0.instance.id < $1.instance.id }
        guard state.machine.isRunning, let first = absent.first?.instance else {
            return nil
        }
        let addresses = absent.prefix(2).compactMap { $0.process?.address.description }
            .joined(separator: ", ")
        let more = absent.count > 2 ? " and \(absent.count - 2) more" : ""
        let place = first.slot.map { "\($0.rawValue) (\(addresses)\(more))" } ?? addresses + more
        return "\(place) is started by somebody else: deploy \(first.release) there"
    }
}
