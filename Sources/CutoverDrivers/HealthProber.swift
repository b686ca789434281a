package import CutoverCore
package import CutoverWire

/// Asks an instance whether it is well.
package protocol HealthProber: Sendable {
    /// One probe, over before `timeout` and a moment. A fault of any kind is a probe that failed.
    func probe(_ target: ProbeTarget, by probe: Probe, timeout: Duration) async -> ProbeResult
}

/// The instance that a probe asks.
package struct ProbeTarget: Hashable, Sendable {
    /// Its variables are those of a command probe.
    package var launch: InstanceLaunch
    package var address: SocketAddress

    package init(launch: InstanceLaunch, address: SocketAddress) {
        self.launch = launch
        self.address = address
    }
}
