/// What is known of the table that the proxy works by.
///
/// An attempt that failed, or that has no answer yet, may have been applied all the same. Whoever
/// asks whether an instance may get requests has to look at every table that may be in force.
package struct TrafficRecord: Hashable, Sendable {
    /// The last table that the router confirmed. `nil` before the first.
    package var confirmed: Traffic?
    /// Tables asked for since, which may be in force.
    package var attempted: [Traffic]

    package init(confirmed: Traffic?, attempted: [Traffic] = []) {
        self.confirmed = confirmed
        self.attempted = attempted
    }

    /// Every table that may be in force.
    var possible: [Traffic] { (confirmed.map { [$0] } ?? []) + attempted }

    /// Whether the instance may get public requests.
    func mayServe(_ id: InstanceID) -> Bool {
        possible.contains { $0.serves(id) }
    }

    /// Whether the instance gets public requests, whichever table is in force.
    func serves(_ id: InstanceID) -> Bool {
        !possible.isEmpty && possible.allSatisfy { $0.serves(id) }
    }

    /// Whether the candidate may get public requests.
    var candidateMayServe: Bool {
        possible.contains { ($0.candidate?.weight ?? 0) > 0 }
    }

    /// Whether the candidate may be reachable at all, be it on the preview only.
    var candidateMayBeListed: Bool {
        possible.contains { $0.candidate?.rotation.isEmpty == false }
    }

    mutating func attempt(_ traffic: Traffic) {
        if confirmed != traffic, !attempted.contains(traffic) {
            attempted.append(traffic)
        }
    }

    mutating func confirm(_ traffic: Traffic) {
        confirmed = traffic
        attempted = []
    }
}

extension Traffic {
    /// Whether the instance gets public requests by this table.
    func serves(_ id: InstanceID) -> Bool {
        sides.contains { $0.weight > 0 && $0.rotation.contains(id) }
    }
}
