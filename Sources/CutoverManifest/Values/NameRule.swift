/// Which names the manifest admits.
package struct NameRule: Sendable {
    /// The rule in words.
    package var text: String
    var punctuation: String
    var longest: Int
    var mayBeginWithDash: Bool

    /// Projects and services: safe as part of a path and on screen.
    package static let service = NameRule(
        text: "1 to 64 of A-Z a-z 0-9 _ . - and not '.' or '..'",
        punctuation: "_.-",
        longest: 64,
        mayBeginWithDash: true
    )

    /// Releases: image tags and paths too, and never to be read as a flag.
    package static let release = NameRule(
        text: "1 to 128 of A-Z a-z 0-9 _ . : @ / + - and no '-' at the start",
        punctuation: "_.:@/+-",
        longest: 128,
        mayBeginWithDash: false
    )

    package func admits(_ name: String) -> Bool {
        (1...longest).contains(name.utf8.count) && name != "." && name != ".."
            && name.unicodeScalars.allSatisfy(admits)
            && (mayBeginWithDash || !name.hasPrefix("-"))
    }

    /// The name with `-` for everything that is not admitted, or `nil` when nothing is left.
    package func nearestName(to text: String) -> String? {
        let scalars = text.unicodeScalars.map { admits($0) ? Character($0) : "-" }
        let name = String(String(scalars).drop { $0 == "-" }.prefix(longest))
        return admits(name) ? name : nil
    }

    private func admits(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: punctuation.unicodeScalars.contains(scalar)
        }
    }
}
