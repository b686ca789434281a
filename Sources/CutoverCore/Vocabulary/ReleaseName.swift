/// The name of a release: an immutable artefact with its settings, such as `v42`.
///
/// It replaces `${release}` in commands and environments, and admits `[A-Za-z0-9_.:@/+-]{1,128}`
/// without a leading `-`, so that it can never be read as a flag.
package struct ReleaseName: RawRepresentable, Hashable, Comparable, Codable, Sendable,
    CustomStringConvertible
{
    package var rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package var description: String { rawValue }

    package static func < (lhs: ReleaseName, rhs: ReleaseName) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}
