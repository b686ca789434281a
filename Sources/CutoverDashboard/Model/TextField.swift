/// One line that is being typed.
struct TextField: Hashable, Sendable {
    private(set) var text = ""

    /// More than any name has; what is typed beyond is left out.
    private static let longest = 128

    var isEmpty: Bool { text.isEmpty }

    mutating func append(_ scalar: Unicode.Scalar) {
        guard text.unicodeScalars.count < Self.longest else { return }
        text.unicodeScalars.append(scalar)
    }

    mutating func deleteLast() {
        guard !text.isEmpty else { return }
        text.unicodeScalars.removeLast()
    }

    mutating func clear() {
        text = ""
    }
}
