/// The name of a service: what users reach, and what has rollouts.
///
/// The manifest admits `[A-Za-z0-9_.-]{1,64}`, so that a name is safe in paths and on screen.
package struct ServiceName: RawRepresentable, Hashable, Comparable, Codable, Sendable,
    CustomStringConvertible
{
    package var rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package var description: String { rawValue }

    package static func < (lhs: ServiceName, rhs: ServiceName) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}
