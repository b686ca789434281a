package import CutoverCore

/// Everything that starting an instance takes.
package struct InstanceLaunch: Hashable, Sendable {
    package var service: ServiceName
    package var instance: Instance
    package var configuration: RuntimeConfiguration

    package init(service: ServiceName, instance: Instance, configuration: RuntimeConfiguration) {
        self.service = service
        self.instance = instance
        self.configuration = configuration
    }
}
