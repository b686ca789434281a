/// Where the instances of a service listen.
package enum InstanceEndpoints: Hashable, Sendable {
    /// Each on a port of 127.0.0.1 out of this range, which is enough for a rollout and no other
    /// service's.
    case ports(ClosedRange<UInt16>)
    /// Each on a Unix socket of its own.
    case sockets
    /// At addresses where somebody else starts and stops what listens.
    case external(ExternalAddresses)

    /// Whether somebody else starts and stops the instances.
    package var isExternal: Bool {
        if case .external = self { true } else { false }
    }
}

/// Addresses of instances that somebody else starts, such as `10.0.0.1:8080` or `unix:/run/app`.
///
/// No address stands twice in a project.
package enum ExternalAddresses: Hashable, Sendable {
    /// For blue-green: as many in each slot as the service has instances.
    case slots(blue: [String], green: [String])
    /// For rolling: at least as many as the service has instances; the others are for a surge.
    case instances([String])

    /// Those at which an instance of a slot may be; `nil` is the slot of a rolling service.
    package func addresses(in slot: Slot?) -> [String] {
        switch (self, slot) {
        case (.slots(let blue, _), .blue): blue
        case (.slots(_, let green), .green): green
        case (.instances(let addresses), nil): addresses
        case (.slots, nil), (.instances, .blue), (.instances, .green): []
        }
    }

    /// All of them.
    package var all: [String] {
        switch self {
        case .slots(let blue, let green): blue + green
        case .instances(let addresses): addresses
        }
    }
}
