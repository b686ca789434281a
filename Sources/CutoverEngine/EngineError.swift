package import CutoverCore
package import CutoverStore

/// Why an engine could not begin.
///
/// Nothing was started, stopped or routed.
package enum EngineError: Error, Hashable, Sendable, CustomStringConvertible {
    case store(StoreError)
    /// The manifest no longer names services that have instances.
    case servicesMissing([ServiceName], instances: Int)

    package var description: String {
        switch self {
        case .store(let error):
            return "\(error)"
        case .servicesMissing(let names, let instances):
            let list = names.map(\.rawValue).joined(separator: ", ")
            return "the manifest has no service \(list), which \(instances) instances serve; "
                + "put it back, or use another state directory and end them by hand"
        }
    }
}
