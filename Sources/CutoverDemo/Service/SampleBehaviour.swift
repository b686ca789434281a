/// How a release of the sample service behaves, as the last part of its name says: `v4-failing`.
package enum SampleBehaviour: String, CaseIterable, Sendable {
    case good
    /// Answers three requests in ten 400 ms late.
    case slow
    /// Answers one request in four with status 500.
    case failing
    /// Never passes a health probe.
    case unhealthy
    /// Its process dies after it has answered 40 requests.
    case crashing

    package init(release: String) {
        let suffix = release.split(separator: "-").last.map(String.init) ?? ""
        self = Self(rawValue: suffix) ?? .good
    }
}
