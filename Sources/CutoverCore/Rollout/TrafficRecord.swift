/// What is known of the table that the proxy works by.
///
/// An attempt that failed, or that has no answer yet, may have been applied all the same. Whoever
/// asks whether an instance may get requests has to look at every table that may be in force.
package struct TrafficRecord: Hashable, Sendable {
    /// The last table that the router confirmed.
    ///
    /// `nil` before the first.
    package var confirmed: Traffic?
    /// Tables asked for since, which may be in force.
    package var attempted: [Traffic]

    package init(confirmed: Traffic?, attempted: [Traffic] = []) {
        self.confirmed = confirmed
        self.attempted = attempted
    }

    /// Whether the instance may get public requests.
    func mayServe(_ id: InstanceID) -> Bool {
        confirmed?.serves(id) ?? false || attempted.contains { $0.serves(id) }
    }

    /// Whether the instance gets public requests, whichever table is in force.
    func serves(_ id: InstanceID) -> Bool {
        confirmed?.serves(id) ?? false && attempted.allSatisfy { $0.serves(id) }
    }

    /// Whether the candidate may get public requests.
    var candidateMayServe: Bool {
        (confirmed?.candidate?.weight ?? 0) > 0
            || attempted.contains { ($0.candidate?.weight ?? 0) > 0 }
    }

    /// Whether the candidate may be reachable at all, be it on the preview only.
    var candidateMayBeListed: Bool {
        confirmedOnPreview || attempted.contains { $0.candidate != nil }
    }

    /// Whether the candidate is known to be reachable, be it on the preview only.
    var confirmedOnPreview: Bool { confirmed?.candidate != nil }

    /// Notes a table that is about to be asked for.
    mutating func attempt(_ traffic: Traffic) {
        attempted.append(traffic)
    }

    /// Notes that asking for a table failed.
    ///
    /// What may have been applied stays on the list, once.
    mutating func fail(_ traffic: Traffic, mayHaveBeenApplied: Bool) {
        let isRepeated = attempted.count { $0 == traffic } > 1
        guard isRepeated || !mayHaveBeenApplied else { return }
        if let index = attempted.lastIndex(of: traffic) {
            attempted.remove(at: index)
        }
    }

    /// Notes that a table is in force, and with it that no older one is.
    mutating func confirm(_ traffic: Traffic) {
        confirmed = traffic
        attempted = []
    }
}
