/// One of the two places of a blue-green service.
///
/// A slot is live or idle; the colours alternate.
package enum Slot: String, Hashable, CaseIterable, Codable, Sendable {
    case blue
    case green

    package var other: Slot {
        switch self {
        case .blue: .green
        case .green: .blue
        }
    }
}
